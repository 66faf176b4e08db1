// A run that has ended: what it came to, the rows that need somebody, and what is next.
import { Button } from '@mantine/core';
import { IconCircleCheck, IconDownload } from '@tabler/icons-react';
import type { BulkAction } from '../../../../api/wire.ts';
import type { RunTimeline } from '../../../../api/wire-timeline.ts';
import type { Outcome } from '../../../../domain/bulk-action.ts';
import { resultsAddress } from '../../client/bulk-actions.ts';
import { useRights } from '../../context/rights.ts';
import { useFormats } from '../../words/formats.ts';
import { useLanguage, useWords } from '../../words/language.tsx';
import { type CountTile, CountTiles } from '../count-tiles.tsx';
import { OUTCOME_ORDER, OUTCOME_SIGNS, runWords } from '../run-words.ts';
import styles from './run.module.css';
import { changedBy } from './run-counts.ts';
import { RunHead } from './run-head.tsx';
import { NeedsPanel } from './run-needs.tsx';
import { NextPanel } from './run-next.tsx';
import { resultWords } from './run-results-words.ts';
import { RunTimelinePanel } from './run-timeline.tsx';
import { useLiveTimeline } from './use-live-timeline.ts';
import { useOwnDownload } from './use-own-download.ts';

export function RunResults({ run, inWizard }: { run: BulkAction; inWizard: boolean }) {
  const { may } = useRights();
  const timeline = useLiveTimeline(run);
  const isKept = run.discardedAt === null;
  const mayRead = may('people:read', run.site);
  const isSaved = useOwnDownload(run, isKept && mayRead);
  return (
    <>
      <RunHead
        run={run}
        title={<ResultSentence run={run} />}
        facts={useEndFacts(run, timeline.data, !inWizard)}
        aside={isKept && mayRead && <Spreadsheet run={run} isSaved={isSaved} />}
      />
      <ResultTiles run={run} isOpen={isKept && mayRead} />
      <div className={styles['halves']}>
        <div className={styles['column']}>
          <NeedsPanel run={run} isReadable={mayRead} />
        </div>
        <div className={styles['column']}>
          <NextPanel run={run} />
          <RunTimelinePanel run={run} query={timeline} />
        </div>
      </div>
    </>
  );
}

function ResultSentence({ run }: { run: BulkAction }) {
  const said = useWords(resultWords);
  const { number } = useFormats();
  const changed = changedBy(run);
  const open = run.counts.rejected + run.counts.failed;
  const left = run.counts['not-processed'];
  return [
    changed === 0 ? said.nobody : said.changed(number(changed), changed === 1),
    ...(open > 0 ? [said.notDone(number(open), open === 1)] : []),
    ...(left > 0 ? [said.notProcessed(number(left), left === 1)] : []),
  ].join(' ');
}

/** `withEnd`: until when it is all kept is said here. */
function useEndFacts(run: BulkAction, timeline: RunTimeline | undefined, withEnd: boolean): string[] {
  const said = useWords(resultWords);
  const { dateTime, duration, shortDate } = useFormats();
  const began = run.lockedAt ?? run.createdAt;
  const ended = run.finishedAt ?? began;
  const steps = timeline?.steps ?? [];
  const byOf = (what: string) => steps.find((step) => step.what === what && step.state === 'done')?.by;
  const [confirmed, approved, declined] = [byOf('confirmed'), byOf('approved'), byOf('declined')];
  return [
    dateTime(ended),
    ...(run.state === 'completed'
      ? [said.took(duration(Math.max(100, Date.parse(ended) - Date.parse(began))))]
      : []),
    ...(run.cancelReason ? [said.cancelReasons[run.cancelReason]] : []),
    ...(confirmed ? [said.confirmedBy(confirmed)] : []),
    ...(approved ? [said.approvedBy(approved)] : []),
    ...(declined ? [said.declinedBy(declined)] : []),
    ...(withEnd && timeline?.keptUntil ? [said.isKeptUntil(shortDate(timeline.keptUntil))] : []),
  ];
}

function Spreadsheet({ run, isSaved }: { run: BulkAction; isSaved: boolean }) {
  const said = useWords(resultWords);
  const address = resultsAddress(run, useLanguage());
  return (
    <>
      {isSaved && (
        <span className={styles['saved']}>
          <IconCircleCheck size={16} stroke={1.75} aria-hidden /> {said.saved}
        </span>
      )}
      <Button
        component="a"
        href={address}
        download
        variant="default"
        leftSection={<IconDownload size={16} stroke={1.75} aria-hidden />}
      >
        {said.spreadsheet}
      </Button>
    </>
  );
}

function ResultTiles({ run, isOpen }: { run: BulkAction; isOpen: boolean }) {
  const said = useWords(resultWords);
  const words = useWords(runWords);
  const always: readonly Outcome[] =
    run.kind === 'people' ? ['created', 'updated', 'unchanged'] : ['updated'];
  const shown = OUTCOME_ORDER.filter((outcome) => run.counts[outcome] > 0 || always.includes(outcome));
  const tiles: CountTile[] = [
    ...shown.map((outcome) => ({
      key: outcome,
      label: words.outcome[outcome],
      count: run.counts[outcome],
      fill: OUTCOME_SIGNS[outcome].fill,
    })),
    { key: 'all', label: said.allRows, count: run.counts.total },
  ];
  const links = Object.fromEntries(
    tiles.map(({ key }) => [key, `/runs/${run.id}/rows${key === 'all' ? '' : `?outcome=${key}`}`]),
  );
  return <CountTiles label={said.outcomes} tiles={tiles} {...(isOpen && { links })} />;
}
