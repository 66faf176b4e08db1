// A run that waits: what it would do, why it asks, and who can answer. Nothing is written by then.
import { Button } from '@mantine/core';
import { IconAlertTriangle } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { useState } from 'react';
import type { BulkAction } from '../../../../api/wire.ts';
import { useRunAnswer } from '../../client/bulk-actions.ts';
import { draftsQuery } from '../../client/imports.ts';
import { sessionQuery } from '../../client/session.ts';
import { useRights } from '../../context/rights.ts';
import { useFormats } from '../../words/formats.ts';
import { useWords } from '../../words/language.tsx';
import { ConfirmTyped } from '../confirm-typed.tsx';
import { type CountTile, CountTiles } from '../count-tiles.tsx';
import { EditButton } from '../edit-button.tsx';
import { Panel } from '../panel.tsx';
import { needingYou, OUTCOME_ORDER, OUTCOME_SIGNS, runWords } from '../run-words.ts';
import { toast, toastProblem } from '../toast.ts';
import styles from './run.module.css';
import { changedBy } from './run-counts.ts';
import { RunHead, useStarted } from './run-head.tsx';
import { resultWords } from './run-results-words.ts';
import { RunTimelinePanel } from './run-timeline.tsx';
import { runViewWords } from './run-view-words.ts';
import { useLiveTimeline } from './use-live-timeline.ts';
import { useReasonsToAsk } from './use-reasons-to-ask.ts';

export function RunWaiting({ run }: { run: BulkAction }) {
  const said = useWords(runViewWords);
  const { number, dateTime } = useFormats();
  const timeline = useLiveTimeline(run);
  const reasons = useReasonsToAsk(run);
  const changed = changedBy(run);
  const until = run.ask?.until;
  return (
    <>
      <RunHead
        run={run}
        title={changed === 0 ? said.nothingWould : said.wouldChange(number(changed), changed === 1)}
        facts={[useStarted(run)]}
      />
      <PlanTiles run={run} />
      <div className={styles['columns']} style={{ marginTop: 20 }}>
        <Panel title={said.asked}>
          <ul className={styles['sentences']}>
            {reasons.map((reason) => (
              <li key={reason}>{reason}</li>
            ))}
            {until && (
              <li>
                {run.state === 'grace-period' ? said.goesOn(dateTime(until)) : said.until(dateTime(until))}
              </li>
            )}
          </ul>
          <Mending run={run} />
          <div className={styles['decide']}>
            <Decide run={run} changed={changed} />
          </div>
        </Panel>
        <RunTimelinePanel run={run} query={timeline} />
      </div>
    </>
  );
}

/** Rows with problems are mended by who began the import, in its preview; others are told so. */
function Mending({ run }: { run: BulkAction }) {
  const said = useWords(runViewWords);
  const me = useQuery(sessionQuery).data;
  const isMine = me !== undefined && me !== null && run.startedById === me.personId;
  const isMendable =
    run.kind === 'people' &&
    run.fileName !== null &&
    run.state === 'awaiting-confirmation' &&
    run.ask?.why.includes('dry-run') === true &&
    needingYou(run) > 0;
  const drafts = useQuery({ ...draftsQuery, enabled: isMine && isMendable });
  const draft = drafts.data?.find(({ bulkActionId }) => bulkActionId === run.id);
  if (!isMendable) return null;
  if (!isMine)
    return run.startedBy === null ? null : (
      <p className={styles['mending']}>{said.onlyStarterMends(run.startedBy)}</p>
    );
  if (!draft) return null;
  return (
    <p className={styles['mending']}>
      <Link to="/import/$draft/preview" params={{ draft: draft.id }} className={styles['link']}>
        {said.mendInPreview}
      </Link>
    </p>
  );
}

function PlanTiles({ run }: { run: BulkAction }) {
  const said = useWords(resultWords);
  const words = useWords(runWords);
  const shown = OUTCOME_ORDER.filter((outcome) => run.counts[outcome] > 0);
  const tiles: CountTile[] = [
    ...shown.map((outcome) => ({
      key: outcome,
      label: words.plan[outcome],
      count: run.counts[outcome],
      fill: OUTCOME_SIGNS[outcome].fill,
    })),
    { key: 'all', label: said.allRows, count: run.counts.total },
  ];
  const links = Object.fromEntries(
    tiles.map(({ key }) => [key, `/runs/${run.id}/rows${key === 'all' ? '' : `?outcome=${key}`}`]),
  );
  return <CountTiles label={said.outcomes} tiles={tiles} links={links} />;
}

/** So many people are run for without a phrase to be typed. */
const UNTYPED_MAX = 99;

function Decide({ run, changed }: { run: BulkAction; changed: number }) {
  const said = useWords(runViewWords);
  const { number } = useFormats();
  const { may } = useRights();
  const me = useQuery(sessionQuery).data;
  const [isOpen, setOpen] = useState(false);
  const answer = useRunAnswer(run.id);
  const removed = run.counts.anonymized + run.counts.deleted;
  if (run.state === 'grace-period') return null;
  if (run.state === 'awaiting-approval') {
    const own = [run.startedById, ...(run.ask?.consents ?? []).map(({ byPersonId }) => byPersonId)];
    if (own.includes(me?.personId ?? null)) return <span>{said.waitsForOther}</span>;
    return (
      <Button component={Link} to={`/approvals/${run.id}`}>
        {said.approve}
      </Button>
    );
  }
  if (!may('bulk-actions:run', run.site)) return null;
  // Once it is confirmed it does not wait any more, so this is not on the page when the answer comes.
  const confirm = () =>
    void answer
      .mutateAsync({ what: 'confirm', body: { round: run.ask?.round } })
      .then(() => toast(said.confirmed), toastProblem);
  const isTyped =
    removed > 0 || (changed > UNTYPED_MAX && (run.kind === 'undo' || run.ask?.why.includes('limits')));
  const label = said.confirm(number(changed), changed === 1);
  return (
    <>
      <EditButton
        siteId={run.site}
        color={removed > 0 ? 'red' : ''}
        onClick={() => (isTyped ? setOpen(true) : confirm())}
        loading={answer.isPending}
      >
        {label}
      </EditButton>
      <ConfirmTyped
        isOpen={isOpen}
        icon={IconAlertTriangle}
        title={said.confirmTitle(number(changed))}
        phrase={said.phrase(String(changed))}
        keepLabel={said.keepPlan}
        doLabel={label}
        isBusy={answer.isPending}
        onKeep={() => setOpen(false)}
        onDo={confirm}
      >
        {removed > 0 ? said.confirmRemoves(number(removed)) : run.kind === 'undo' ? said.confirmUndo : null}
      </ConfirmTyped>
    </>
  );
}
