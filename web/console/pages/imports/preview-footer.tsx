// The bottom of the preview: the way back, what running means, and the button that runs.
import { Button } from '@mantine/core';
import { IconArrowRight, IconLock, IconMail } from '@tabler/icons-react';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { Link, useNavigate } from '@tanstack/react-router';
import { useState } from 'react';
import type { BulkAction } from '../../../../api/wire.ts';
import type { PlanSummary } from '../../../../api/wire-plans.ts';
import { answerRun, keepRun } from '../../client/bulk-actions.ts';
import { useKeys } from '../../context/keys.ts';
import { useRights } from '../../context/rights.ts';
import { useSites } from '../../context/site.ts';
import { timeLeft } from '../../kit/lock-words.ts';
import { toast, toastProblem } from '../../kit/toast.ts';
import { useFormats } from '../../words/formats.ts';
import { useLanguage, useWords } from '../../words/language.tsx';
import styles from './preview.module.css';
import { PreviewConfirm, takingOf } from './preview-confirm.tsx';
import { previewWords } from './preview-words.ts';

type Props = { draft: string; run: BulkAction; plan: PlanSummary; round: number; isMoving: boolean };

export function PreviewFooter({ draft, run, plan, round, isMoving }: Props) {
  const said = useWords(previewWords);
  const { number } = useFormats();
  const { may } = useRights();
  const navigate = useNavigate();
  const client = useQueryClient();
  const [isAsking, setAsking] = useState(false);
  const locked = useLockedSaid(run, plan);
  const leftOut = plan.counts.rejected + plan.counts.failed;
  const isNothing = plan.people === 0;
  const confirm = useMutation({
    mutationFn: () => answerRun(run.id, 'confirm', { round }),
    onSuccess: (changed) => {
      keepRun(client, changed);
      void navigate({ to: '/import/$draft/run', params: { draft } });
    },
    onError: (error) => {
      setAsking(false);
      toastProblem(error);
      void client.invalidateQueries({ queryKey: ['bulk-actions', run.id] });
    },
  });
  const end = useMutation({
    mutationFn: () => answerRun(run.id, 'cancel'),
    onSuccess: (changed) => {
      keepRun(client, changed);
      toast(said.ended);
      void navigate({ to: '/import' });
    },
    onError: toastProblem,
  });
  const mayRun = may('bulk-actions:run', run.site) && !isMoving;
  const goOn = () => {
    if (!mayRun || confirm.isPending || end.isPending) return;
    if (isNothing) end.mutate();
    else if (takingOf(plan.counts)) setAsking(true);
    else confirm.mutate();
  };
  useKeys({ 'ctrl+enter': goOn });
  const asks = (run.ask?.approvals.length ?? 0) > 0 ? said.askToRun : said.run;
  return (
    <>
      <div className={styles['footerFacts']}>
        <Button variant="default" component={Link} to={`/import/${draft}/configure`}>
          {said.back}
        </Button>
        {!isNothing && (
          <span className={styles['fact']}>
            <IconLock size={18} stroke={1.5} aria-hidden />
            {locked}
          </span>
        )}
        {plan.invitations !== 0 && (
          <span className={styles['fact']}>
            <IconMail size={18} stroke={1.5} aria-hidden />
            {plan.invitations === null
              ? said.invitationsByRow
              : said.invitations(plan.invitations, number(plan.invitations))}
          </span>
        )}
      </div>
      <div className={styles['footerRun']}>
        {leftOut > 0 && !isNothing && <span>{said.leftOut(leftOut, number(leftOut))}</span>}
        {may('bulk-actions:run', run.site) && (
          <Button
            variant={isNothing ? 'default' : 'filled'}
            loading={confirm.isPending || end.isPending}
            aria-disabled={isMoving}
            {...(isMoving && { 'data-disabled': true })}
            rightSection={!isNothing && <IconArrowRight size={18} stroke={1.75} aria-hidden />}
            onClick={goOn}
          >
            {isMoving ? said.checking : isNothing ? said.end : asks(plan.people, number(plan.people))}
          </Button>
        )}
      </div>
      <PreviewConfirm
        run={run}
        plan={plan}
        isOpen={isAsking}
        isBusy={confirm.isPending}
        onKeep={() => setAsking(false)}
        onDo={() => confirm.mutate()}
      />
    </>
  );
}

/** Which sites are locked, the run's own first, by name as far as one knows them, and about how long. */
function useLockedSaid({ site }: BulkAction, { lock }: PlanSummary): string {
  const said = useWords(previewWords);
  const language = useLanguage();
  const { number, list } = useFormats();
  const sites = useSites();
  const nameOf = (wanted: number) => sites.find(({ id }) => id === wanted)?.name ?? String(wanted);
  const [first = site, ...others] = [...lock.siteIds].sort(
    (one, other) => Number(other === site) - Number(one === site) || one - other,
  );
  const named = others.length > 1 ? [said.moreSites(number(others.length))] : others.map(nameOf);
  return said.locked(
    list([nameOf(first), ...named]),
    others.length === 0,
    timeLeft(Math.max(1, lock.seconds), language),
  );
}
