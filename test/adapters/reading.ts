// Reading uploads in tests: bytes in memory as a source that can be opened again.
import { Readable } from 'node:stream';
import { openTable, type TableOptions } from '../../adapters/table.ts';
import { Refusal } from '../../domain/refusal.ts';
import type { TableRecord } from '../../domain/table.ts';

const OPTIONS: TableOptions = { encoding: null, delimiter: null, headerRow: 1 };

/** A source of these bytes, which come in chunks of so many bytes. */
export const sourceOf = (content: string | Uint8Array, chunkBytes = 64 * 1024) => ({
  async open() {
    const bytes = Buffer.from(content);
    const chunks: Buffer[] = [];
    for (let at = 0; at < bytes.length; at += chunkBytes) chunks.push(bytes.subarray(at, at + chunkBytes));
    return Readable.from(chunks);
  },
});

/** Reads a whole upload. */
export async function readAll(
  content: string | Uint8Array,
  options: Partial<TableOptions> = {},
  chunkBytes?: number,
) {
  const table = await openTable(sourceOf(content, chunkBytes), { ...OPTIONS, ...options });
  const rows: TableRecord[] = [];
  for await (const batch of table.rows) rows.push(...batch);
  return { columns: table.columns, headerRow: table.headerRow, format: table.format, rows };
}

/** The cells alone, the header first. */
export async function cellsOf(content: string | Uint8Array, options: Partial<TableOptions> = {}) {
  const { columns, rows } = await readAll(content, options);
  return [columns, ...rows.map((row) => row.cells)];
}

/** The refusal that reading ends with. */
export async function refusalOf(content: string | Uint8Array, options: Partial<TableOptions> = {}) {
  try {
    await readAll(content, options);
  } catch (error) {
    if (error instanceof Refusal) return error;
    throw error;
  }
  throw new Error('nothing was refused');
}
