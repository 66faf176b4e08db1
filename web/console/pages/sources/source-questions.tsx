// What is asked before a source rests, goes on, starts over, makes up for what it missed, or is removed.
import { Button, Modal, TextInput } from '@mantine/core';
import { IconTrash } from '@tabler/icons-react';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { type FormEvent, type ReactNode, useState } from 'react';
import type { AskedSource } from '../../../../api/wire-source-runs.ts';
import type { Source } from '../../../../api/wire-sources.ts';
import {
  backfillSource,
  pauseSource,
  removeSource,
  resumeSource,
  runSource,
  sourceQuery,
} from '../../client/sources.ts';
import { ConfirmTyped } from '../../kit/confirm-typed.tsx';
import { toast, toastProblem } from '../../kit/toast.ts';
import { useWords } from '../../words/language.tsx';
import styles from './source.module.css';
import { sourceWords } from './source-words.ts';

export type SourceQuestion = 'pause' | 'resume' | 'remaster' | 'backfill' | 'remove';

type Props = {
  source: Source;
  question: SourceQuestion | undefined;
  onAsked: (asked: AskedSource) => void;
  onEnd: () => void;
};

export function SourceQuestions({ source: { id, name }, question, onAsked, onEnd }: Props) {
  const said = useWords(sourceWords);
  const client = useQueryClient();
  const navigate = useNavigate();
  const [note, setNote] = useState('');
  const [[from, to], setTimes] = useState(['', '']);
  const kept = (words: string) => (source: Source) => {
    client.setQueryData(sourceQuery(id).queryKey, source);
    void client.invalidateQueries({ queryKey: ['sources'] });
    toast(words);
  };
  const answer = useMutation({
    mutationFn: async (): Promise<void> => {
      if (question === 'pause') kept(said.paused)(await pauseSource(id, note.trim() || null));
      if (question === 'resume') kept(said.resumed)(await resumeSource(id));
      if (question === 'remaster') onAsked(await runSource(id, true));
      if (question === 'backfill')
        onAsked(await backfillSource(id, new Date(from ?? ''), new Date(to ?? '')));
      if (question !== 'remove') return;
      await removeSource(id);
      await navigate({ to: '/sources' });
      client.removeQueries({ queryKey: sourceQuery(id).queryKey });
      void client.invalidateQueries({ queryKey: ['sources'] });
      toast(said.removed);
    },
    onSuccess: onEnd,
    onError: toastProblem,
  });
  const common = { onEnd, onDo: () => answer.mutate(), isBusy: answer.isPending };
  return (
    <>
      <Question
        {...common}
        isOpen={question === 'pause'}
        title={said.ask.pauseTitle}
        text={said.ask.pauseText}
        label={said.pause}
      >
        <TextInput
          label={said.ask.pauseNote}
          value={note}
          maxLength={200}
          onChange={(event) => setNote(event.currentTarget.value)}
        />
      </Question>
      <Question
        {...common}
        isOpen={question === 'resume'}
        title={said.ask.resumeTitle}
        text={said.ask.resumeText}
        label={said.resume}
      />
      <Question
        {...common}
        isOpen={question === 'remaster'}
        title={said.ask.remasterTitle}
        text={said.ask.remasterText}
        label={said.ask.remasterDo}
      />
      <Question
        {...common}
        isOpen={question === 'backfill'}
        title={said.ask.backfillTitle}
        text={said.ask.backfillText}
        label={said.ask.backfillDo}
        isIncomplete={!from || !to}
      >
        <div className={styles['times']}>
          <TextInput
            type="datetime-local"
            label={said.ask.from}
            value={from ?? ''}
            onChange={(event) => setTimes([event.currentTarget.value, to ?? ''])}
          />
          <TextInput
            type="datetime-local"
            label={said.ask.to}
            value={to ?? ''}
            onChange={(event) => setTimes([from ?? '', event.currentTarget.value])}
          />
        </div>
      </Question>
      <ConfirmTyped
        isOpen={question === 'remove'}
        icon={IconTrash}
        title={said.ask.removeTitle}
        phrase={name}
        keepLabel={said.ask.keep}
        doLabel={said.remove}
        isBusy={answer.isPending}
        onKeep={onEnd}
        onDo={() => answer.mutate()}
      >
        {said.ask.removeText}
      </ConfirmTyped>
    </>
  );
}

type QuestionProps = {
  isOpen: boolean;
  title: string;
  text: string;
  label: string;
  isBusy: boolean;
  isIncomplete?: boolean;
  children?: ReactNode;
  onDo: () => void;
  onEnd: () => void;
};

function Question({
  isOpen,
  title,
  text,
  label,
  isBusy,
  isIncomplete = false,
  children,
  onDo,
  onEnd,
}: QuestionProps) {
  const said = useWords(sourceWords);
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (!isIncomplete) onDo();
  };
  return (
    <Modal
      opened={isOpen}
      onClose={onEnd}
      title={title}
      size={520}
      closeButtonProps={{ 'aria-label': said.close }}
    >
      <form onSubmit={submit} className={styles['question']}>
        <p>{text}</p>
        {children}
        <div className={styles['answers']}>
          <Button variant="default" onClick={onEnd}>
            {said.cancel}
          </Button>
          <Button type="submit" loading={isBusy} disabled={isIncomplete}>
            {label}
          </Button>
        </div>
      </form>
    </Modal>
  );
}
