// The rows of a plan: what each is before and after, cell by cell, and where one is mended.
import { useMediaQuery } from '@mantine/hooks';
import { type KeyboardEvent, useMemo, useRef, useState } from 'react';
import type { BulkAction } from '../../../../api/wire.ts';
import type { PlanSummary } from '../../../../api/wire-plans.ts';
import type { BulkRow } from '../../../../api/wire-rows.ts';
import { findPlanRow, type PlanRowsWanted } from '../../client/plans.ts';
import { useKeys } from '../../context/keys.ts';
import { OutcomeBadge } from '../../kit/run-badge.tsx';
import { Failure, NoMatch } from '../../kit/states.tsx';
import { type GridColumn, type GridHandle, VirtualGrid } from '../../kit/virtual-grid.tsx';
import { useFormats } from '../../words/formats.ts';
import { useWords } from '../../words/language.tsx';
import { MendCell, type MendPlace } from './mend-cell.tsx';
import { usePlanRows } from './plan-rows.ts';
import styles from './preview.module.css';
import { PlanCell, planOf, problemIn } from './preview-cell.tsx';
import { useLabels } from './preview-labels.ts';
import { previewWords } from './preview-words.ts';

const WIDTHS: Readonly<Record<string, string>> = {
  identifier: 'minmax(112px, 0.6fr)',
  email: 'minmax(258px, 1.6fr)',
  first_name: 'minmax(108px, 0.7fr)',
  last_name: 'minmax(108px, 0.7fr)',
};
const WIDTH = 'minmax(176px, 1.2fr)';

type Props = {
  run: BulkAction;
  plan: PlanSummary;
  round: number;
  isMoving: boolean;
  wanted: PlanRowsWanted;
  isChangedOnly: boolean;
  onClear: () => void;
};

