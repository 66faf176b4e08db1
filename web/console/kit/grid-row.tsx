// One row of a grid.
// biome-ignore-all lint/a11y/useSemanticElements: a table of a million rows is drawn a screenful at a time, each in its place
import { memo, type ReactNode } from 'react';
import styles from './virtual-grid.module.css';
import type { GridColumn } from './virtual-grid.tsx';

type Props<Row> = {
  index: number;
  row: Row | undefined;
  columns: readonly GridColumn<Row>[];
  narrow: ((row: Row, index: number) => ReactNode) | undefined;
  isFocused: boolean;
  /** The cell that has the tab stop, in a grid of cells. */
  focusedColumn: string | undefined;
  isSelected: boolean | undefined;
  tone: string | undefined;
  /** Out of sight, and here for the focus alone. */
  isAway: boolean;
  /** In pixels from the first row's place. */
  top: number;
  height: number;
  /** The widths of its columns. */
  template: string;
  onFocus: (index: number, column: string | undefined) => void;
  onClick: (index: number, target: HTMLElement, column: string | undefined) => void;
};

const columnOf = (target: EventTarget) =>
  (target as HTMLElement).closest<HTMLElement>('[data-column]')?.dataset['column'];

/** Drawn anew where something of it is another: while rows scroll, those that stay are left alone. */
export const GridRow = memo(Drawn) as typeof Drawn;

function Drawn<Row>(props: Props<Row>) {
  const { index, row, columns, narrow, isFocused, focusedColumn } = props;
  const hasCells = focusedColumn !== undefined;
  return (
    // biome-ignore lint/a11y/useKeyWithClickEvents: the grid takes the keys of its rows
    <div
      role="row"
      data-index={index}
      aria-rowindex={index + 2}
      aria-selected={props.isSelected}
      aria-busy={row === undefined || undefined}
      tabIndex={isFocused && !hasCells ? 0 : -1}
      className={styles['row']}
      data-tone={props.tone}
      data-away={props.isAway || undefined}
      style={{
        gridTemplateColumns: props.template,
        height: props.height,
        transform: `translateY(${props.top}px)`,
      }}
      onFocus={(event) => props.onFocus(index, columnOf(event.target))}
      onClick={(event) => props.onClick(index, event.target as HTMLElement, columnOf(event.target))}
    >
      {narrow ? (
        <div role="gridcell" tabIndex={-1} className={styles['narrow']}>
          {row === undefined ? <span className={styles['missing']} /> : narrow(row, index)}
        </div>
      ) : (
        columns.map((column) => (
          <div
            key={column.key}
            role="gridcell"
            data-column={column.key}
            tabIndex={hasCells && isFocused && column.key === focusedColumn ? 0 : -1}
            className={styles['cell']}
            data-number={column.isNumber || undefined}
          >
            {row === undefined ? <span className={styles['missing']} /> : column.cell(row, index)}
          </div>
        ))
      )}
    </div>
  );
}
