// The plan of a run that waits to be confirmed: counts, its first rows, and the button that runs it.
import { Button, Group, Loader, Table } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { Link, useNavigate } from '@tanstack/react-router';
import type { BulkAction } from '../../../api/wire.ts';
import type { BulkRow } from '../../../api/wire-rows.ts';
import { rowsQuery, runQuery, useRunAnswer } from '../client/bulk-actions.ts';
import { useKeys } from '../context/keys.ts';
import { useFormats } from '../words/formats.ts';
import { useWords } from '../words/language.tsx';
import { fieldWords, shownValue } from './field-words.ts';
import { OutcomeBar } from './outcome-bar.tsx';
import { Panel } from './panel.tsx';
import { useRefused } from './refused.ts';
import { OutcomeBadge } from './run-badge.tsx';
import styles from './run-plan.module.css';
import { planWords } from './run-plan-words.ts';
import { OUTCOME_ORDER } from './run-words.ts';
import { Loaded, Waiting } from './states.tsx';
import { toast, toastProblem } from './toast.ts';

const ROWS_SHOWN = 50;
/** Where the columns of a row say who it is about: identifier, first and last name. */
const WHO = [4, 5, 1];

type Props = {
  runId: string;
  /** After the plan was dropped. */
  onDropped: () => void;
  /** Its key works as that of a dialog. */
  isInDialog?: boolean;
};

export function RunPlan({ runId, onDropped, isInDialog = false }: Props) {
  const words = useWords(planWords);
  const run = useQuery(runQuery(runId));
  return (
    <Panel title={words.title} isFlush>
      <Loaded query={run} waiting={<Waiting lines={3} />}>
        {(one) => <PlanOf run={one} onDropped={onDropped} isInDialog={isInDialog} />}
      </Loaded>
    </Panel>
  );
}

const MAKING = ['staging', 'checking', 'queued'];

type PlanOfProps = Required<Pick<Props, 'onDropped' | 'isInDialog'>> & { run: BulkAction };

function PlanOf({ run, onDropped, isInDialog }: PlanOfProps) {
  const words = useWords(planWords);
  const { number } = useFormats();
  const navigate = useNavigate();
  const answer = useRunAnswer(run.id);
  const why = useRefused(run.error?.message);
  const shown = OUTCOME_ORDER.filter((outcome) => run.counts[outcome] > 0);
  const changing = OUTCOME_ORDER.filter((outcome) => !STAYING.includes(outcome)).reduce(
    (sum, outcome) => sum + run.counts[outcome],
    0,
  );
  const confirm = () =>
    answer.mutate(
      { what: 'confirm', body: run.ask ? { round: run.ask.round } : {} },
      {
        onSuccess: () => navigate({ to: '/runs/$id', params: { id: run.id } }),
        onError: toastProblem,
      },
    );
  // Not by a key that is still held from before the plan was there.
  useKeys(
    { 'ctrl+enter': ({ repeat }) => !repeat && !answer.isPending && confirm() },
    { isInDialog, isOff: run.state !== 'awaiting-confirmation' || changing === 0 },
  );
  if (MAKING.includes(run.state))
    return (
      <p className={styles['making']} role="status">
        <Loader size={18} aria-hidden /> {words.working}
      </p>
    );
  if (run.state !== 'awaiting-confirmation')
    return (
      <div className={styles['body']}>
        <p>{why ?? words.ended}</p>
        <Button variant="default" component={Link} to={`/runs/${run.id}`}>
          {words.toRun}
        </Button>
      </div>
    );
  const drop = () =>
    answer.mutate(
      { what: 'cancel' },
      {
        onSuccess: () => {
          toast(words.dropped);
          onDropped();
        },
        onError: toastProblem,
      },
    );
  return (
    <>
      <div className={styles['body']}>
        <p className={styles['sentence']} role="status">
          {changing === 0 ? words.nothing : words.would(number(changing), changing === 1)}
        </p>
        <OutcomeBar counts={run.counts} total={run.counts.total} size="lg" />
        <ul className={styles['counts']}>
          {shown.map((outcome) => (
            <li key={outcome}>
              <OutcomeBadge outcome={outcome} isPlan /> <strong>{number(run.counts[outcome])}</strong>
            </li>
          ))}
        </ul>
      </div>
      <PlannedRows run={run} />
      <Group justify="flex-end" className={styles['foot']}>
        <Button variant="default" onClick={drop} disabled={answer.isPending}>
          {words.drop}
        </Button>
        {changing > 0 && (
          <Button onClick={confirm} loading={answer.isPending}>
            {words.confirm(number(changing), changing === 1)}
          </Button>
        )}
      </Group>
    </>
  );
}

const STAYING: readonly string[] = ['unchanged', 'skipped', 'rejected', 'failed', 'not-processed'];

function PlannedRows({ run }: { run: BulkAction }) {
  const words = useWords(planWords);
  const { number } = useFormats();
  const rows = useQuery(rowsQuery(run.id, { limit: ROWS_SHOWN }));
  return (
    <Loaded query={rows}>
      {({ items }) => (
        // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls is reached by keys
        <section className={styles['rows']} aria-label={words.rows} tabIndex={0}>
          <Table verticalSpacing={8} horizontalSpacing={16}>
            <Table.Thead>
              <Table.Tr>
                <Table.Th>{words.who}</Table.Th>
                <Table.Th>{words.plan}</Table.Th>
                <Table.Th>{words.change}</Table.Th>
              </Table.Tr>
            </Table.Thead>
            <Table.Tbody>
              {items.map((row) => (
                <PlannedRow key={row.row} row={row} />
              ))}
            </Table.Tbody>
          </Table>
          {run.counts.total > items.length && (
            <p className={styles['more']}>{words.showing(number(items.length), number(run.counts.total))}</p>
          )}
        </section>
      )}
    </Loaded>
  );
}

function PlannedRow({ row }: { row: BulkRow }) {
  const said = useWords(fieldWords);
  const { date } = useFormats();
  const who = WHO.map((place) => row.cells?.[place] ?? '').filter((part) => part !== '');
  const outcome = row.outcome ?? row.plannedOutcome;
  const columns = Object.keys({ ...row.before, ...row.after });
  const shown = (column: string, value: string | number | boolean | null | undefined) =>
    value === null || value === undefined ? said.empty : shownValue(column, value, { words: said, date });
  return (
    <Table.Tr>
      <Table.Td>{who.join(' ')}</Table.Td>
      <Table.Td>{outcome && <OutcomeBadge outcome={outcome} isPlan />}</Table.Td>
      <Table.Td>
        {columns.map((column) => (
          <div key={column}>
            <span className={styles['label']}>{said.labels[column] ?? column}</span>{' '}
            <del>{shown(column, row.before?.[column])}</del> → <ins>{shown(column, row.after?.[column])}</ins>
          </div>
        ))}
        {row.reasons.map(({ code, field, hint }) => (
          <div key={`${code} ${field}`} className={styles['label']}>
            {hint}
          </div>
        ))}
      </Table.Td>
    </Table.Tr>
  );
}