export function PreviewGrid({ run, plan, round, isMoving, wanted, isChangedOnly, onClear }: Props) {
  const said = useWords(previewWords);
  const { number } = useFormats();
  const { labelOf } = useLabels(plan);
  const isNarrow = useMediaQuery('(width < 900px)') ?? false;
  const grid = useRef<GridHandle>(null);
  const at = useRef(0);
  const [place, setPlace] = useState<MendPlace>();
  const { total, rowAt, onRange, error } = usePlanRows(run.id, round, wanted, isMoving);
  const shown = useMemo(() => columnsOf(plan, isChangedOnly), [plan, isChangedOnly]);
  const columns: GridColumn<BulkRow>[] = [
    {
      key: '#row',
      head: said.row,
      width: '76px',
      isNumber: true,
      cell: (row) => <span className={styles['rowNumber']}>{row.row}</span>,
    },
    {
      key: '#plan',
      head: said.plan,
      width: '124px',
      cell: (row) => {
        const outcome = planOf(row);
        const why = row.reasons.map(({ hint }) => hint).join(' ');
        return (
          outcome && (
            <span className={styles['badge']} title={why === '' ? undefined : why}>
              <OutcomeBadge outcome={outcome} isPlan />
            </span>
          )
        );
      },
    },
    // A problem of a cell is said at its cell, one of the whole row has none.
    ...(plan.problems.some(({ field }) => field === null)
      ? [
          {
            key: '#why',
            head: said.why,
            width: 'minmax(360px, 3fr)',
            cell: (row: BulkRow) => <WholeRow row={row} />,
          },
        ]
      : []),
    ...shown.map(({ field, position }) => ({
      key: field,
      head: labelOf(field),
      width: WIDTHS[field] ?? WIDTH,
      cell: (row: BulkRow) => <PlanCell row={row} field={field} position={position} />,
    })),
  ];

  const open = (index: number, field: string) => {
    const row = rowAt(index);
    const column = shown.find((one) => one.field === field);
    if (!row?.cells || isMoving || !column) return;
    setPlace({ index, row, field, position: column.position });
  };
  const openFirst = (index: number) => {
    const row = rowAt(index);
    const bad = shown.find(({ field }) => row && problemIn(row, field));
    if (bad) open(index, bad.field);
  };
  const close = () => {
    const closed = place;
    setPlace(undefined);
    if (closed && !isNarrow) grid.current?.focusCell(closed.index, closed.field);
  };
  /** To the next row that is refused, from the one that has the focus; from the first where none is left. */
  const nextProblem = async (index: number) => {
    const problems = { ...wanted, outcomes: wanted.outcomes ?? (['rejected', 'failed'] as const) };
    const from = (rowAt(index)?.row ?? 0) + 1;
    const found = (await findPlanRow(run.id, problems, from)) ?? (await findPlanRow(run.id, problems, 1));
    const there = found && (await findPlanRow(run.id, wanted, found.row.row));
    if (!there) return;
    const bad = shown.find(({ field }) => problemIn(there.row, field));
    at.current = there.index;
    grid.current?.focusCell(there.index, bad?.field ?? '#plan');
  };
  useKeys({ f: () => void nextProblem(at.current - 1) }, { isOff: isMoving || place !== undefined });
  const onCellKey = (event: KeyboardEvent, index: number, column: string): boolean => {
    at.current = index;
    if (event.ctrlKey || event.metaKey || event.altKey) return false;
    if (event.key === 'f') void nextProblem(index);
    else if (event.key === 'Enter' || event.key === 'e') open(index, column);
    else return false;
    return true;
  };

  if (error) return <Failure error={error} />;
  if (total === 0) return <NoMatch onClear={onClear} />;
  return (
    <div className={styles['grid']} aria-busy={isMoving || undefined} data-moving={isMoving || undefined}>
      <VirtualGrid
        key={JSON.stringify(wanted)}
        list={JSON.stringify(wanted)}
        ref={grid}
        label={said.grid}
        columns={columns}
        rowCount={total ?? plan.counts.total}
        rowAt={rowAt}
        onRange={onRange}
        onCellKey={onCellKey}
        onCell={(index, field) => {
          const row = rowAt(index);
          if (row && problemIn(row, field)) open(index, field);
        }}
        narrow={(row) => (
          <div className={styles['narrow']}>
            <span className={styles['narrowHead']}>
              <span className={styles['rowNumber']}>{row.row}</span>
              <strong>{nameOf(row, shown)}</strong>
              {planOf(row) && <OutcomeBadge outcome={planOf(row) ?? 'unchanged'} isPlan />}
            </span>
            <span className={styles['narrowText']}>{row.reasons[0]?.hint ?? emailOf(row, shown)}</span>
          </div>
        )}
        {...(isNarrow && { onOpen: openFirst })}
      />
      {place && (
        <MendCell
          run={run}
          round={round}
          place={place}
          label={`${said.newValue(labelOf(place.field), number(place.row.row))}`}
          isMendable={plan.isMendable}
          anchor={isNarrow ? null : (grid.current?.cellElement(place.index, place.field) ?? null)}
          onClose={close}
        />
      )}
    </div>
  );
}

function WholeRow({ row }: { row: BulkRow }) {
  const why = row.reasons
    .filter(({ field }) => field === undefined)
    .map(({ hint }) => hint)
    .join(' ');
  return <span title={why}>{why}</span>;
}

type Shown = { field: string; position: number };

/**
 * A field is shown once. Passwords are blank in whatever is kept of a row, and an action that can be taken is what the
 * plan says.
 */
function columnsOf(plan: PlanSummary, isChangedOnly: boolean): Shown[] {
  const isRefused = plan.problems.some(({ field }) => field === 'action');
  const seen = new Set<string>(['password', ...(isRefused ? [] : ['action'])]);
  const columns: Shown[] = [];
  for (const { field, position } of plan.columns) {
    if (field === null || seen.has(field)) continue;
    seen.add(field);
    columns.push({ field, position });
  }
  if (!isChangedOnly) return columns;
  const changed = new Set([
    ...plan.changed.map(({ column }) => column),
    ...plan.problems.flatMap(({ field }) => field ?? []),
    columns[0]?.field,
  ]);
  return columns.filter(({ field }) => changed.has(field));
}

const cellOf = (row: BulkRow, shown: readonly Shown[], field: string): string => {
  const column = shown.find((one) => one.field === field);
  return (column && row.cells?.[column.position]) ?? '';
};
const nameOf = (row: BulkRow, shown: readonly Shown[]): string =>
  ['first_name', 'last_name']
    .map((field) => cellOf(row, shown, field))
    .join(' ')
    .trim() || cellOf(row, shown, 'identifier');
const emailOf = (row: BulkRow, shown: readonly Shown[]): string =>
  cellOf(row, shown, 'email') || cellOf(row, shown, 'identifier');
