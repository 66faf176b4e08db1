// What the keys mean in a grid: moves between rows and cells, and the selection.
import type { KeyboardEvent } from 'react';

/** What becomes of the selection: one row turns over, a stretch of rows joins it, or all of them do. */
export type GridSelecting =
  | { kind: 'toggle'; index: number }
  | { kind: 'range'; from: number; to: number }
  | { kind: 'all' };

export type GridMove = { row: number; column: number };

type Keyboard = Pick<KeyboardEvent, 'key' | 'ctrlKey' | 'metaKey' | 'altKey' | 'shiftKey'>;

type At = GridMove & {
  rowCount: number;
  columnCount: number;
  pageRows: number;
  /** Arrows go from cell to cell, and Home and End to the ends of the row. */
  hasCells: boolean;
  /** Letters are keys. */
  hasLetters: boolean;
};

/** Where a key leads, or undefined for a key that moves nothing. In bounds. */
export function moveOf(event: Keyboard, at: At): GridMove | undefined {
  if (event.altKey || event.metaKey) return undefined;
  const to = wishOf(event, at);
  return (
    to && {
      row: Math.max(0, Math.min(at.rowCount - 1, to.row)),
      column: Math.max(0, Math.min(at.columnCount - 1, to.column)),
    }
  );
}

function wishOf({ key, ctrlKey, shiftKey }: Keyboard, at: At): GridMove | undefined {
  const { row, column, rowCount, columnCount, pageRows, hasCells } = at;
  if (ctrlKey) {
    if (key === 'Home') return { row: 0, column: hasCells ? 0 : column };
    if (key === 'End') return { row: rowCount - 1, column: hasCells ? columnCount - 1 : column };
    return undefined;
  }
  const letter = at.hasLetters && !shiftKey ? key : '';
  if (key === 'ArrowDown' || letter === 'j') return { row: row + 1, column };
  if (key === 'ArrowUp' || letter === 'k') return { row: row - 1, column };
  if (key === 'PageDown') return { row: row + pageRows, column };
  if (key === 'PageUp') return { row: row - pageRows, column };
  if (key === 'Home') return hasCells ? { row, column: 0 } : { row: 0, column };
  if (key === 'End') return hasCells ? { row, column: columnCount - 1 } : { row: rowCount - 1, column };
  if (hasCells && key === 'ArrowRight') return { row, column: column + 1 };
  if (hasCells && key === 'ArrowLeft') return { row, column: column - 1 };
  return undefined;
}

/** What a key does to the selection, or undefined. `anchor`: the row that was turned over last. */
export function selectingOf(
  event: Keyboard,
  row: number,
  anchor: number | undefined,
  hasLetters: boolean,
): GridSelecting | undefined {
  if (event.altKey) return undefined;
  const letter = event.key.toLowerCase();
  if (event.ctrlKey || event.metaKey) return letter === 'a' ? { kind: 'all' } : undefined;
  if (event.key === ' ' && event.shiftKey) return { kind: 'toggle', index: row };
  if (letter !== 'x' || !hasLetters) return undefined;
  if (event.shiftKey && anchor !== undefined)
    return { kind: 'range', from: Math.min(anchor, row), to: Math.max(anchor, row) };
  return { kind: 'toggle', index: row };
}
