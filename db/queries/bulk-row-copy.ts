// The rows of a run as they are staged: written once by COPY, and removed where an attempt came to nothing.
import { sql } from 'drizzle-orm';
import type { StagedRow } from '../../domain/rows/staged-row.ts';
import type { Database } from '../client.ts';

const COPY_ROWS = `copy bulk_row (bulk_action_id, row_number, cells, action, site_id, identifier, email, email_key,
  username, first_name, last_name, display_name, fields, extras, problems) from stdin`;

/** Text of one write: large enough that writes don't count, small enough that a slow server holds the reader back. */
const WRITE_CHARS = 256 * 1024;

/** Deletes what an earlier attempt staged. Rows of a run that is staged stay: its check reads them. */
export async function deleteBulkRows(db: Database, bulkActionId: string): Promise<void> {
  await db.execute(sql`
    delete from bulk_row r using bulk_action a
    where r.bulk_action_id = ${bulkActionId} and a.id = r.bulk_action_id and a.staged_at is null
  `);
}

/**
 * Writes a run's rows in one COPY: all of them or none. Waits while the server is slower than the reader.
 * Throws what the source of the rows throws, with nothing written.
 */
export async function copyBulkRows(
  db: Database,
  bulkActionId: string,
  batches: AsyncIterable<readonly StagedRow[]>,
): Promise<void> {
  const copy = await db.copyIn(COPY_ROWS);
  const start = `${escaped(bulkActionId)}\t`;
  let lines = '';
  // The next lines are made while the server takes the last ones.
  let writing: Promise<void> = Promise.resolve();
  const write = async () => {
    await writing;
    writing = copy.write(lines);
    writing.catch(() => {});
    lines = '';
  };
  try {
    for await (const batch of batches) {
      for (const row of batch) {
        lines += start + copyLine(row);
        if (lines.length >= WRITE_CHARS) await write();
      }
    }
    if (lines !== '') await write();
    await writing;
  } catch (error) {
    copy.abort(error instanceof Error ? error : new Error(String(error)));
    throw error;
  }
  await copy.finish();
}

/** A row in COPY's text format, from its number on. */
function copyLine(row: StagedRow): string {
  return `${row.rowNumber}\t${list(row.cells)}\t${row.action ?? '\\N'}\t${row.siteId}\t${text(
    row.identifier,
  )}\t${text(row.email)}\t${text(row.emailKey)}\t${text(row.username)}\t${text(row.firstName)}\t${text(
    row.lastName,
  )}\t${text(row.displayName)}\t${values(row.fields)}\t${json(row.extras)}\t${json(row.problems)}\n`;
}

const text = (value: string | null): string => (value === null ? '\\N' : escaped(value));
const json = (value: object | null): string => (value === null ? '\\N' : escaped(JSON.stringify(value)));

/** What JSON or COPY escapes. Most text has none of it, and is then quoted by hand: it is the most of a run. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: JSON escapes control characters.
const ESCAPED = /["\\\u0000-\u001f\ud800-\udfff]/;

function list(cells: readonly string[]): string {
  let items = '';
  for (const cell of cells) {
    if (ESCAPED.test(cell)) return json(cells);
    items += items === '' ? `"${cell}"` : `,"${cell}"`;
  }
  return `[${items}]`;
}

function values(fields: StagedRow['fields']): string {
  if (fields === null) return '\\N';
  let items = '';
  for (const name in fields) {
    const value = fields[name];
    const isText = typeof value === 'string';
    if (ESCAPED.test(name) || (isText && ESCAPED.test(value))) return json(fields);
    items += `${items === '' ? '' : ','}"${name}":${isText ? `"${value}"` : value}`;
  }
  return `{${items}}`;
}

const SPECIAL = /[\\\t\n\r]/;
const SPECIAL_ALL = /[\\\t\n\r]/g;
const ESCAPES: Readonly<Record<string, string>> = { '\\': '\\\\', '\t': '\\t', '\n': '\\n', '\r': '\\r' };

const escaped = (value: string): string =>
  SPECIAL.test(value) ? value.replace(SPECIAL_ALL, (character) => ESCAPES[character] as string) : value;
