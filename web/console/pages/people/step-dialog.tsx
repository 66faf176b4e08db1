// Before a step is taken for many people: its dry run, what it would do in numbers, and the question.
import { Button, Group, Loader, Modal } from '@mantine/core';
import { IconEyeOff, IconTrash, IconUserCheck } from '@tabler/icons-react';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { useEffect, useRef, useState } from 'react';
import type { BulkAction } from '../../../../api/wire.ts';
import { answerRun, keepRun, runQuery } from '../../client/bulk-actions.ts';
import { newKey } from '../../client/client.ts';
import { planStep, type SelectedStep } from '../../client/people.ts';
import type { KeptSelection } from '../../client/selections.ts';
import { ConfirmTyped } from '../../kit/confirm-typed.tsx';
import { EditButton } from '../../kit/edit-button.tsx';
import { Failure, Message } from '../../kit/states.tsx';
import { toastProblem } from '../../kit/toast.ts';
import { useFormats } from '../../words/formats.ts';
import { useLanguage, useWords } from '../../words/language.tsx';
import { numberInWords } from '../../words/number-words.ts';
import { actionWords } from './people-action-words.ts';
import styles from './people-list.module.css';

export type Asked = { step: SelectedStep; kept: KeptSelection };

type Props = { asked: Asked; onClose: () => void };

const isFinal = (step: SelectedStep): step is 'anonymize' | 'delete' =>
  step === 'anonymize' || step === 'delete';

const PLANNING: readonly BulkAction['state'][] = ['staging', 'checking'];

/** Whom the plan would change, who would stay as they are, and who is left out. */
const inNumbers = ({ counts }: BulkAction) => ({
  changing: counts.archived + counts.restored + counts.anonymized + counts.deleted + counts.updated,
  staying: counts.unchanged + counts.skipped,
  problems: counts.rejected + counts.failed,
});

/** Begins the dry run as it opens. Whoever closes it cancels the run; whoever confirms goes to its page. */
export function StepDialog({ asked, onClose }: Props) {
  const { step, kept } = asked;
  const client = useQueryClient();
  const [key] = useState(newKey);
  const begun = useRef(false);
  const beginning = useMutation({
    mutationFn: () => planStep(kept.siteId, step, kept.selection, key),
    onSuccess: (run) => client.setQueryData(runQuery(run.id).queryKey, run),
  });
  useEffect(() => {
    // Once, also where React runs effects twice.
    if (!begun.current) beginning.mutate();
    begun.current = true;
  }, [beginning.mutate]);
  const id = beginning.data?.id;
  const { data: run } = useQuery({ ...runQuery(id ?? ''), enabled: id !== undefined });
  const leave = () => {
    if (id !== undefined && run?.finishedAt === null) void answerRun(id, 'cancel').catch(toastProblem);
    onClose();
  };
  if (run?.state === 'awaiting-confirmation' && inNumbers(run).changing > 0)
    return <Planned run={run} step={step} onKeep={leave} />;
  return <NotYet step={step} run={run} error={beginning.error} onClose={leave} />;
}

type NotYetProps = {
  step: SelectedStep;
  run: BulkAction | undefined;
  error: unknown;
  onClose: () => void;
};

function NotYet({ step, run, error, onClose }: NotYetProps) {
  const said = useWords(actionWords);
  const navigate = useNavigate();
  const isPlanning = error === null && (run === undefined || PLANNING.includes(run.state));
  return (
    <Modal opened onClose={onClose} title={said.step[step]} closeButtonProps={{ 'aria-label': said.close }}>
      {error !== null ? (
        <Failure error={error} />
      ) : isPlanning ? (
        <Group role="status" wrap="nowrap">
          <Loader size={20} aria-hidden />
          {said.checking}
        </Group>
      ) : (
        <Message
          title={run?.error?.message ?? (run?.state === 'awaiting-confirmation' ? said.nothing : said.failed)}
          action={
            run && (
              <Button
                variant="default"
                onClick={() => void navigate({ to: '/runs/$id', params: { id: run.id } })}
              >
                {said.seeRun}
              </Button>
            )
          }
        />
      )}
      <Group justify="flex-end" mt="xl">
        <Button variant="default" data-autofocus onClick={onClose}>
          {isPlanning ? said.cancel : said.close}
        </Button>
      </Group>
    </Modal>
  );
}

type PlannedProps = { run: BulkAction; step: SelectedStep; onKeep: () => void };

function Planned({ run, step, onKeep }: PlannedProps) {
  const said = useWords(actionWords);
  const language = useLanguage();
  const formats = useFormats();
  const client = useQueryClient();
  const navigate = useNavigate();
  const { changing, staying, problems } = inNumbers(run);
  const count = formats.number(changing);
  const title = said.title[step](numberInWords(changing, language), changing);
  const mustAsk = (run.ask?.approvals.length ?? 0) > 0;
  const doLabel = (mustAsk ? said.ask : said.do)[step](count, changing);
  const confirming = useMutation({
    mutationFn: () => answerRun(run.id, 'confirm', { round: run.ask?.round }),
    onSuccess: async (after) => {
      keepRun(client, after);
      await navigate({ to: '/runs/$id', params: { id: run.id } });
    },
    onError: toastProblem,
  });
  const numbers = (staying > 0 || problems > 0) && (
    <ul className={styles['plan']}>
      {staying > 0 && <li>{said.staying(formats.number(staying), staying)}</li>}
      {problems > 0 && <li>{said.problems(formats.number(problems), problems)}</li>}
    </ul>
  );
  const hours = Math.round((run.ask?.graceMinutes ?? 0) / 60);
  const notice = mustAsk && (
    <Group wrap="nowrap" align="flex-start" gap="sm">
      <IconUserCheck size={20} stroke={1.75} aria-hidden style={{ flexShrink: 0 }} />
      <span>
        {said.approval} {hours > 0 && said.grace(formats.number(hours))}
      </span>
    </Group>
  );
  if (isFinal(step))
    return (
      <ConfirmTyped
        isOpen
        icon={step === 'delete' ? IconTrash : IconEyeOff}
        title={title}
        phrase={said.phrase[step](count)}
        keepLabel={said.keep}
        doLabel={doLabel}
        isBusy={confirming.isPending}
        onKeep={onKeep}
        onDo={() => confirming.mutate()}
        {...(notice && { notice })}
      >
        {said.text[step]} <strong>{said.final}</strong>
        {numbers}
      </ConfirmTyped>
    );
  return (
    <Modal opened onClose={onKeep} title={title} closeButtonProps={{ 'aria-label': said.close }}>
      <p>{said.text[step]}</p>
      {numbers}
      {notice}
      <Group justify="flex-end" mt="xl">
        <Button variant="default" onClick={onKeep}>
          {said.cancel}
        </Button>
        <EditButton data-autofocus loading={confirming.isPending} onClick={() => confirming.mutate()}>
          {doLabel}
        </EditButton>
      </Group>
    </Modal>
  );
}
