// What can be said to a run that has not ended: pause, go on, and cancel, which asks first.
import { Button } from '@mantine/core';
import { IconPlayerPause, IconPlayerPlay, IconPlayerStop } from '@tabler/icons-react';
import { useState } from 'react';
import type { BulkAction } from '../../../../api/wire.ts';
import { isWaiting } from '../../../../domain/bulk-action.ts';
import { useRunAnswer } from '../../client/bulk-actions.ts';
import { useRights } from '../../context/rights.ts';
import { useFormats } from '../../words/formats.ts';
import { useWords } from '../../words/language.tsx';
import { AlertDialog } from '../alert-dialog.tsx';
import { toast, toastProblem } from '../toast.ts';
import { runViewWords } from './run-view-words.ts';

export function RunControls({ run }: { run: BulkAction }) {
  const said = useWords(runViewWords);
  const { number } = useFormats();
  const { may } = useRights();
  const [isAsking, setAsking] = useState(false);
  const answer = useRunAnswer(run.id);
  if (run.finishedAt !== null || !may('bulk-actions:run', run.site)) return null;
  const say = (what: 'pause' | 'resume' | 'cancel', done: string) =>
    answer.mutate(
      { what },
      {
        onSuccess: () => {
          setAsking(false);
          toast(done);
        },
        onError: toastProblem,
      },
    );
  const left = Math.max(0, (run.progress.total ?? 0) - run.progress.done);
  return (
    <>
      {run.paused ? (
        <Button
          variant="default"
          leftSection={<IconPlayerPlay size={18} stroke={1.75} aria-hidden />}
          onClick={() => say('resume', said.resumedToast)}
        >
          {said.resume}
        </Button>
      ) : (
        !isWaiting(run.state) &&
        !run.isCancelling && (
          <Button
            variant="default"
            leftSection={<IconPlayerPause size={18} stroke={1.75} aria-hidden />}
            onClick={() => say('pause', said.pausedToast)}
          >
            {said.pause}
          </Button>
        )
      )}
      {!run.isCancelling && (
        <Button
          variant="default"
          c="var(--bad)"
          leftSection={<IconPlayerStop size={18} stroke={1.75} aria-hidden />}
          onClick={() => setAsking(true)}
        >
          {said.cancel}
        </Button>
      )}
      <AlertDialog
        isOpen={isAsking}
        title={said.cancelTitle}
        keepLabel={said.keep}
        doLabel={said.doCancel}
        isBusy={answer.isPending && answer.variables.what === 'cancel'}
        onKeep={() => setAsking(false)}
        onDo={() => say('cancel', said.cancelledToast)}
      >
        {run.progress.done === 0
          ? said.cancelUnwritten
          : said.cancelText(number(run.progress.done), number(left))}
      </AlertDialog>
    </>
  );
}
