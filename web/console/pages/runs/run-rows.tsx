// The rows of a run: what became of each, and why.
import { useQuery } from '@tanstack/react-query';
import { Link, useNavigate, useParams, useSearch } from '@tanstack/react-router';
import type { BulkAction } from '../../../../api/wire.ts';
import type { BulkRow } from '../../../../api/wire-rows.ts';
import { FAILED_OUTCOMES, isWaiting, OUTCOMES, type Outcome } from '../../../../domain/bulk-action.ts';
import { runQuery } from '../../client/bulk-actions.ts';
import { Page } from '../../frame/page.tsx';
import { openRows } from '../../kit/run/run-counts.ts';
import { keyOfRow, useFieldName } from '../../kit/run/run-rows-facts.ts';
import { useRowPages } from '../../kit/run/use-row-pages.ts';
import { OutcomeBadge } from '../../kit/run-badge.tsx';
import { runName } from '../../kit/run-name.tsx';
import { OUTCOME_ORDER, runWords } from '../../kit/run-words.ts';
import { Failure, Message, NoMatch, Waiting } from '../../kit/states.tsx';
import { type GridColumn, VirtualGrid } from '../../kit/virtual-grid.tsx';
import { useFormats } from '../../words/formats.ts';
import { useWords } from '../../words/language.tsx';
import { RowChange } from './row-change.tsx';
import styles from './run-rows.module.css';
import { runsWords } from './runs-words.ts';

export default function RunRowsPage() {
  const { id } = useParams({ from: '/frame/runs/$id/rows' });
  const said = useWords(runsWords);
  const words = useWords(runWords);
  const query = useQuery(runQuery(id));
  const run = query.data;
  const name = run ? runName(run, words) : said.run;
  return (
    <Page
      title={said.showing}
      width="full"
      crumbs={
        <>
          <Link to="/runs">{said.runs}</Link> <span aria-hidden>/</span>{' '}
          <Link to="/runs/$id" params={{ id }}>
            {name}
          </Link>
        </>
      }
    >
      {run ? (
        run.discardedAt === null ? (
          <Rows run={run} />
        ) : (
          <Message title={said.discarded} />
        )
      ) : query.isError ? (
        <Failure error={query.error} onRetry={() => void query.refetch()} />
      ) : (
        <Waiting lines={12} />
      )}
    </Page>
  );
}

/** `failed` alone, of a run where none has, is whatever needs somebody. */
function chosenIn(text: string | undefined, { counts }: BulkAction): Outcome[] {
  const named = text?.split(',') ?? [];
  const needing = FAILED_OUTCOMES.filter((outcome) => counts[outcome] > 0);
  const wanted: readonly string[] =
    text === 'failed' && counts.failed === 0 && needing.length > 0 ? needing : named;
  return OUTCOMES.filter((outcome) => wanted.includes(outcome));
}

function Rows({ run }: { run: BulkAction }) {
  const said = useWords(runsWords);
  const { number } = useFormats();
  const search = useSearch({ from: '/frame/runs/$id/rows' });
  const navigate = useNavigate();
  const outcomes = chosenIn(search.outcome, run);
  const { start, rowCount, rowAt, onRange } = useRowPages(run.id, outcomes);
  const columns = useColumns(run);
  const open = (index: number) => {
    const personId = rowAt(index)?.personId;
    if (personId) void navigate({ to: '/people/$id', params: { id: String(personId) } });
  };
  return (
    <div className={styles['grid']}>
      <Filters run={run} chosen={outcomes} />
      {start.isError ? (
        <Failure error={start.error} onRetry={() => void start.refetch()} />
      ) : start.data === undefined ? (
        <Waiting lines={12} />
      ) : rowCount === 0 ? (
        <NoMatch
          onClear={() => void navigate({ to: '/runs/$id/rows', params: { id: run.id }, search: {} })}
        />
      ) : (
        <VirtualGrid
          label={said.count(number(rowCount))}
          columns={columns}
          rowCount={rowCount}
          rowAt={rowAt}
          onRange={onRange}
          onOpen={open}
          narrow={(row) => <NarrowRow run={run} row={row} />}
          narrowHeight={84}
          rowTone={(index) => (isOpen(rowAt(index)) ? 'bad' : undefined)}
        />
      )}
    </div>
  );
}

