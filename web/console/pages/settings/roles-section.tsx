// Roles as a grid of permissions: a column for each role, a line for each permission. Those the admin lacks are greyed.
import { Button, Checkbox, Modal, TextInput } from '@mantine/core';
import { IconPlus } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { type FormEvent, useState } from 'react';
import type { Role } from '../../../../api/wire-org.ts';
import type { Permission } from '../../../../domain/rights.ts';
import {
  changeRole,
  createRole,
  type RoleValues,
  removeRole,
  rolesAtQuery,
} from '../../client/organisation.ts';
import { useRights } from '../../context/rights.ts';
import { useSites } from '../../context/site.ts';
import { useSaving } from '../../kit/saving.ts';
import { Loaded, Message } from '../../kit/states.tsx';
import { useWords } from '../../words/language.tsx';
import { PERMISSION_GROUPS, permissionWords } from './permission-words.ts';
import styles from './roles-section.module.css';
import type { SectionProps } from './settings.tsx';
import { settingsWords } from './settings-words.ts';

export default function RolesSection({ siteId }: SectionProps) {
  const said = useWords(settingsWords);
  const { may } = useRights();
  const query = useQuery(rolesAtQuery(siteId));
  const [isAdding, setAdding] = useState(false);
  return (
    <div className={styles['section']}>
      <div className={styles['head']}>
        <div>
          <h2 className={styles['title']}>{said.sections.roles.title}</h2>
          <p className={styles['about']}>{said.sections.roles.about}</p>
        </div>
        {may('roles:write', siteId) && (
          <Button
            variant="default"
            leftSection={<IconPlus size={16} aria-hidden />}
            onClick={() => setAdding(true)}
          >
            {said.sections.roles.add}
          </Button>
        )}
      </div>
      <Loaded query={query}>
        {(roles) =>
          roles.length === 0 ? (
            <Message title={said.sections.roles.empty} />
          ) : (
            <PermissionGrid roles={roles} />
          )
        }
      </Loaded>
      <RoleDialog isOpen={isAdding} siteId={siteId} onClose={() => setAdding(false)} />
    </div>
  );
}

function PermissionGrid({ roles }: { roles: readonly Role[] }) {
  const said = useWords(settingsWords);
  const own = useWords(permissionWords);
  const { may } = useRights();
  const sites = useSites();
  const [drafts, setDrafts] = useState<Readonly<Record<number, readonly Permission[]>>>({});
  const [renamed, setRenamed] = useState<Role>();
  const held = (role: Role) => drafts[role.id] ?? role.permissions;
  const isChanged = (role: Role) => held(role).join() !== role.permissions.join();
  const save = useSaving({
    save: async (changed: readonly Role[]) => {
      for (const role of changed) await changeRole(role.id, { permissions: [...held(role)] });
    },
    renews: ['roles', 'session'],
    done: said.saved,
    onDone: () => setDrafts({}),
  });
  const toggle = (role: Role, permission: Permission) =>
    setDrafts({
      ...drafts,
      [role.id]: held(role).includes(permission)
        ? held(role).filter((one) => one !== permission)
        : [...held(role), permission].sort(),
    });
  const changed = roles.filter(isChanged);
  return (
    <>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reached by keyboard */}
      <section className={styles['scroller']} aria-label={said.sections.roles.title} tabIndex={0}>
        <table className={styles['grid']}>
          <thead>
            <tr>
              <th scope="col">{own.permission}</th>
              {roles.map((role) => (
                <th key={role.id} scope="col">
                  {may('roles:write', role.siteId) ? (
                    <Button
                      variant="subtle"
                      size="compact-sm"
                      className={styles['role'] ?? ''}
                      onClick={() => setRenamed(role)}
                    >
                      {role.name}
                    </Button>
                  ) : (
                    role.name
                  )}
                  <span className={styles['site']}>{sites.find(({ id }) => id === role.siteId)?.name}</span>
                </th>
              ))}
            </tr>
          </thead>
          {PERMISSION_GROUPS.map(({ name, permissions }) => (
            <tbody key={name}>
              <tr>
                <th scope="rowgroup" colSpan={roles.length + 1} className={styles['group']}>
                  {own.groups[name]}
                </th>
              </tr>
              {permissions.map((permission) => (
                <tr key={permission}>
                  <th scope="row">{own.permissions[permission]}</th>
                  {roles.map((role) => {
                    const isMine = may('roles:write', role.siteId) && may(permission, role.siteId);
                    return (
                      <td key={role.id} title={isMine ? undefined : own.notYours}>
                        <Checkbox
                          aria-label={`${role.name}: ${own.permissions[permission]}`}
                          checked={held(role).includes(permission)}
                          disabled={!isMine}
                          onChange={() => toggle(role, permission)}
                        />
                      </td>
                    );
                  })}
                </tr>
              ))}
            </tbody>
          ))}
        </table>
      </section>
      {changed.length > 0 && (
        <div className={styles['bar']}>
          <span role="status">{own.changed(changed.map(({ name }) => name))}</span>
          <Button variant="default" onClick={() => setDrafts({})}>
            {own.discard}
          </Button>
          <Button loading={save.isPending} onClick={() => save.mutate(changed)}>
            {own.save}
          </Button>
        </div>
      )}
      <RoleDialog
        key={renamed?.id ?? 'none'}
        isOpen={renamed !== undefined}
        {...(renamed && { role: renamed })}
        siteId={renamed?.siteId ?? 0}
        onClose={() => setRenamed(undefined)}
      />
    </>
  );
}

type DialogProps = { isOpen: boolean; siteId: number; role?: Role; onClose: () => void };

/** A new role, which permits nothing yet; or another name for one, or its end. */
function RoleDialog({ isOpen, siteId, role, onClose }: DialogProps) {
  const said = useWords(settingsWords);
  const own = useWords(permissionWords);
  const [name, setName] = useState(role?.name ?? '');
  const [fault, setFault] = useState('');
  const saving = {
    renews: ['roles'],
    onDone: () => {
      setName('');
      onClose();
    },
    onFault: (problem: Error) => {
      setFault(problem.message);
      return true;
    },
  };
  const save = useSaving({
    save: (values: RoleValues) =>
      role ? changeRole(role.id, { name: values.name }) : createRole(siteId, values),
    done: said.saved,
    ...saving,
  });
  const remove = useSaving({ save: removeRole, done: said.removed, ...saving });
  const submit = (event: FormEvent) => {
    event.preventDefault();
    setFault('');
    if (name.trim() !== '') save.mutate({ name: name.trim(), permissions: [] });
  };
  return (
    <Modal opened={isOpen} onClose={onClose} title={role ? own.rename : said.sections.roles.add}>
      <form onSubmit={submit}>
        <TextInput
          data-autofocus
          label={own.name}
          description={role ? own.renameAbout : own.newAbout}
          value={name}
          error={fault}
          onChange={(event) => setName(event.currentTarget.value)}
        />
        <div className={styles['answers']}>
          {role && (
            <Button variant="default" loading={remove.isPending} onClick={() => remove.mutate(role.id)}>
              {said.remove}
            </Button>
          )}
          <Button type="submit" loading={save.isPending}>
            {own.save}
          </Button>
        </div>
      </form>
    </Modal>
  );
}
