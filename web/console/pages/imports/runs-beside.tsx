// Beside what is being prepared: imports under way, and those that ended while nobody looked.
import { Button } from '@mantine/core';
import { useInfiniteQuery, useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { runsQuery } from '../../client/bulk-actions.ts';
import { draftsQuery, unseenImportsQuery } from '../../client/imports.ts';
import { useRights } from '../../context/rights.ts';
import { Panel } from '../../kit/panel.tsx';
import { RunBadge } from '../../kit/run-badge.tsx';
import { RunName, runName } from '../../kit/run-name.tsx';
import { runWords } from '../../kit/run-words.ts';
import { useFormats } from '../../words/formats.ts';
import { useWords } from '../../words/language.tsx';
import styles from './imports.module.css';
import { importsWords } from './imports-words.ts';

const LOOKED_AT = 50;

export function RunsBeside({ siteId }: { siteId: number | undefined }) {
  const said = useWords(importsWords);
  const { may } = useRights();
  const mayRead = may('bulk-actions:read');
  const runs = useInfiniteQuery({ ...runsQuery({ site: siteId, limit: LOOKED_AT }), enabled: mayRead });
  const unseen = useQuery(unseenImportsQuery);
  const mine = (useQuery(draftsQuery).data ?? []).map(({ bulkActionId }) => bulkActionId);
  const words = useWords(runWords);
  const { number, dateTime } = useFormats();
  const underWay = (runs.data?.pages[0]?.items ?? []).filter(
    ({ id, kind, finishedAt }) =>
      (kind === 'people' || kind === 'photos') && finishedAt === null && !mine.includes(id),
  );
  const ended = unseen.data ?? [];
  // Both at once: what comes later would push the other down.
  if (unseen.isPending || runs.isLoading) return null;
  return (
    <>
      {underWay.length > 0 && (
        <Panel
          title={said.underWay}
          isFlush
          aside={
            <Link to="/runs" className={styles['all']}>
              {said.allRuns}
            </Link>
          }
        >
          <ul className={styles['list']}>
            {underWay.map((run) => (
              <li key={run.id} className={styles['line']}>
                <div className={styles['what']}>
                  <Link to="/runs/$id" params={{ id: run.id }} className={styles['name']}>
                    <RunName run={run} />
                  </Link>
                  <span className={styles['meta']}>
                    {[
                      ...(run.startedBy === null ? [] : [run.startedBy]),
                      dateTime(run.createdAt),
                      ...(run.progress.total === null
                        ? []
                        : [said.rows(number(run.progress.total), run.progress.total === 1)]),
                    ].join(' · ')}
                  </span>
                </div>
                <RunBadge run={run} />
              </li>
            ))}
          </ul>
        </Panel>
      )}
      {ended.length > 0 && (
        <Panel title={said.unseen} isFlush>
          <ul className={styles['list']}>
            {ended.map((run) => {
              const { id, bulkActionId, at, rows, fileName } = run;
              const to = `/runs/${bulkActionId ?? ''}`;
              const name = runName(
                {
                  kind: run.kind ?? 'people',
                  fileName,
                  undoes: null,
                  options: { action: run.action ?? 'update' },
                },
                words,
              );
              return (
                <li key={id} className={styles['line']}>
                  <div className={styles['what']}>
                    <Link to={to} className={styles['name']}>
                      {name}
                    </Link>
                    <span className={styles['meta']}>
                      {[dateTime(at), said.rows(number(rows), rows === 1)].join(' · ')}
                    </span>
                  </div>
                  <Button component={Link} to={to} variant="default" aria-label={said.seeOf(name)}>
                    {said.see}
                  </Button>
                </li>
              );
            })}
          </ul>
        </Panel>
      )}
    </>
  );
}
