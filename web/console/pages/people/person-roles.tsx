// The roles of a person, and the dialog in which they are given and taken.
import { Button, Checkbox, Group, Modal, Select, Stack } from '@mantine/core';
import { useMutation, useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import type { Role } from '../../../../api/wire-org.ts';
import type { Person } from '../../../../api/wire-person.ts';
import { giveRole, peopleChanged, rolesOfPersonQuery, takeRole } from '../../client/person.ts';
import { rolesAtQuery } from '../../client/roles.ts';
import { useRights } from '../../context/rights.ts';
import { pathOf, useSites } from '../../context/site.ts';
import { EditButton, useEditReason } from '../../kit/edit-button.tsx';
import { Panel } from '../../kit/panel.tsx';
import { Loaded, Waiting } from '../../kit/states.tsx';
import { toast, toastProblem } from '../../kit/toast.ts';
import { useWords } from '../../words/language.tsx';
import styles from './person.module.css';
import { personWords } from './person-words.ts';

export function PersonRoles({ person, name }: { person: Person; name: string }) {
  const words = useWords(personWords);
  const { may, mayAnywhere } = useRights();
  const sites = useSites();
  const reason = useEditReason(person.siteId);
  const [isChanging, setChanging] = useState(false);
  const roles = person.roles ?? [];
  const mayChange =
    person.status === 'active' && mayAnywhere('roles:write') && may('sites:read', person.siteId);
  return (
    <Panel
      title={words.roles}
      aside={
        mayChange && (
          <button
            type="button"
            className={styles['textButton']}
            aria-disabled={reason !== undefined}
            title={reason}
            onClick={() => reason === undefined && setChanging(true)}
          >
            {words.changeRoles}
          </button>
        )
      }
    >
      {roles.length === 0 ? (
        words.noRoles
      ) : (
        <ul className={styles['chips']}>
          {roles.map(({ id, name: role, siteId }) => {
            const site = siteId === person.siteId ? undefined : sites.find((one) => one.id === siteId);
            return (
              <li key={`${id} ${siteId}`} className={styles['chip']}>
                {siteId === person.siteId ? role : words.roleAt(role, site?.name ?? String(siteId))}
              </li>
            );
          })}
        </ul>
      )}
      <Modal
        opened={isChanging}
        onClose={() => setChanging(false)}
        title={`${words.changeRoles} · ${name}`}
        closeButtonProps={{ 'aria-label': words.keep }}
      >
        {isChanging && <RolesForm person={person} onEnd={() => setChanging(false)} />}
      </Modal>
    </Panel>
  );
}

/** On the person's own site, one above it or one below: a role can be held on any site that it reaches. */
function RolesForm({ person, onEnd }: { person: Person; onEnd: () => void }) {
  const words = useWords(personWords);
  const { may } = useRights();
  const sites = useSites();
  const own = pathOf(sites, person.siteId).map(({ id }) => id);
  const open = sites.filter(
    ({ id, rootId }) => rootId === sites.find((one) => one.id === own[0])?.rootId && may('roles:write', id),
  );
  const [siteId, setSite] = useState(may('roles:write', person.siteId) ? person.siteId : open[0]?.id);
  const given = useQuery(rolesAtQuery(siteId));
  const held = useQuery(rolesOfPersonQuery(person.id));
  return (
    <Stack gap="lg">
      {open.length > 1 && (
        <Select
          label={words.roleSite}
          allowDeselect={false}
          searchable
          data={open.map(({ id, name }) => ({ value: String(id), label: `${name} · ${id}` }))}
          value={String(siteId)}
          onChange={(value) => value !== null && setSite(Number(value))}
        />
      )}
      <Loaded query={given} waiting={<Waiting lines={4} />}>
        {(roles) => (
          <Loaded query={held} waiting={<Waiting lines={4} />}>
            {(assignments) =>
              siteId !== undefined && (
                <Choice
                  key={siteId}
                  personId={person.id}
                  siteId={siteId}
                  roles={roles}
                  heldIds={assignments.filter((one) => one.siteId === siteId).map(({ roleId }) => roleId)}
                  onEnd={onEnd}
                />
              )
            }
          </Loaded>
        )}
      </Loaded>
    </Stack>
  );
}

type ChoiceProps = {
  personId: number;
  siteId: number;
  roles: readonly Role[];
  heldIds: readonly number[];
  onEnd: () => void;
};

function Choice({ personId, siteId, roles, heldIds, onEnd }: ChoiceProps) {
  const words = useWords(personWords);
  const { may } = useRights();
  const [wanted, setWanted] = useState<readonly number[]>(heldIds);
  const changed = [
    ...wanted.filter((id) => !heldIds.includes(id)),
    ...heldIds.filter((id) => !wanted.includes(id)),
  ];
  const saving = useMutation({
    mutationFn: async () => {
      // One after the other: each is refused or done by itself.
      for (const id of changed)
        await (wanted.includes(id) ? giveRole(personId, id, siteId) : takeRole(personId, id, siteId));
    },
    onSuccess: () => {
      toast(words.rolesChanged);
      onEnd();
    },
    onError: toastProblem,
    onSettled: peopleChanged,
  });
  return (
    <>
      {roles.length === 0 && <p>{words.noneToGive}</p>}
      <Stack gap="md">
        {roles.map(({ id, name, permissions }) => {
          const isMine = permissions.every((permission) => may(permission, siteId));
          return (
            <Checkbox
              key={id}
              label={name}
              disabled={!isMine}
              {...(!isMine && { description: words.roleMore })}
              checked={wanted.includes(id)}
              onChange={({ currentTarget: { checked } }) =>
                setWanted(checked ? [...wanted, id] : wanted.filter((one) => one !== id))
              }
            />
          );
        })}
      </Stack>
      <p className={styles['meta']}>{words.rolesText}</p>
      <Group justify="flex-end">
        <Button variant="default" onClick={onEnd}>
          {words.keep}
        </Button>
        <EditButton
          siteId={siteId}
          disabled={changed.length === 0}
          loading={saving.isPending}
          onClick={() => saving.mutate()}
        >
          {words.saveRoles(changed.length)}
        </EditButton>
      </Group>
    </>
  );
}
