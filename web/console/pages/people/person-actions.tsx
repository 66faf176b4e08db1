// What can be done to a person as a whole: archived, restored, edited, invited, anonymized, deleted.
import { ActionIcon, Menu } from '@mantine/core';
import {
  IconArchive,
  IconDots,
  IconEyeOff,
  IconMailForward,
  IconMailOpened,
  IconPencil,
  IconRestore,
  IconTrash,
} from '@tabler/icons-react';
import { useMutation } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { useState } from 'react';
import type { Person } from '../../../../api/wire-person.ts';
import { allowMails, deletePerson, invite, peopleChanged, type Step, takeStep } from '../../client/person.ts';
import { queryClient } from '../../client/query-client.ts';
import { useRights } from '../../context/rights.ts';
import { ConfirmTyped } from '../../kit/confirm-typed.tsx';
import { EditButton, useEditReason } from '../../kit/edit-button.tsx';
import { toast, toastProblem } from '../../kit/toast.ts';
import { useWords } from '../../words/language.tsx';
import { ArchiveDialog } from './archive-dialog.tsx';
import styles from './person.module.css';
import { personWords } from './person-words.ts';

type Props = { person: Person; name: string; onEdit: (() => void) | undefined };
type Asking = 'archive' | 'anonymize' | 'delete' | undefined;

export function PersonActions({ person, name, onEdit }: Props) {
  const words = useWords(personWords);
  const { may } = useRights();
  const navigate = useNavigate();
  const [asking, setAsking] = useState<Asking>();
  const { id, siteId, status, version } = person;
  const taking = useMutation({
    mutationFn: async (what: Step | 'delete') => {
      await (what === 'delete' ? deletePerson(id, version) : takeStep(id, what, version));
      return what;
    },
    onSuccess: async (what) => {
      setAsking(undefined);
      toast(words.done[what](name));
      if (what === 'delete') {
        await navigate({ to: '/people' });
        queryClient.removeQueries({ queryKey: ['people', 'one', id] });
      }
      await peopleChanged();
    },
    onError: async (error) => {
      toastProblem(error);
      setAsking(undefined);
      await peopleChanged();
    },
  });
  const identifier = person.identifier ?? String(id);
  return (
    <>
      {status === 'active' && may('people:archive', siteId) && (
        <EditButton
          variant="default"
          visibleFrom="sm"
          siteId={siteId}
          leftSection={<IconArchive size={18} stroke={1.75} aria-hidden />}
          onClick={() => setAsking('archive')}
        >
          {words.archive}
        </EditButton>
      )}
      {status === 'archived' && may('people:restore', siteId) && (
        <EditButton
          siteId={siteId}
          leftSection={<IconRestore size={18} stroke={1.75} aria-hidden />}
          loading={taking.isPending}
          onClick={() => taking.mutate('restore')}
        >
          {words.restore}
        </EditButton>
      )}
      {onEdit && (
        <EditButton
          siteId={siteId}
          leftSection={<IconPencil size={18} stroke={1.75} aria-hidden />}
          rightSection={
            <kbd className={styles['key']} aria-hidden>
              E
            </kbd>
          }
          aria-keyshortcuts="e"
          onClick={onEdit}
        >
          {words.edit}
        </EditButton>
      )}
      <MoreActions person={person} name={name} onAsk={setAsking} />
      <ArchiveDialog
        isOpen={asking === 'archive'}
        siteId={siteId}
        name={name}
        isBusy={taking.isPending}
        onKeep={() => setAsking(undefined)}
        onDo={() => taking.mutate('archive')}
      />
      <ConfirmTyped
        isOpen={asking === 'anonymize'}
        icon={IconEyeOff}
        title={words.anonymizeTitle(name)}
        phrase={words.anonymizePhrase(identifier)}
        keepLabel={words.keepThem}
        doLabel={words.anonymizeDo}
        isBusy={taking.isPending}
        onKeep={() => setAsking(undefined)}
        onDo={() => taking.mutate('anonymize')}
      >
        {words.anonymizeText}
      </ConfirmTyped>
      <ConfirmTyped
        isOpen={asking === 'delete'}
        icon={IconTrash}
        title={words.deleteTitle(name)}
        phrase={words.deletePhrase(identifier)}
        keepLabel={words.keepThem}
        doLabel={words.deleteDo}
        isBusy={taking.isPending}
        onKeep={() => setAsking(undefined)}
        onDo={() => taking.mutate('delete')}
      >
        {words.deleteText}
      </ConfirmTyped>
    </>
  );
}

