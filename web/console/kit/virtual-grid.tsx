// A grid of any number of rows of which a screenful is drawn: people, rows of a plan, rows of results.
import { useMediaQuery } from '@mantine/hooks';
import {
  type KeyboardEvent,
  type ReactNode,
  useCallback,
  useEffect,
  useImperativeHandle,
  useRef,
  useState,
} from 'react';
import { flushSync } from 'react-dom';
import { usePreferences } from '../context/preferences.tsx';
import { heightsOf, topOf } from './grid-geometry.ts';
import { type GridSelecting, moveOf, selectingOf } from './grid-keys.ts';
import { GridRow } from './grid-row.tsx';
import { useGridScroll } from './use-grid-scroll.ts';
import styles from './virtual-grid.module.css';

export type { GridSelecting } from './grid-keys.ts';

export type GridColumn<Row> = {
  key: string;
  head: ReactNode;
  /** What a head is called where it shows no word. */
  label?: string;
  /** Of CSS grids, and with a least width that no content changes: `120px`, `minmax(160px, 1fr)`. */
  width: string;
  isNumber?: boolean;
  sorted?: 'ascending' | 'descending' | undefined;
  cell: (row: Row, index: number) => ReactNode;
};

export type GridHandle = {
  scrollTo(index: number): void;
  focusRow(index: number): void;
  /** For grids of cells. */
  focusCell(index: number, column: string): void;
  /** What a popover hangs on; null for a cell that is not drawn. */
  cellElement(index: number, column: string): HTMLElement | null;
};

export type GridProps<Row> = {
  label: string;
  columns: readonly GridColumn<Row>[];
  rowCount: number;
  /** Undefined for a row that is not here yet: its place is kept. */
  rowAt: (index: number) => Row | undefined;
  /** Which rows are in sight, so that they can be fetched. */
  onRange: (first: number, last: number) => void;
  /** 36 in grids, 40 in lists. */
  rowHeight?: number;
  /** A row of two lines, in the place of all columns below 900 pixels; `narrowHeight` is 60 unless said. */
  narrow?: ((row: Row, index: number) => ReactNode) | undefined;
  narrowHeight?: number;
  isSelected?: ((index: number) => boolean) | undefined;
  /** By x, Shift X and Ctrl A. Left out: nothing can be selected. */
  onSelect?: ((selecting: GridSelecting) => void) | undefined;
  /** Enter or a click on a row that hits nothing else. */
  onOpen?: ((index: number) => void) | undefined;
  /** Keys before the grid takes them itself. Give true where one was taken. */
  onKey?: (event: KeyboardEvent, index: number) => boolean;
  /** Arrows go from cell to cell. Given a key on a cell; give true where it was taken. */
  onCellKey?: (event: KeyboardEvent, index: number, column: string) => boolean;
  /** A click on a cell that hits nothing else. */
  onCell?: (index: number, column: string) => void;
  /** Tells lists apart that one grid shows by turns: who comes back to one finds it where they left it. */
  list?: string;
  rowTone?: (index: number) => 'bad' | 'warn' | undefined;
  ref?: React.Ref<GridHandle>;
};

const INTERACTIVE = 'a, button, input, label, textarea, select, [role="menuitem"]';

