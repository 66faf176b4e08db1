// A run that is under way: how far it is, how fast, what came of its rows so far, and what is to come.
import { IconDeviceDesktopOff } from '@tabler/icons-react';
import { Link } from '@tanstack/react-router';
import type { BulkAction } from '../../../../api/wire.ts';
import type { RunTimeline, TimelineStepName } from '../../../../api/wire-timeline.ts';
import type { Outcome } from '../../../../domain/bulk-action.ts';
import { useFormats } from '../../words/formats.ts';
import { useWords } from '../../words/language.tsx';
import { OutcomeBar } from '../outcome-bar.tsx';
import { Panel } from '../panel.tsx';
import { OUTCOME_SIGNS, runWords } from '../run-words.ts';
import { TimeChart } from '../time-chart.tsx';
import { LatestProblems } from './latest-problems.tsx';
import styles from './run.module.css';
import { RunHead, useStarted } from './run-head.tsx';
import { RunTimelinePanel } from './run-timeline.tsx';
import { runViewWords } from './run-view-words.ts';
import { useLiveTimeline } from './use-live-timeline.ts';
import { type Pace, usePace } from './use-pace.ts';

export function RunLive({ run }: { run: BulkAction }) {
  const said = useWords(runViewWords);
  const { number, duration, dateTime } = useFormats();
  const timeline = useLiveTimeline(run);
  const pace = usePace(run, timeline.data);
  const percent = pace.total === 0 ? 0 : Math.floor((pace.done / pace.total) * 100);
  const facts = [useStarted(run)];
  if (run.paused)
    facts.push(
      run.paused.by === null
        ? said.paused(dateTime(run.paused.at))
        : said.pausedBy(run.paused.by, dateTime(run.paused.at)),
    );
  if (run.isCancelling) facts.push(said.cancelling);
  return (
    <>
      <RunHead
        run={run}
        title={<LiveTitle run={run} pace={pace} />}
        facts={facts}
        aside={
          pace.perSecond !== null && (
            <div className={styles['pace']}>
              {pace.leftMs !== null && <strong>{said.left(duration(pace.leftMs))}</strong>}
              <span>{said.perSecond(number(Math.round(pace.perSecond)))}</span>
            </div>
          )
        }
      />
      <OutcomeBar counts={run.counts} total={Math.max(pace.total, 1)} size="lg" />
      <div className={styles['underBar']}>
        <span>
          <IconDeviceDesktopOff size={18} stroke={1.75} aria-hidden /> {said.close}
        </span>
        <span>{percent} %</span>
      </div>
      <div className={styles['columns']}>
        <div className={styles['column']}>
          <OutcomesSoFar run={run} timeline={timeline.data} />
          <RatePanel pace={pace} />
          <LatestProblems run={run} />
        </div>
        <RunTimelinePanel run={run} query={timeline} />
      </div>
    </>
  );
}

function LiveTitle({ run, pace }: { run: BulkAction; pace: Pace }) {
  const said = useWords(runViewWords);
  const { number } = useFormats();
  if (run.state === 'staging') return said.reading;
  if (run.state === 'checking') return said.checking(number(pace.total));
  if (run.state === 'queued' && pace.done === 0) return said.queued;
  const [done, rest] = said.rows(number(pace.done), number(pace.total));
  return (
    <>
      {done}
      <span className={styles['rest']}>{rest}</span>
    </>
  );
}

const STEP_OF: Partial<Record<Outcome, TimelineStepName>> = {
  updated: 'update',
  created: 'create',
  archived: 'archive',
  restored: 'restore',
  anonymized: 'anonymize',
  deleted: 'delete',
};
const SHOWN: readonly Outcome[] = [
  'updated',
  'created',
  'archived',
  'restored',
  'anonymized',
  'deleted',
  'unchanged',
  'skipped',
  'rejected',
  'failed',
];

function OutcomesSoFar({ run, timeline }: { run: BulkAction; timeline: RunTimeline | undefined }) {
  const said = useWords(runViewWords);
  const words = useWords(runWords);
  const { number } = useFormats();
  const plannedOf = (outcome: Outcome): number =>
    timeline?.steps.find(({ what }) => what === STEP_OF[outcome])?.planned ?? 0;
  const shown = SHOWN.filter((outcome) => run.counts[outcome] > 0 || plannedOf(outcome) > 0);
  const beside = (outcome: Outcome): string => {
    const planned = plannedOf(outcome);
    if (STEP_OF[outcome]) return planned > 0 ? said.ofPlanned(number(planned)) : '';
    return outcome === 'rejected' || outcome === 'failed' ? said.notWritten : said.checked;
  };
  return (
    <Panel title={said.outcomes} aside={said.opens}>
      {shown.length === 0 ? (
        <p className={styles['quiet']}>{said.noRate}</p>
      ) : (
        <ul className={styles['outcomes']}>
          {shown.map((outcome) => (
            <li key={outcome}>
              <span
                aria-hidden
                className={styles['fill']}
                style={{ background: OUTCOME_SIGNS[outcome].fill }}
              />
              <span>{words.outcome[outcome]}</span>
              <Link
                to="/runs/$id/rows"
                params={{ id: run.id }}
                search={{ outcome }}
                className={styles['count']}
                aria-label={`${words.outcome[outcome]} ${number(run.counts[outcome])}`}
              >
                {number(run.counts[outcome])}
              </Link>
              <span className={styles['of']}>{beside(outcome)}</span>
            </li>
          ))}
        </ul>
      )}
    </Panel>
  );
}

function RatePanel({ pace: { points, perSecond } }: { pace: Pace }) {
  const said = useWords(runViewWords);
  const { number, duration } = useFormats();
  const [first, last] = [points[0], points.at(-1)];
  if (!first || !last || points.length < 3)
    return (
      <Panel title={said.rate}>
        <p className={styles['quiet']}>{said.noRate}</p>
      </Panel>
    );
  const sinceFirst = (at: string) =>
    duration(Math.round((Date.parse(at) - Date.parse(first.at)) / 1000) * 1000);
  const most = Math.max(...points.map(({ value }) => value));
  return (
    <Panel title={said.rate} aside={said.lastSeconds(sinceFirst(last.at))}>
      <TimeChart
        label={said.rate}
        points={points}
        summary={said.rateSummary(number(Math.round(perSecond ?? last.value)), number(Math.round(most)))}
        height={150}
        xOf={sinceFirst}
        yOf={(value) => number(Math.round(value))}
      />
    </Panel>
  );
}
