// The first rows of a file, of which one is clicked: it holds the column names.
import { IconCircleCheckFilled } from '@tabler/icons-react';
import type { FileReading } from '../../client/files.ts';
import { useWords } from '../../words/language.tsx';
import { configureWords } from './configure-words.ts';
import styles from './header-picker.module.css';

type Props = {
  head: FileReading['head'];
  headerRow: number | null;
  onPick: (row: number | null) => void;
};

/** Shown of what lies behind the header: what names stand over. */
const BEHIND = 1;
const COLUMNS_SHOWN = 12;

export function HeaderPicker({ head, headerRow, onPick }: Props) {
  const said = useWords(configureWords);
  const at = head.findIndex(({ row }) => row === headerRow);
  const last = Math.max(at + BEHIND, 3);
  const shown = head.filter((_, index) => index <= last);
  const columns = Math.min(COLUMNS_SHOWN, Math.max(1, ...shown.map(({ cells }) => cells.length)));
  return (
    <section>
      <div className={styles['title']}>
        <h2 id="header-row">{said.headerRow}</h2>
        <p>
          {said.headerHelp}{' '}
          <button
            type="button"
            className={styles['none']}
            aria-pressed={headerRow === null}
            onClick={() => onPick(null)}
          >
            {said.headerNone}
          </button>
        </p>
      </div>
      <div className={styles['scroll']} role="radiogroup" aria-labelledby="header-row">
        {shown.map(({ row, cells }) => {
          const isHeader = row === headerRow;
          const isIgnored = headerRow !== null && row < headerRow;
          const isAlone = cells.filter((cell) => cell !== '').length === 1;
          return (
            <label
              key={row}
              className={styles['row']}
              data-state={isHeader ? 'header' : isIgnored ? 'ignored' : 'row'}
            >
              <input
                type="radio"
                name="header-row"
                className="visually-hidden"
                checked={isHeader}
                onChange={() => onPick(row)}
                aria-label={`${said.asHeader(row)}: ${cells.slice(0, 4).join(', ')}`}
              />
              <span className={styles['number']}>
                {isHeader && <IconCircleCheckFilled size={14} aria-hidden />}
                <span>{isHeader ? said.header(row) : isIgnored ? said.ignored(row) : row}</span>
              </span>
              <span
                className={styles['cells']}
                style={{ gridTemplateColumns: `repeat(${isAlone ? 1 : columns}, minmax(112px, 1fr))` }}
              >
                {(isAlone ? cells.filter((cell) => cell !== '') : cells.slice(0, columns)).map(
                  (cell, index) => (
                    // biome-ignore lint/suspicious/noArrayIndexKey: a cell is its place
                    <span key={index} className={styles['cell']}>
                      {cell}
                    </span>
                  ),
                )}
              </span>
            </label>
          );
        })}
      </div>
    </section>
  );
}