export function VirtualGrid<Row>(props: GridProps<Row>) {
  const { columns, rowCount, onRange, onOpen, ref } = props;
  const isNarrow = (useMediaQuery('(width < 900px)') ?? false) && props.narrow !== undefined;
  const rowHeight = isNarrow ? (props.narrowHeight ?? 60) : (props.rowHeight ?? 36);
  const hasCells = props.onCellKey !== undefined && !isNarrow;
  const { hasSingleKeys } = usePreferences();
  const [scroller, head] = [useRef<HTMLDivElement>(null), useRef<HTMLDivElement>(null)];
  const { size, drawn, height, show } = useGridScroll(scroller, head, rowCount, rowHeight);
  const [focus, setFocus] = useState({ row: 0, column: 0 });
  const anchor = useRef<number | undefined>(undefined);
  const { first, last, place } = drawn;
  const focusedRow = Math.min(focus.row, Math.max(0, rowCount - 1));
  useEffect(() => {
    if (last >= first) onRange(first, last);
  }, [first, last, onRange]);

  const elementOf = (row: number, column?: string) =>
    scroller.current?.querySelector<HTMLElement>(
      column === undefined ? `[data-index="${row}"]` : `[data-index="${row}"] > [data-column="${column}"]`,
    ) ?? null;
  const focusAt = (row: number, column: number) => {
    const kept = Math.max(0, Math.min(rowCount - 1, row));
    flushSync(() => setFocus({ row: kept, column }));
    show(kept, true);
    const cell = hasCells ? elementOf(kept, columns[column]?.key) : null;
    (cell ?? elementOf(kept))?.focus({ preventScroll: cell === null });
  };
  useImperativeHandle(ref, () => ({
    scrollTo: (index) => show(index),
    focusRow: (index) => requestAnimationFrame(() => focusAt(index, focus.column)),
    focusCell: (index, key) =>
      requestAnimationFrame(() =>
        focusAt(
          index,
          Math.max(
            0,
            columns.findIndex((column) => column.key === key),
          ),
        ),
      ),
    cellElement: elementOf,
  }));

  const select = (selecting: GridSelecting) => {
    if (selecting.kind === 'toggle') anchor.current = selecting.index;
    props.onSelect?.(selecting);
  };
  const onKeyDown = (event: KeyboardEvent) => {
    const target = event.target as HTMLElement;
    // What stands in a portal, a menu or a popover of a cell, has its own keys.
    if (!scroller.current?.contains(target)) return;
    const isField = target.closest('textarea, select, input:not([type="checkbox"])') !== null;
    if (isField || rowCount === 0 || event.defaultPrevented) return;
    const key = columns[focus.column]?.key ?? '';
    const isTaken =
      (hasCells && props.onCellKey?.(event, focusedRow, key)) || props.onKey?.(event, focusedRow);
    if (isTaken) return event.preventDefault();
    const to = moveOf(event, {
      row: focusedRow,
      column: focus.column,
      rowCount,
      columnCount: columns.length,
      pageRows: Math.max(1, Math.floor(size.view / rowHeight) - 1),
      hasCells,
      hasLetters: hasSingleKeys,
    });
    if (to) {
      event.preventDefault();
      return focusAt(to.row, to.column);
    }
    const selecting = props.onSelect && selectingOf(event, focusedRow, anchor.current, hasSingleKeys);
    if (selecting) {
      event.preventDefault();
      select(selecting);
    } else if (event.key === 'Enter' && !event.ctrlKey && !target.closest(INTERACTIVE)) onOpen?.(focusedRow);
  };

  const acted = useRef({ columns, onCell: props.onCell, onOpen });
  acted.current = { columns, onCell: props.onCell, onOpen };
  const onRowFocus = useCallback((index: number, key: string | undefined) => {
    setFocus((at) => {
      const found = key === undefined ? -1 : acted.current.columns.findIndex((one) => one.key === key);
      const next = { row: index, column: found < 0 ? at.column : found };
      return next.row === at.row && next.column === at.column ? at : next;
    });
  }, []);
  const onRowClick = useCallback((index: number, target: HTMLElement, key: string | undefined) => {
    if (target.closest(INTERACTIVE)) return;
    if (key !== undefined) acted.current.onCell?.(index, key);
    acted.current.onOpen?.(index);
  }, []);

  const template = isNarrow ? 'minmax(0, 1fr)' : columns.map(({ width }) => width).join(' ');
  const indexes = Array.from({ length: Math.max(0, last - first + 1) }, (_, step) => first + step);
  // The focused row stays, or the focus would be lost with it.
  const isAway = rowCount > 0 && (focusedRow < first || focusedRow > last);
  if (isAway) indexes.push(focusedRow);
  const topmost = heightsOf(size).height - rowHeight;
  return (
    <div
      className={styles['scroller']}
      ref={scroller}
      data-narrow={isNarrow || undefined}
      // Else the router takes the place in one list for that in the next.
      data-scroll-restoration-id={encodeURIComponent(`${props.label} ${props.list ?? ''}`)}
    >
      <div
        role="grid"
        aria-label={props.label}
        aria-rowcount={rowCount + 1}
        aria-multiselectable={props.onSelect !== undefined || undefined}
        className={styles['grid']}
        onKeyDown={onKeyDown}
      >
        <div ref={head} className={styles['heads']} role="rowgroup">
          <div
            role="row"
            tabIndex={-1}
            aria-rowindex={1}
            className={styles['head']}
            style={{ gridTemplateColumns: template }}
          >
            {isNarrow ? (
              <div role="columnheader" tabIndex={-1} className="visually-hidden">
                {props.label}
              </div>
            ) : (
              columns.map((column) => (
                <div
                  key={column.key}
                  role="columnheader"
                  tabIndex={-1}
                  aria-sort={column.sorted}
                  aria-label={column.label}
                  className={styles['headCell']}
                  data-number={column.isNumber || undefined}
                >
                  {column.head}
                </div>
              ))
            )}
          </div>
        </div>
        <div role="rowgroup" className={styles['body']} style={{ height }}>
          {indexes.map((index) => (
            <GridRow
              key={index}
              index={index}
              row={props.rowAt(index)}
              columns={columns}
              narrow={isNarrow ? props.narrow : undefined}
              isFocused={index === focusedRow}
              focusedColumn={hasCells ? columns[focus.column]?.key : undefined}
              isSelected={props.isSelected?.(index)}
              tone={props.rowTone?.(index)}
              isAway={isAway && index === focusedRow}
              top={Math.min(topmost, Math.max(0, topOf(size, place, index)))}
              height={rowHeight}
              template={template}
              onFocus={onRowFocus}
              onClick={onRowClick}
            />
          ))}
        </div>
      </div>
    </div>
  );
}