const isOpen = (row: BulkRow | undefined): boolean =>
  row?.outcome === 'rejected' || row?.outcome === 'failed';

function Filters({ run, chosen }: { run: BulkAction; chosen: readonly Outcome[] }) {
  const said = useWords(runsWords);
  const words = useWords(runWords);
  const { number } = useFormats();
  const names = isWaiting(run.state) ? words.plan : words.outcome;
  const present = OUTCOME_ORDER.filter(
    (outcome) => run.counts[outcome] > 0 || (chosen.length === 1 && chosen[0] === outcome),
  );
  const needing = FAILED_OUTCOMES.filter((outcome) => present.includes(outcome));
  const key = chosen.join(',');
  const filters = [
    { key: '', label: said.allRows, count: run.counts.total },
    ...(needing.length > 1
      ? [
          {
            key: OUTCOMES.filter((outcome) => (needing as Outcome[]).includes(outcome)).join(','),
            label: said.needing,
            count: openRows(run),
          },
        ]
      : []),
    ...present.map((outcome) => ({
      key: outcome as string,
      label: names[outcome],
      count: run.counts[outcome],
    })),
  ];
  return (
    <nav className={styles['filters']} aria-label={said.showing}>
      {filters.map((filter) => (
        <Link
          key={filter.key}
          to="/runs/$id/rows"
          params={{ id: run.id }}
          search={filter.key === '' ? {} : { outcome: filter.key }}
          className={styles['filter']}
          activeProps={{}}
          data-chosen={filter.key === key || undefined}
          aria-current={filter.key === key ? 'true' : undefined}
        >
          {filter.label} <span>{number(filter.count)}</span>
        </Link>
      ))}
    </nav>
  );
}

function useColumns(run: BulkAction): GridColumn<BulkRow>[] {
  const said = useWords(runsWords);
  const words = useWords(runWords);
  const { number } = useFormats();
  const fieldName = useFieldName(run);
  return [
    { key: 'row', head: said.row, width: '84px', isNumber: true, cell: ({ row }) => number(row) },
    { key: 'outcome', head: words.kind[run.kind], width: '150px', cell: (row) => <Became row={row} /> },
    {
      key: 'person',
      head: said.person,
      width: 'minmax(180px, 240px)',
      cell: (row) => <WhoLink run={run} row={row} />,
    },
    {
      key: 'change',
      head: said.whatChanged,
      width: 'minmax(260px, 1fr)',
      cell: (row) => <RowChange row={row} fieldName={fieldName} />,
    },
    {
      key: 'why',
      head: said.why,
      width: 'minmax(320px, 1.4fr)',
      cell: ({ reasons }) => {
        const text = reasons.map(({ hint }) => hint).join(' ');
        return <span title={text}>{text}</span>;
      },
    },
  ];
}

function Became({ row }: { row: BulkRow }) {
  if (row.outcome) return <OutcomeBadge outcome={row.outcome} />;
  return row.plannedOutcome ? <OutcomeBadge outcome={row.plannedOutcome} isPlan /> : '–';
}

function WhoLink({ run, row }: { run: BulkAction; row: BulkRow }) {
  const said = useWords(runsWords);
  const key = keyOfRow(run, row);
  if (row.personId === null || row.outcome === 'deleted') return <span className="mono">{key || '–'}</span>;
  return (
    <Link to="/people/$id" params={{ id: String(row.personId) }} className={`mono ${styles['who']}`}>
      {key || said.open}
    </Link>
  );
}

function NarrowRow({ run, row }: { run: BulkAction; row: BulkRow }) {
  const { number } = useFormats();
  const fieldName = useFieldName(run);
  return (
    <div className={styles['narrow']}>
      <p className={styles['first']}>
        {number(row.row)} <Became row={row} /> <WhoLink run={run} row={row} />
      </p>
      <p className={styles['second']}>
        {row.reasons[0]?.hint ?? <RowChange row={row} fieldName={fieldName} />}
      </p>
    </div>
  );
}
