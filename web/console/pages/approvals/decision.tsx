// The decision about what another admin asks for, with a note to them. Nobody decides about their own.
import { Button, TextInput } from '@mantine/core';
import { IconCheck, IconClock } from '@tabler/icons-react';
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { type FormEvent, useRef, useState } from 'react';
import type { BulkAction } from '../../../../api/wire.ts';
import { useRunAnswer } from '../../client/bulk-actions.ts';
import { sessionQuery } from '../../client/session.ts';
import { waitingQuery } from '../../client/waiting.ts';
import { useSite } from '../../context/site.ts';
import { toast, toastProblem } from '../../kit/toast.ts';
import { useFormats } from '../../words/formats.ts';
import { useWords } from '../../words/language.tsx';
import styles from './approvals.module.css';
import { approvalWords } from './approvals-words.ts';

type Props = { run: BulkAction; people: number; isFinal: boolean };

export function Decision({ run, people, isFinal }: Props) {
  const said = useWords(approvalWords);
  const { number, duration } = useFormats();
  const me = useQuery(sessionQuery).data;
  const [note, setNote] = useState('');
  const [isNoteMissing, setNoteMissing] = useState(false);
  const field = useRef<HTMLInputElement>(null);
  const answer = useRunAnswer(run.id);
  const goOn = useNextApproval(run);
  const own = [run.startedById, ...(run.ask?.consents ?? []).map(({ byPersonId }) => byPersonId)];
  if (me && own.includes(me.personId)) return <p className={styles['card']}>{said.own}</p>;
  const decide = (what: 'approve' | 'decline') => {
    const text = note.trim();
    if (what === 'decline' && text === '') {
      setNoteMissing(true);
      field.current?.focus();
      return;
    }
    const body = { round: run.ask?.round, ...(text !== '' && { note: text }) };
    // What is decided does not wait any more, so this is not on the page when the answer comes.
    answer.mutateAsync({ what, body }).then(() => {
      toast(what === 'approve' ? said.approved : said.declined);
      void goOn();
    }, toastProblem);
  };
  const submit = (event: FormEvent) => {
    event.preventDefault();
    decide('approve');
  };
  const grace = run.ask?.graceMinutes ?? 0;
  return (
    <form className={styles['card']} onSubmit={submit}>
      <TextInput
        ref={field}
        label={run.startedBy === null ? said.note : said.noteTo(run.startedBy)}
        placeholder={said.optional}
        maxLength={1000}
        autoComplete="off"
        value={note}
        error={isNoteMissing && said.required}
        onChange={(event) => {
          setNote(event.currentTarget.value);
          setNoteMissing(false);
        }}
      />
      <div className={styles['answers']}>
        <Button
          type="submit"
          {...(isFinal && { color: 'red' })}
          leftSection={<IconCheck size={18} stroke={1.75} aria-hidden />}
          loading={answer.isPending}
        >
          {said.approve(number(people), people === 1)}
        </Button>
        <Button variant="default" onClick={() => decide('decline')} disabled={answer.isPending}>
          {said.decline}
        </Button>
        <span className={styles['starts']}>
          <IconClock size={16} stroke={1.75} aria-hidden />{' '}
          {grace > 0 ? said.starts(duration(grace * 60_000)) : said.startsNow}
        </span>
      </div>
    </form>
  );
}

/** Leads to the next approval that waits for the admin, else to the list. */
function useNextApproval(run: BulkAction): () => Promise<void> {
  const site = useSite();
  const client = useQueryClient();
  const navigate = useNavigate();
  return async () => {
    const waiting = await client
      .fetchQuery({ ...waitingQuery(site?.id), staleTime: 0 })
      .catch(() => undefined);
    const next = waiting?.approvals.find(({ id }) => id !== run.id);
    if (next) await navigate({ to: '/approvals/$id', params: { id: next.id } });
    else await navigate({ to: '/approvals' });
  };
}
