// A run as its page and the last steps of an import show it: under way, waiting for people, refused, or with its results.
import { useEffect, useState } from 'react';
import type { BulkAction } from '../../../../api/wire.ts';
import { isFinal, isWaiting } from '../../../../domain/bulk-action.ts';
import { markSeen } from '../../client/notifications.ts';
import { useWords } from '../../words/language.tsx';
import { Waiting } from '../states.tsx';
import { RunLive } from './run-live.tsx';
import { RunRejected } from './run-rejected.tsx';
import { RunResults } from './run-results.tsx';
import { runViewWords } from './run-view-words.ts';
import { RunWaiting } from './run-waiting.tsx';

type Props = { run: BulkAction; inWizard: boolean };

export function RunView({ run, inWizard }: Props) {
  const said = useWords(runViewWords);
  const isTiny = useIsTiny(run);
  const isOver = isFinal(run.state);
  useEffect(() => {
    if (isOver) markSeen(run.id);
  }, [isOver, run.id]);
  const { done, total } = run.progress;
  const quarter = isOver ? 4 : total === null || total === 0 ? 0 : Math.floor((done / total) * 4);
  return (
    <>
      <p className="visually-hidden" role="status">
        {isOver ? said.ended : quarter > 0 && !isWaiting(run.state) ? said.reached(quarter * 25) : ''}
      </p>
      {run.state === 'rejected' ? (
        <RunRejected run={run} />
      ) : isOver ? (
        <RunResults run={run} inWizard={inWizard} />
      ) : isWaiting(run.state) ? (
        <RunWaiting run={run} />
      ) : isTiny ? (
        <Waiting lines={8} height={48} />
      ) : (
        <RunLive run={run} />
      )}
    </>
  );
}

const TINY_ROWS = 500;
const TINY_MS = 1500;

/** True while a run of a few rows may be over before anybody could read how far it is: its results come at once. */
function useIsTiny({ createdAt, progress }: BulkAction): boolean {
  const [now, setNow] = useState(Date.now);
  const left = Date.parse(createdAt) + TINY_MS - now;
  const isTiny = left > 0 && left <= TINY_MS && (progress.total ?? 0) <= TINY_ROWS;
  useEffect(() => {
    if (!isTiny) return;
    const timer = setTimeout(() => setNow(Date.now()), left);
    return () => clearTimeout(timer);
  }, [isTiny, left]);
  return isTiny;
}
