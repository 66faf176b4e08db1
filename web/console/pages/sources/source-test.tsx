// The way to a source, tried: each step with what came of it, and the keys of a server that are not pinned yet.
import { Button, Loader, Modal } from '@mantine/core';
import { IconCircleCheck, IconCircleX } from '@tabler/icons-react';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useEffect } from 'react';
import type { SourceTest } from '../../../../api/wire-source-tests.ts';
import type { Source } from '../../../../api/wire-sources.ts';
import { changeSource, sourceQuery, testSource } from '../../client/sources.ts';
import { toast, toastProblem } from '../../kit/toast.ts';
import { useFormats } from '../../words/formats.ts';
import { useWords } from '../../words/language.tsx';
import styles from './source.module.css';
import { sourceWords } from './source-words.ts';

export function SourceTestDialog({ source, onClose }: { source: Source; onClose: () => void }) {
  const said = useWords(sourceWords);
  const client = useQueryClient();
  const tested = useMutation({ mutationFn: () => testSource(source.id), onError: toastProblem });
  const { mutate } = tested;
  useEffect(() => mutate(), [mutate]);
  const pin = useMutation({
    mutationFn: async (hostKeys: string[]) => {
      if (source.place.kind !== 'sftp') return;
      const place = { ...source.place, hostKeys };
      client.setQueryData(
        sourceQuery(source.id).queryKey,
        await changeSource(source.id, { place, version: source.version }),
      );
      toast(said.tested.pinned);
      mutate();
    },
    onError: toastProblem,
  });
  return (
    <Modal
      opened
      onClose={onClose}
      title={said.tested.title}
      size={600}
      closeButtonProps={{ 'aria-label': said.close }}
    >
      <div className={styles['question']} aria-live="polite">
        {tested.isPending && (
          <p className={styles['busy']}>
            <Loader size={18} aria-hidden /> {said.tested.busy}
          </p>
        )}
        {tested.data && (
          <TestSteps
            test={tested.data}
            isSftp={source.place.kind === 'sftp'}
            onPin={(keys) => pin.mutate(keys)}
            isPinning={pin.isPending}
          />
        )}
        <div className={styles['answers']}>
          <Button variant="default" onClick={() => mutate()} disabled={tested.isPending}>
            {said.tested.again}
          </Button>
          <Button onClick={onClose}>{said.close}</Button>
        </div>
      </div>
    </Modal>
  );
}

type StepsProps = {
  test: SourceTest;
  isSftp: boolean;
  onPin?: (keys: string[]) => void;
  isPinning?: boolean;
};

export function TestSteps({ test, isSftp, onPin, isPinning = false }: StepsProps) {
  const { tested: said } = useWords(sourceWords);
  const { number, list } = useFormats();
  const matching = test.files.filter(({ use }) => use === 'import').length;
  const ready = test.sets.filter(({ state }) => state === 'ready').length;
  const isReached = test.ok || test.hostKeys !== null;
  return (
    <>
      <ul className={styles['steps']}>
        <Step isDone={isReached} text={said.reached} />
        {isSftp && (isReached || test.hostKeys) && (
          <Step isDone={test.hostKeys === null} text={said.hostKey} />
        )}
        <Step isDone={test.ok} text={test.ok ? said.listed(number(test.filesTotal)) : said.notListed} />
        {test.ok && <Step isDone={matching > 0} text={said.matched(number(matching))} />}
        {test.sets.length > 0 && (
          <Step isDone={ready > 0} text={said.sets(number(ready), number(test.sets.length - ready))} />
        )}
        {test.canMove !== null && (
          <Step isDone={test.canMove} text={test.canMove ? said.moves : said.movesNot} />
        )}
      </ul>
      {test.problem && (
        <p className={styles['problem']} role="alert">
          {test.problem.message}
        </p>
      )}
      {test.hostKeys && test.hostKeys.length > 0 && (
        <div>
          <p>{said.keys}</p>
          {test.hostKeys.map((key) => (
            <code key={key} className={`mono ${styles['hostKey']}`}>
              {key}
            </code>
          ))}
          {onPin && (
            <Button
              variant="default"
              className={styles['way'] ?? ''}
              loading={isPinning}
              onClick={() => onPin(test.hostKeys ?? [])}
            >
              {said.pin}
            </Button>
          )}
        </div>
      )}
      {test.sets.length > 0 && (
        <ul className={styles['sets']}>
          {test.sets.slice(0, 10).map(({ set, files, state, missing }) => (
            <li key={set}>
              <span className="mono">{list(files)}</span>{' '}
              <span className={styles['meta']}>
                {state === 'waiting' ? said.waiting(list(missing)) : said[state]}
              </span>
            </li>
          ))}
        </ul>
      )}
    </>
  );
}

function Step({ isDone, text }: { isDone: boolean; text: string }) {
  const { tested: said } = useWords(sourceWords);
  const Sign = isDone ? IconCircleCheck : IconCircleX;
  return (
    <li data-done={isDone}>
      <Sign size={18} stroke={1.75} aria-hidden />
      <span>
        <span className="visually-hidden">{isDone ? said.done : said.notDone} </span>
        {text}
      </span>
    </li>
  );
}
