// One cell of a plan: what is there before and after, why it cannot be taken, and whether it was mended.
import { IconExclamationCircle, IconTool } from '@tabler/icons-react';
import type { BulkRow } from '../../../../api/wire-rows.ts';
import type { Outcome } from '../../../../domain/bulk-action.ts';
import { useWords } from '../../words/language.tsx';
import styles from './preview.module.css';
import { previewWords } from './preview-words.ts';

/** What is planned of a row. */
export const planOf = (row: BulkRow): Outcome | null => row.outcome ?? row.plannedOutcome;

const REFUSED: ReadonlySet<Outcome | null> = new Set(['rejected', 'failed']);

/** Why a cell of a row cannot be taken; undefined where it can. */
export const problemIn = (row: BulkRow, field: string) =>
  REFUSED.has(planOf(row)) ? row.reasons.find((reason) => reason.field === field) : undefined;

const MONO: ReadonlySet<string> = new Set(['identifier', 'card_id', 'username']);

type Props = { row: BulkRow; field: string; position: number };

export function PlanCell({ row, field, position }: Props) {
  const said = useWords(previewWords);
  const cell = row.cells?.[position] ?? '';
  const file = row.mended?.[String(position)];
  const problem = problemIn(row, field);
  const tone = MONO.has(field) ? 'mono' : undefined;
  const mended = file !== undefined && (
    <span className={styles['mended']} title={said.fileHad(file === '' ? said.empty : file)}>
      <IconTool size={16} stroke={1.5} aria-hidden />
      <span className="visually-hidden">{said.fileHad(file === '' ? said.empty : file)}</span>
    </span>
  );
  if (problem)
    return (
      <span className={styles['bad']} title={problem.hint}>
        <span className={[styles['badText'], tone].filter(Boolean).join(' ')}>
          {cell === '' ? <em className={styles['empty']}>{said.empty}</em> : cell}
        </span>
        {mended}
        <IconExclamationCircle size={18} stroke={1.75} aria-hidden className={styles['badSign']} />
        <span className="visually-hidden">{problem.hint}</span>
      </span>
    );
  const { before, after } = row;
  const isChanged = before !== null && after !== null && field in after;
  return (
    <span className={tone}>
      {isChanged ? (
        <>
          <Value value={before[field]} isOld /> <Value value={after[field]} />
        </>
      ) : (
        cell
      )}
      {mended}
    </span>
  );
}

function Value({ value, isOld = false }: { value: unknown; isOld?: boolean }) {
  const said = useWords(previewWords);
  if (value === null || value === undefined || value === '')
    return <em className={styles['empty']}>{said.empty}</em>;
  return isOld ? (
    <del className={styles['old']}>{String(value)}</del>
  ) : (
    <ins className={styles['new']}>{String(value)}</ins>
  );
}
