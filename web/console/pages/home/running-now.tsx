// The run that is under way: how far it is, what it keeps locked, and which runs wait for it.
import { IconClock, IconLock } from '@tabler/icons-react';
import { useInfiniteQuery, useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import type { BulkAction } from '../../../../api/wire.ts';
import type { Lock } from '../../../../api/wire-live.ts';
import { runQuery } from '../../client/bulk-actions.ts';
import { useLock } from '../../client/locks.ts';
import { useSite } from '../../context/site.ts';
import { Badge } from '../../kit/badge.tsx';
import { lockWords, timeLeft } from '../../kit/lock-words.ts';
import { Panel } from '../../kit/panel.tsx';
import { RunBadge } from '../../kit/run-badge.tsx';
import { RunName, runName } from '../../kit/run-name.tsx';
import { runWords } from '../../kit/run-words.ts';
import { Failure, Waiting } from '../../kit/states.tsx';
import { useFormats } from '../../words/formats.ts';
import { useLanguage, useWords } from '../../words/language.tsx';
import styles from './home.module.css';
import { isUnderWay, recentRunsQuery } from './home-runs.ts';
import { homeWords } from './home-words.ts';

export function RunningNow({ siteId }: { siteId: number | undefined }) {
  const said = useWords(homeWords);
  const lock = useLock(siteId);
  const runs = useInfiniteQuery(recentRunsQuery(siteId));
  const listed = runs.data?.pages[0]?.items.filter(isUnderWay) ?? [];
  const shownId = lock?.bulkActionId ?? listed.find(({ state }) => state === 'applying')?.id ?? listed[0]?.id;
  const { data: shown } = useQuery({ ...runQuery(shownId ?? ''), enabled: shownId !== undefined });
  const run = shown && isUnderWay(shown) ? shown : undefined;
  const behind = [
    ...(lock?.queued ?? []).map((one) => one.id),
    ...listed
      .filter(({ id }) => id !== shownId && !lock?.queued.some((one) => one.id === id))
      .map(({ id }) => id),
  ];
  return (
    <Panel title={said.runningNow} aside={run && <RunBadge run={run} />} isFlush={!run}>
      {run ? (
        <>
          <Progress run={run} lock={lock} />
          <Behind lock={lock} ids={behind} />
        </>
      ) : runs.isError ? (
        <Failure error={runs.error} onRetry={() => void runs.refetch()} />
      ) : runs.data ? (
        <p className={styles['quiet']}>
          <strong>{said.nobody}</strong> {said.nobodyMore}
        </p>
      ) : (
        <Waiting lines={3} height={56} />
      )}
    </Panel>
  );
}

function Progress({ run, lock }: { run: BulkAction; lock: Lock | null }) {
  const said = { ...useWords(homeWords), ...useWords(lockWords) };
  const named = useWords(runWords);
  const language = useLanguage();
  const { number, percent, time } = useFormats();
  const { done, total } = run.progress;
  const share = total === null || total === 0 ? undefined : Math.min(100, Math.floor((done / total) * 100));
  const seconds = lock?.bulkActionId === run.id ? lock.secondsLeft : null;
  return (
    <>
      <div className={styles['far']}>
        <div>
          <Link to="/runs/$id" params={{ id: run.id }}>
            <RunName run={run} />
          </Link>
          <div className={styles['meta']}>{said.startedBy(run.startedBy, time(run.createdAt))}</div>
        </div>
        {share !== undefined && <span className={styles['percent']}>{percent(share)}</span>}
      </div>
      <div
        className={styles['bar']}
        role="progressbar"
        aria-label={`${said.progress}: ${runName(run, named)}`}
        aria-valuemin={0}
        aria-valuemax={100}
        {...(share !== undefined && { 'aria-valuenow': share })}
      >
        <div style={{ width: `${share ?? 0}%` }} />
      </div>
      <div className={`${styles['meta']} ${styles['between']}`}>
        <span>
          {total === null ? said.reading : said.rowsOf(number(done), number(total))}
          {run.phase !== null && ` · ${said.phase[run.phase]}`}
        </span>
        {seconds !== null && <span>{said.about(timeLeft(seconds, language))}</span>}
      </div>
    </>
  );
}

const BEHIND_MAX = 3;

function Behind({ lock, ids }: { lock: Lock | null; ids: readonly string[] }) {
  const said = useWords(lockWords);
  const site = useSite();
  if (!lock && ids.length === 0) return null;
  return (
    <ul className={styles['behind']}>
      {lock && (
        <li>
          <IconLock size={18} stroke={1.75} aria-hidden />
          {said.locked(site?.name ?? '', lock.siteCount - 1)}
        </li>
      )}
      {ids.slice(0, BEHIND_MAX).map((id) => (
        <BehindLine key={id} id={id} isQueued={lock?.queued.some((one) => one.id === id) ?? false} />
      ))}
    </ul>
  );
}

function BehindLine({ id, isQueued }: { id: string; isQueued: boolean }) {
  const said = useWords(lockWords);
  const named = useWords(runWords);
  const { number } = useFormats();
  const { data: run } = useQuery(runQuery(id));
  if (!run || !isUnderWay(run)) return null;
  const rows = run.progress.total;
  return (
    <li>
      <IconClock size={18} stroke={1.75} aria-hidden />
      <span>
        <Link to="/runs/$id" params={{ id }}>
          <RunName run={run} />
        </Link>{' '}
        {isQueued && `${said.waitsForIt}${rows === null ? '' : ', '}`}
        {rows !== null && said.rows(number(rows))}
      </span>
      {isQueued ? (
        <Badge tone="neutral" icon={IconClock}>
          {named.state.queued}
        </Badge>
      ) : (
        <RunBadge run={run} />
      )}
    </li>
  );
}
