// What can be done about a run that waits for photos: look at those that came, remind the others, or end it.
import { Button } from '@mantine/core';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { useState } from 'react';
import type { BulkAction } from '../../../../api/wire.ts';
import type { FollowUpDetail } from '../../../../api/wire-follow-ups.ts';
import { closeFollowUp, remindNow } from '../../client/bulk-actions.ts';
import { useRights } from '../../context/rights.ts';
import { useFormats } from '../../words/formats.ts';
import { useWords } from '../../words/language.tsx';
import { AlertDialog } from '../alert-dialog.tsx';
import { toast, toastProblem } from '../toast.ts';
import styles from './run.module.css';
import { resultWords } from './run-results-words.ts';

export function FollowUpAction({ run, detail }: { run: BulkAction; detail: FollowUpDetail }) {
  const said = useWords(resultWords);
  const { number } = useFormats();
  const { may } = useRights();
  const client = useQueryClient();
  const remind = useMutation({
    mutationFn: () => remindNow(run.id),
    onSuccess: () => {
      toast(said.reminded);
      void client.invalidateQueries({ queryKey: ['bulk-actions', run.id] });
    },
    onError: toastProblem,
  });
  const toReview = detail.counts?.toReview ?? 0;
  if (toReview > 0 && may('photos:review', run.site))
    return (
      <Button component={Link} to="/photos" variant="default">
        {said.review(number(toReview))}
      </Button>
    );
  if (detail.state !== 'waiting' || (detail.counts?.photosMissing ?? 0) === 0) return null;
  if (!may('invitations:write', run.site)) return null;
  return (
    <Button variant="default" onClick={() => remind.mutate()} loading={remind.isPending}>
      {said.remind}
    </Button>
  );
}

/** Ends the follow-up before its time, once it was asked. */
export function CloseFollowUp({ run }: { run: BulkAction }) {
  const said = useWords(resultWords);
  const { may } = useRights();
  const [isAsking, setAsking] = useState(false);
  const client = useQueryClient();
  const close = useMutation({
    mutationFn: () => closeFollowUp(run.id),
    onSuccess: () => {
      setAsking(false);
      toast(said.closed);
      void client.invalidateQueries({ queryKey: ['bulk-actions', run.id] });
    },
    onError: toastProblem,
  });
  if (!may('bulk-actions:run', run.site)) return null;
  return (
    <div className={styles['followUpEnd']}>
      <Button variant="subtle" size="compact-sm" onClick={() => setAsking(true)}>
        {said.closeFollowUp}
      </Button>
      <AlertDialog
        isOpen={isAsking}
        title={said.closeTitle}
        keepLabel={said.closeKeep}
        doLabel={said.closeDo}
        isBusy={close.isPending}
        onKeep={() => setAsking(false)}
        onDo={() => close.mutate()}
      >
        {said.closeText}
      </AlertDialog>
    </div>
  );
}
