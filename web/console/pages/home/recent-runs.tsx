// The newest runs that are not under way, and what became of their rows.
import { useInfiniteQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import type { BulkAction } from '../../../../api/wire.ts';
import { isWaiting } from '../../../../domain/bulk-action.ts';
import { OutcomeBar } from '../../kit/outcome-bar.tsx';
import { Panel } from '../../kit/panel.tsx';
import { RunBadge } from '../../kit/run-badge.tsx';
import { runKindWord } from '../../kit/run-name.tsx';
import { runWords } from '../../kit/run-words.ts';
import { Failure, Waiting } from '../../kit/states.tsx';
import tables from '../../kit/table.module.css';
import { useFormats } from '../../words/formats.ts';
import { useWords } from '../../words/language.tsx';
import styles from './home.module.css';
import { isDropped, isUnderWay, recentRunsQuery } from './home-runs.ts';
import { useHomeTimes } from './home-times.ts';
import { homeWords } from './home-words.ts';

const SHOWN = 4;

export function RecentRuns({ siteId }: { siteId: number | undefined }) {
  const said = useWords(homeWords);
  const runs = useInfiniteQuery(recentRunsQuery(siteId));
  const shown = runs.data?.pages[0]?.items
    .filter((run) => !isUnderWay(run) && !isDropped(run))
    .slice(0, SHOWN);
  return (
    <Panel
      title={said.recentRuns}
      isFlush
      aside={
        <span className={styles['aside']}>
          <Link to="/runs">{said.allRuns}</Link>
        </span>
      }
    >
      {shown === undefined ? (
        runs.isError ? (
          <Failure error={runs.error} onRetry={() => void runs.refetch()} />
        ) : (
          <Waiting lines={5} height={40} />
        )
      ) : shown.length === 0 ? (
        <p className={styles['quiet']}>{said.noRuns}</p>
      ) : (
        <RunTable runs={shown} />
      )}
    </Panel>
  );
}

function RunTable({ runs }: { runs: readonly BulkAction[] }) {
  const said = useWords(homeWords);
  return (
    <table className={`${tables['table']} ${tables['folding']}`}>
      <thead>
        <tr>
          <th scope="col">{said.run}</th>
          <th scope="col">{said.started}</th>
          <th scope="col">{said.by}</th>
          <th scope="col" data-number>
            {said.rowCount}
          </th>
          <th scope="col">{said.outcomes}</th>
          <th scope="col">{said.state}</th>
        </tr>
      </thead>
      <tbody>
        {runs.map((run) => (
          <RunRow key={run.id} run={run} />
        ))}
      </tbody>
    </table>
  );
}

function RunRow({ run }: { run: BulkAction }) {
  const said = useWords(homeWords);
  const words = useWords(runWords);
  const { number } = useFormats();
  const { near } = useHomeTimes();
  const total = run.progress.total ?? run.counts.total;
  return (
    <tr>
      <td>
        <Link to="/runs/$id" params={{ id: run.id }}>
          <span className={styles['kind']}>{runKindWord(run, words)}</span>
          {(run.fileName ?? run.undoes) !== null && ` · ${run.fileName ?? run.undoes}`}
        </Link>
      </td>
      <td data-soft>{near(run.createdAt)}</td>
      <td data-soft>{run.startedBy ?? '–'}</td>
      <td data-number>{number(total)}</td>
      <td data-bar data-soft>
        {isWaiting(run.state) ? (
          said.unwritten
        ) : run.state === 'rejected' || total === 0 ? (
          said.unwrittenEver
        ) : (
          <OutcomeBar counts={run.counts} size="md" />
        )}
      </td>
      <td className={styles['badge']}>
        <RunBadge run={run} />
      </td>
    </tr>
  );
}
