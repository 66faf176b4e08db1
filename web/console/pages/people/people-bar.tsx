// The bar below the list: who is chosen, and what can be done for them.
import { ActionIcon, Button, Group, Menu, Modal } from '@mantine/core';
import {
  IconArchive,
  IconDots,
  IconDownload,
  IconEyeOff,
  IconId,
  IconLock,
  IconMail,
  IconRestore,
  IconShieldPlus,
  IconTrash,
} from '@tabler/icons-react';
import { useMutation } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { useState } from 'react';
import { idsOf, inviteMany, type PeopleWanted, type SelectedStep } from '../../client/people.ts';
import { type KeptSelection, keepSelection } from '../../client/selections.ts';
import { useRights } from '../../context/rights.ts';
import { EditButton, useEditReason } from '../../kit/edit-button.tsx';
import { toast, toastProblem } from '../../kit/toast.ts';
import { useFormats } from '../../words/formats.ts';
import { useLanguage, useWords } from '../../words/language.tsx';
import { numberInWords } from '../../words/number-words.ts';
import { actionWords } from './people-action-words.ts';
import styles from './people-list.module.css';
import { StepDialog } from './step-dialog.tsx';
import type { Choice } from './use-chosen.ts';

const INVITED_MAX = 10_000;

const ICONS = {
  archive: IconArchive,
  restore: IconRestore,
  anonymize: IconEyeOff,
  delete: IconTrash,
  'issue-cards': IconId,
} as const;

type Props = {
  wanted: PeopleWanted;
  total: number;
  choice: Choice;
  onExport: (() => void) | undefined;
};

export function PeopleBar({ wanted, total, choice, onExport }: Props) {
  const said = useWords(actionWords);
  const formats = useFormats();
  const navigate = useNavigate();
  const { may } = useRights();
  const reason = useEditReason();
  const [step, setStep] = useState<SelectedStep>();
  const [isInviting, setInviting] = useState(false);
  const { count, status, isAll } = choice;
  const kept: KeptSelection = { siteId: wanted.site, selection: choice.selection, people: count };
  const runs = may('bulk-actions:run');
  const isActive = status !== 'archived';
  const isArchived = status !== 'active';
  const steps = (
    [
      ['issue-cards', isActive && may('cards:write')],
      ['archive', isActive && may('people:archive')],
      ['restore', isArchived && may('people:restore')],
      ['anonymize', status === 'archived' && may('people:anonymize')],
      ['delete', status === 'archived' && may('people:delete')],
    ] as const
  ).filter(([, mayBe]) => mayBe && runs);
  return (
    <section className={styles['bar']} aria-label={said.bar}>
      <span className={styles['barCount']} role="status">
        {said.selected(formats.number(count))}
      </span>
      {!isAll && count < total && (
        <Button variant="subtle" px={8} onClick={choice.chooseAll}>
          {said.selectAll(formats.number(total))}
        </Button>
      )}
      <Button variant="subtle" color="gray" px={8} onClick={choice.clear}>
        {said.clear}
      </Button>
      <div className={styles['barActions']}>
        {reason !== undefined && (
          <span className={styles['reason']}>
            <IconLock size={16} stroke={1.75} aria-hidden />
            {reason}
          </span>
        )}
        {isActive && runs && may('roles:write') && (
          <EditButton
            variant="default"
            leftSection={<IconShieldPlus size={18} stroke={1.75} aria-hidden />}
            onClick={() => void navigate({ to: '/roles', search: { selection: keepSelection(kept) } })}
          >
            {said.roles}
          </EditButton>
        )}
        {isActive && may('invitations:write') && (
          <EditButton
            variant="default"
            leftSection={<IconMail size={18} stroke={1.75} aria-hidden />}
            onClick={() => setInviting(true)}
          >
            {said.invite}
          </EditButton>
        )}
        {steps.map(([one]) => {
          const Sign = ICONS[one];
          return (
            <EditButton
              key={one}
              variant="default"
              leftSection={<Sign size={18} stroke={1.75} aria-hidden />}
              onClick={() => setStep(one)}
            >
              {said.step[one]}
            </EditButton>
          );
        })}
        {onExport && (
          <Button
            variant="default"
            leftSection={<IconDownload size={18} stroke={1.75} aria-hidden />}
            onClick={onExport}
          >
            {said.exportSome(formats.number(count))}
          </Button>
        )}
        {status !== 'archived' && runs && may('people:delete') && (
          <Menu position="top-end" withinPortal>
            <Menu.Target>
              <ActionIcon variant="default" size={34} aria-label={said.more}>
                <IconDots size={18} stroke={1.75} aria-hidden />
              </ActionIcon>
            </Menu.Target>
            <Menu.Dropdown>
              <Menu.Item
                leftSection={<IconTrash size={16} aria-hidden />}
                disabled={reason !== undefined}
                onClick={() => setStep('delete')}
              >
                {said.step.delete}
              </Menu.Item>
            </Menu.Dropdown>
          </Menu>
        )}
      </div>
      {step && <StepDialog asked={{ step, kept }} onClose={() => setStep(undefined)} />}
      {isInviting && <InviteDialog wanted={wanted} choice={choice} onClose={() => setInviting(false)} />}
    </section>
  );
}

type InviteProps = { wanted: PeopleWanted; choice: Choice; onClose: () => void };

function InviteDialog({ wanted, choice, onClose }: InviteProps) {
  const said = useWords(actionWords);
  const language = useLanguage();
  const formats = useFormats();
  const { count } = choice;
  const isTooMany = count > INVITED_MAX;
  const inviting = useMutation({
    mutationFn: async () => {
      const found = choice.ids ?? (await idsOf(wanted, INVITED_MAX + 1));
      return inviteMany(found.filter((id) => choice.has(id)));
    },
    onSuccess: ({ reached, unreachable }) => {
      const more = unreachable > 0 ? `; ${said.unreachable(formats.number(unreachable), unreachable)}` : '';
      toast(said.invited(formats.number(reached), reached) + more);
      onClose();
    },
    onError: toastProblem,
  });
  return (
    <Modal
      opened
      onClose={onClose}
      title={said.inviteTitle(numberInWords(count, language), count)}
      closeButtonProps={{ 'aria-label': said.close }}
    >
      <p>{isTooMany ? said.tooMany(formats.number(INVITED_MAX)) : said.inviteText}</p>
      <Group justify="flex-end" mt="xl">
        <Button variant="default" onClick={onClose}>
          {said.cancel}
        </Button>
        {!isTooMany && (
          <Button data-autofocus loading={inviting.isPending} onClick={() => inviting.mutate()}>
            {said.inviteDo(formats.number(count), count)}
          </Button>
        )}
      </Group>
    </Modal>
  );
}
