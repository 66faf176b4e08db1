// A grid of any number of rows of which a screenful is drawn: people, rows of a plan, rows of results.
import { useVirtualizer } from '@tanstack/react-virtual';
import { type KeyboardEvent, type ReactNode, useEffect, useImperativeHandle, useRef, useState } from 'react';
import styles from './virtual-grid.module.css';

export type GridColumn<Row> = {
  key: string;
  head: ReactNode;
  /** What a head is called where it shows no word. */
  label?: string;
  /** Of CSS grids: `120px`, `minmax(160px, 1fr)`. */
  width: string;
  isNumber?: boolean;
  sorted?: 'ascending' | 'descending';
  cell: (row: Row, index: number) => ReactNode;
};

export type GridHandle = { scrollTo(index: number): void; focusRow(index: number): void };

type Props<Row> = {
  label: string;
  columns: readonly GridColumn<Row>[];
  rowCount: number;
  /** Undefined for a row that is not here yet: its place is kept. */
  rowAt: (index: number) => Row | undefined;
  /** Which rows are in sight, so that they can be fetched. */
  onRange: (first: number, last: number) => void;
  /** 36 in grids, 40 in lists. */
  rowHeight?: number;
  isSelected?: (index: number) => boolean;
  /** Enter or a click on a row that hits nothing else. */
  onOpen?: (index: number) => void;
  /** Keys that the grid does not take itself. Give true where one was taken. */
  onKey?: (event: KeyboardEvent, index: number) => boolean;
  rowTone?: (index: number) => 'bad' | undefined;
  ref?: React.Ref<GridHandle>;
};

/** Browsers draw nothing beyond some 16 million pixels; further down, the scroll bar stands for more than it measures. */
const HEIGHT_MAX = 8_000_000;
const OVERSCAN = 12;

export function VirtualGrid<Row>(props: Props<Row>) {
  const { columns, rowCount, rowHeight = 36, onRange, onOpen, onKey, ref } = props;
  const scroller = useRef<HTMLDivElement>(null);
  const [focused, setFocused] = useState(0);
  const full = rowCount * rowHeight;
  const height = Math.min(full, HEIGHT_MAX);
  const isScaled = full > height;
  const virtualizer = useVirtualizer({
    count: rowCount,
    getScrollElement: () => scroller.current,
    estimateSize: () => rowHeight,
    overscan: OVERSCAN,
    // A scaled grid moves by shares: the same share of the rows is above as of the height.
    ...(isScaled && {
      observeElementOffset: (instance, report) => {
        const element = instance.scrollElement;
        if (!element) return;
        const tell = () => {
          const reach = Math.max(1, height - element.clientHeight);
          report((element.scrollTop / reach) * (full - element.clientHeight), false);
        };
        tell();
        element.addEventListener('scroll', tell, { passive: true });
        return () => element.removeEventListener('scroll', tell);
      },
      scrollToFn: (offset, _options, instance) => {
        const element = instance.scrollElement;
        if (element)
          element.scrollTop = (offset / (full - element.clientHeight)) * (height - element.clientHeight);
      },
    }),
  });
  const items = virtualizer.getVirtualItems();
  const [first, last] = [items[0]?.index ?? 0, items.at(-1)?.index ?? 0];
  useEffect(() => onRange(first, last), [first, last, onRange]);

  const focusRow = (index: number) => {
    const next = Math.max(0, Math.min(rowCount - 1, index));
    setFocused(next);
    virtualizer.scrollToIndex(next);
    requestAnimationFrame(() =>
      scroller.current?.querySelector<HTMLElement>(`[data-index="${next}"]`)?.focus(),
    );
  };
  useImperativeHandle(ref, () => ({ scrollTo: (index) => virtualizer.scrollToIndex(index), focusRow }));

  const onKeyDown = (event: KeyboardEvent) => {
    if (
      event.target !== event.currentTarget &&
      (event.target as HTMLElement).closest('input, textarea, select')
    )
      return;
    if (onKey?.(event, focused)) return event.preventDefault();
    const page = Math.floor((scroller.current?.clientHeight ?? 0) / rowHeight) - 2;
    const moves: Readonly<Record<string, number>> = {
      ArrowDown: focused + 1,
      j: focused + 1,
      ArrowUp: focused - 1,
      k: focused - 1,
      PageDown: focused + page,
      PageUp: focused - page,
      Home: 0,
      End: rowCount - 1,
    };
    const to = moves[event.key];
    if (to !== undefined && !event.ctrlKey && !event.metaKey && !event.altKey) {
      event.preventDefault();
      focusRow(to);
    } else if (event.key === 'Enter' && (event.target as HTMLElement).role === 'row') onOpen?.(focused);
  };

  const template = columns.map(({ width }) => width).join(' ');
  // In a scaled grid rows stand where the eye is, not where they would be.
  const offset = isScaled ? (scroller.current?.scrollTop ?? 0) - (virtualizer.scrollOffset ?? 0) : 0;
  return (
    <div className={styles['scroller']} ref={scroller}>
      <div
        role="grid"
        aria-label={props.label}
        aria-rowcount={rowCount + 1}
        className={styles['grid']}
        style={{ minWidth: 'max-content' }}
        tabIndex={-1}
        onKeyDown={onKeyDown}
      >
        <div
          role="row"
          tabIndex={-1}
          aria-rowindex={1}
          className={styles['head']}
          style={{ gridTemplateColumns: template }}
        >
          {columns.map((column) => (
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
          ))}
        </div>
        <div role="rowgroup" className={styles['body']} style={{ height }}>
          {items.map(({ index, start }) => {
            const row = props.rowAt(index);
            return (
              <div
                key={index}
                role="row"
                data-index={index}
                aria-rowindex={index + 2}
                aria-selected={props.isSelected?.(index)}
                tabIndex={
                  index === focused || (index === first && (focused < first || focused > last)) ? 0 : -1
                }
                className={styles['row']}
                data-tone={props.rowTone?.(index)}
                style={{
                  gridTemplateColumns: template,
                  height: rowHeight,
                  transform: `translateY(${start + offset}px)`,
                }}
                onFocus={() => setFocused(index)}
                onClick={(event) => {
                  if (!(event.target as HTMLElement).closest('a, button, input, label')) onOpen?.(index);
                }}
                onKeyDown={() => {}}
              >
                {columns.map((column) => (
                  <div
                    key={column.key}
                    role="gridcell"
                    tabIndex={-1}
                    className={styles['cell']}
                    data-number={column.isNumber || undefined}
                  >
                    {row === undefined ? <span className={styles['missing']} /> : column.cell(row, index)}
                  </div>
                ))}
              </div>
            );
          })}
        </div>
      </div>
    </div>
  );
}
