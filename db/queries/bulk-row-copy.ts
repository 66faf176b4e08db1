// The rows of a run as they are staged: written once by COPY, and removed where an attempt came to nothing.
import { sql } from 'drizzle-orm';
import type { StagedRow } from '../../domain/rows/staged-row.ts';
import type { CopyIn, Database } from '../client.ts';

const COPY_ROWS = `copy bulk_row (bulk_action_id, row_number, cells, action, site_id, identifier, email, email_key,
  username, first_name, last_name, display_name, fields, extras, problems) from stdin`;

/** Bytes of one write: enough that writes don't count, few enough that a slow server holds the reader back. */
const WRITE_BYTES = 256 * 1024;

/** After so many writes a file is large enough for another COPY to pay. */
const OPENING_WRITES = 8;

/** Deletes what an earlier attempt staged. Rows of a run that is staged stay: its check reads them. */
export async function deleteBulkRows(db: Database, bulkActionId: string): Promise<void> {
  await db.execute(sql`
    delete from bulk_row r using bulk_action a
    where r.bulk_action_id = ${bulkActionId} and a.id = r.bulk_action_id and a.staged_at is null
  `);
}

/**
 * Writes a run's rows by COPY, a large file by several at once: to take rows in costs the server more than to read them
 * here. Waits while the server is slower than the reader. Throws what the source of the rows throws, with nothing
 * written; where the server fails, some of the rows may be there.
 */
export async function copyBulkRows(
  db: Database,
  bulkActionId: string,
  batches: AsyncIterable<readonly StagedRow[]>,
  lanes = LANES,
): Promise<void> {
  const copies = await openCopies(db, lanes);
  const start = `${escaped(bulkActionId)}\t`;
  let block = Buffer.allocUnsafe(WRITE_BYTES);
  let length = 0;
  const flush = async () => {
    await copies.write(block.subarray(0, length));
    block = Buffer.allocUnsafe(WRITE_BYTES);
    length = 0;
  };
  try {
    for await (const batch of batches) {
      for (const row of batch) {
        const line = start + copyLine(row);
        // As bytes at once: lines that wait as text are what a collector of garbage carries around.
        if (length + 3 * line.length > block.length) await flush();
        if (3 * line.length > block.length) await copies.write(Buffer.from(line));
        else length += block.write(line, length);
      }
    }
    if (length > 0) await flush();
    await copies.written();
  } catch (error) {
    copies.abort(error instanceof Error ? error : new Error(String(error)));
    throw error;
  }
  await copies.finish();
}

/** Copies at once: as many as the server has cores to spare beside the reader. */
const LANES = 2;

/** A COPY, and the last write to it: the next lines are made while the server takes those. */
type Lane = { copy: CopyIn; writing: Promise<void> };

/**
 * Copies that take lines in turn. All but the first are opened while lines are written, and used once they are open:
 * whoever waits for a connection holds none that another run waits for.
 */
async function openCopies(db: Database, lanesMax: number) {
  const open: Lane[] = [];
  const opening: Promise<void>[] = [];
  const openOne = async () => {
    const copy = await db.copyIn(COPY_ROWS);
    open.push({ copy, writing: Promise.resolve() });
  };
  let turn = 0;
  await openOne();
  return {
    async write(lines: Uint8Array): Promise<void> {
      const lane = open[turn % open.length] as Lane;
      turn += 1;
      await lane.writing;
      lane.writing = lane.copy.write(lines);
      lane.writing.catch(() => {});
      if (opening.length + 1 >= lanesMax || turn < OPENING_WRITES) return;
      const another = openOne();
      another.catch(() => {});
      opening.push(another);
    },
    written: async () => {
      for (const { writing } of open) await writing;
    },
    async finish(): Promise<void> {
      const written = [...open];
      await Promise.all(written.map(({ copy }) => copy.finish()));
      await Promise.all(opening);
      for (const lane of open) if (!written.includes(lane)) await lane.copy.finish();
    },
    abort(error: Error): void {
      const abortAll = () => {
        for (const { copy } of open) copy.abort(error);
      };
      abortAll();
      Promise.all(opening).then(abortAll, abortAll);
    },
  };
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