type MoreProps = { person: Person; name: string; onAsk: (asking: Asking) => void };

function MoreActions({ person, name, onAsk }: MoreProps) {
  const words = useWords(personWords);
  const { may } = useRights();
  const reason = useEditReason(person.siteId);
  const { id, siteId, status } = person;
  const isInvited = person.photo === null;
  const inviting = useMutation({
    mutationFn: () => invite(id),
    onSuccess: async ({ items }) => {
      toast(items.some((one) => one.isReachable) ? words.done.invite(name) : words.done.unreachable(name));
      await peopleChanged();
    },
    onError: toastProblem,
  });
  const allowing = useMutation({
    mutationFn: () => allowMails(id),
    onSuccess: async () => {
      toast(words.done.allowMails(name));
      await peopleChanged();
    },
    onError: toastProblem,
  });
  const mayInvite = status === 'active' && may('invitations:write', siteId);
  const isStopped = (person.mailStops?.length ?? 0) > 0 && may('invitations:write', siteId);
  const mayArchive = status === 'active' && may('people:archive', siteId);
  const mayAnonymize = status !== 'anonymized' && may('people:anonymize', siteId);
  const mayDelete = status !== 'anonymized' && may('people:delete', siteId);
  const isMany = mayInvite || isStopped || mayAnonymize || mayDelete;
  if (!isMany && !mayArchive) return null;
  return (
    <Menu position="bottom-end" withinPortal>
      <Menu.Target>
        <ActionIcon
          variant="default"
          size={34}
          aria-label={words.more}
          {...(!isMany && { hiddenFrom: 'sm' })}
        >
          <IconDots size={18} stroke={1.75} aria-hidden />
        </ActionIcon>
      </Menu.Target>
      <Menu.Dropdown>
        {mayInvite && (
          <Menu.Item
            leftSection={<IconMailForward size={16} aria-hidden />}
            onClick={() => inviting.mutate()}
          >
            {isInvited ? words.invite : words.inviteAgain}
          </Menu.Item>
        )}
        {isStopped && (
          <Menu.Item leftSection={<IconMailOpened size={16} aria-hidden />} onClick={() => allowing.mutate()}>
            {words.allowMails}
          </Menu.Item>
        )}
        {mayArchive && (
          <Menu.Item
            hiddenFrom="sm"
            leftSection={<IconArchive size={16} aria-hidden />}
            disabled={reason !== undefined}
            onClick={() => onAsk('archive')}
          >
            {words.archive}
          </Menu.Item>
        )}
        {(mayAnonymize || mayDelete) && reason !== undefined && <Menu.Label>{reason}</Menu.Label>}
        {mayAnonymize && (
          <Menu.Item
            leftSection={<IconEyeOff size={16} aria-hidden />}
            disabled={status !== 'archived' || reason !== undefined}
            onClick={() => onAsk('anonymize')}
          >
            {status === 'archived' ? words.anonymize : words.anonymizeFirst}
          </Menu.Item>
        )}
        {mayDelete && (
          <Menu.Item
            leftSection={<IconTrash size={16} aria-hidden />}
            disabled={reason !== undefined}
            onClick={() => onAsk('delete')}
          >
            {words.delete}
          </Menu.Item>
        )}
      </Menu.Dropdown>
    </Menu>
  );
}
