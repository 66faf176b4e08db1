// What a row changes: each field with its value before, struck out, and after.
import type { BulkRow } from '../../../../api/wire-rows.ts';
import { useWords } from '../../words/language.tsx';
import styles from './run-rows.module.css';
import { runsWords } from './runs-words.ts';

type Props = { row: Pick<BulkRow, 'before' | 'after'>; fieldName: (field: string) => string };

export function RowChange({ row: { before, after }, fieldName }: Props) {
  const said = useWords(runsWords);
  const fields = Object.keys(after ?? before ?? {}).filter((field) => before?.[field] !== after?.[field]);
  const shown = (value: string | number | boolean | null | undefined) =>
    value === null || value === undefined || value === '' ? (
      <span className={styles['empty']}>{said.empty}</span>
    ) : (
      String(value)
    );
  return (
    <>
      {fields.map((field) => (
        <span key={field} className={styles['change']}>
          {fieldName(field)}: {before !== null && <del>{shown(before[field])}</del>}{' '}
          {after !== null && <ins>{shown(after[field])}</ins>}
        </span>
      ))}
    </>
  );
}
