// The timeline of a run, from the reading of its file to its report.
import { IconCheck, IconExternalLink, IconLoader2, IconX } from '@tabler/icons-react';
import type { UseQueryResult } from '@tanstack/react-query';
import type { BulkAction } from '../../../../api/wire.ts';
import type { RunTimeline, TimelineStep } from '../../../../api/wire-timeline.ts';
import { useFormats } from '../../words/formats.ts';
import { useWords } from '../../words/language.tsx';
import { Panel } from '../panel.tsx';
import { Loaded } from '../states.tsx';
import styles from './run.module.css';
import { runViewWords } from './run-view-words.ts';
import { useStepFacts } from './use-step-facts.ts';

type Props = { run: BulkAction; query: UseQueryResult<RunTimeline> };

export function RunTimelinePanel({ run, query }: Props) {
  const said = useWords(runViewWords);
  const address = query.data?.workflowUrl ?? null;
  return (
    <Panel
      title={said.timeline}
      className={styles['timelinePanel'] ?? ''}
      aside={
        address !== null && (
          <a href={address} target="_blank" rel="noreferrer" className={styles['outside']}>
            {said.temporal} <IconExternalLink size={16} stroke={1.75} aria-hidden />
          </a>
        )
      }
    >
      <Loaded query={query}>
        {(timeline) => (
          <ol className={styles['timeline']}>
            {timeline.steps.map((step, place) => (
              <Step key={`${step.what} ${step.at ?? place}`} run={run} step={step} timeline={timeline} />
            ))}
          </ol>
        )}
      </Loaded>
    </Panel>
  );
}

const SIGNS = { done: IconCheck, now: IconLoader2, 'left-out': IconX, 'to-come': null } as const;

function Step({ run, step, timeline }: { run: BulkAction; step: TimelineStep; timeline: RunTimeline }) {
  const said = useWords(runViewWords);
  const { timeWithSeconds } = useFormats();
  const { what, state } = step;
  const Sign = SIGNS[state];
  const at = step.endedAt ?? step.at;
  const name =
    state === 'now' && said.awaited[what] !== undefined
      ? said.awaited[what]
      : what === 'guards' && (run.ask?.tripped.length ?? 0) > 0
        ? said.guardsAsked
        : said.steps[what];
  const facts = useStepFacts(run, step, timeline);
  return (
    <li className={styles['step']} data-state={state}>
      <span className={styles['sign']} aria-hidden>
        {Sign && <Sign size={14} stroke={2} />}
      </span>
      <div className={styles['stepText']}>
        <p className={styles['stepName']}>
          <span>{name}</span>
          <span className={styles['stepTime']}>
            {state === 'now' ? said.now : state === 'done' && at !== null ? timeWithSeconds(at) : ''}
          </span>
        </p>
        {facts.map((fact) => (
          <p key={fact} className={styles['stepFact']}>
            {fact}
          </p>
        ))}
        {state === 'now' && step.planned !== null && step.planned > 0 && (
          <span aria-hidden className={styles['stepBar']}>
            <span style={{ width: `${((step.rows ?? 0) / step.planned) * 100}%` }} />
          </span>
        )}
      </div>
    </li>
  );
}
