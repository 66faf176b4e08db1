// The first value of a column as Muster reads it, or why it can't.
import type { ReactNode } from 'react';
import type { Preview } from '../../../../api/wire-previews.ts';
import type { RunAction } from '../../../../domain/bulk-action.ts';
import { runWords } from '../../kit/run-words.ts';
import { useFormats } from '../../words/formats.ts';
import { useWords } from '../../words/language.tsx';
import styles from './column-table.module.css';
import type { ColumnLine } from './columns.ts';
import { fieldWords } from './field-words.ts';

const DAY = /^\d{4}-\d\d-\d\d$/;

export function useReading(preview: Preview | undefined): (line: ColumnLine) => ReactNode {
  const said = useWords(fieldWords);
  const { action } = useWords(runWords);
  const { date, decimal } = useFormats();
  return ({ field }) => {
    if (field === null) return null;
    if (field === 'password') return said.hidden;
    const rows = preview?.rows ?? [];
    const value = rows.map(({ values }) => values[field]).find((one) => one !== undefined && one !== null);
    if (value === undefined || value === null) {
      const reason = rows.flatMap(({ reasons }) => reasons).find((one) => one.field === field);
      return reason ? <span className={styles['bad']}>{reason.hint}</span> : '–';
    }
    if (typeof value === 'boolean') return value ? said.yes : said.no;
    if (typeof value === 'number') return field === 'account_id' ? String(value) : decimal(value);
    if (field === 'action') return action[value as RunAction] ?? value;
    return DAY.test(value) ? date(value) : value;
  };
}
