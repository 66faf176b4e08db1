// Files of people for journeys, and how any other program reads a CSV.
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'csv-parse/sync';
import { newFolder } from '../cli/muster.ts';

/** A file of that name and content, bytes as they are, in a new folder; gives its path. */
export function fileOf(name: string, content: string | Uint8Array): string {
  const path = join(newFolder(), name);
  writeFileSync(path, content);
  return path;
}

/** Lines of CSV for people `from` to `to`, under their header; each belongs to one site alone. */
export function roster(site: number, from: number, to: number, firstName = 'Ada'): string {
  const lines = ['identifier,email,first_name,last_name'];
  for (let n = from; n <= to; n++) lines.push(`${n},p${n}@${site}.example,${firstName},Person ${n}`);
  return `${lines.join('\n')}\n`;
}

/** Records as CSV, every cell in quotes. */
export const lines = (records: readonly (readonly string[])[]): string =>
  records
    .map((record) => `${record.map((cell) => `"${cell.replaceAll('"', '""')}"`).join(',')}\r\n`)
    .join('');

/** A CSV as any other program reads it: its cells, nothing taken off. */
export const cells = (text: string): string[][] =>
  parse(text, { bom: true, relaxColumnCount: true }) as string[][];
