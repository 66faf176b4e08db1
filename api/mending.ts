// Mending cells of a plan: which may be, what the rows are then by the rules that staged them, and that the run is told.
import type { Database } from '../db/client.ts';
import type { Admin } from '../db/queries/admins.ts';
import type { BulkActionRow } from '../db/queries/bulk-actions.ts';
import { listMendableRows, type MendableRow, type MendedRow, mendRows } from '../db/queries/mending.ts';
import { getRowPlaces } from '../db/queries/row-places.ts';
import { PLAN_HAS_CHANGED } from '../domain/answers.ts';
import { DEFAULT_OPTIONS } from '../domain/bulk-action.ts';
import { isMendable, type Mending, mendedAlike } from '../domain/mending.ts';
import { getPreset } from '../domain/presets/catalogue.ts';
import type { ProblemCode } from '../domain/problems.ts';
import { Refusal } from '../domain/refusal.ts';
import { requiredFieldsOf } from '../domain/rows/readers.ts';
import { compileRowReader } from '../domain/rows/row.ts';
import { isSecretHeader } from '../domain/rows/secret-cells.ts';
import type { StagedRow } from '../domain/rows/staged-row.ts';
import type { TableRecord } from '../domain/table.ts';
import { siteFor } from './access.ts';
import { requireActionRights } from './new-run.ts';
import type { RowNumbers } from './row-numbers.ts';
import type { Mend } from './wire-plans.ts';

/** Cells that one change may reach: they are read and written at once. */
const ALIKE_MAX = 20_000;

/** True where the rows of a run come from a file that holds no passwords: those are not kept, so no row is read twice. */
export const canBeMended = ({ kind, isDryRun, uploadIds, columns, ask }: BulkActionRow): boolean =>
  kind === 'people' &&
  isDryRun &&
  uploadIds.length > 0 &&
  ask?.why.includes('dry-run') === true &&
  !columns?.some(({ field, header }) => field === 'password' || (field === null && isSecretHeader(header)));

/** The places of a field in the cells of a row; refuses one that no column is mapped to. */
export function placesOf({ columns }: BulkActionRow, field: string): number[] {
  const places = (columns ?? []).flatMap((column, i) => (column.field === field ? [i] : []));
  if (places.length > 0) return places;
  throw new Refusal(
    'invalid',
    `No column of the file is mapped to ${field}. Name a field that the file has.`,
  );
}

/** The cell of a field: of several columns the first that is filled. */
export const cellAt = (cells: readonly string[], places: readonly number[]): string =>
  cells[filledAt(cells, places)] ?? '';

const filledAt = (cells: readonly string[], places: readonly number[]): number =>
  places.find((place) => (cells[place] ?? '').trim() !== '') ?? (places[0] as number);

type Means = { db: Database; rowNumbers: RowNumbers };

/** The rows that are refused for this reason, as many as one change may reach. */
export async function listAlike(
  { db, rowNumbers }: Means,
  run: BulkActionRow,
  problem: { code: ProblemCode; field: string },
): Promise<MendableRow[]> {
  const numbers = await rowNumbers(run, { problem });
  if (numbers.length > ALIKE_MAX)
    throw new Refusal(
      'too-large',
      `More than ${ALIKE_MAX.toLocaleString('en')} rows have this problem. Mend the file and upload it again.`,
      { rowsMax: ALIKE_MAX },
    );
  const rows = await listMendableRows(db, run.id, [...numbers]);
  return rows.filter((row) => isMendable(row.problems));
}

/**
 * Mends cells of the plan that was seen, and has it made anew. Safe to repeat: what is mended already stays. Refuses who
 * did not begin the run, what can't be read again, and a plan that is not the one of now.
 */
export async function mend(means: Means, admin: Admin, run: BulkActionRow, asked: Mend): Promise<void> {
  const { db } = means;
  // Rows act with the rights of who began the run: nobody else may say what they are.
  if (run.byPersonId !== admin.personId)
    throw new Refusal(
      'forbidden',
      'Only who began the run can mend its rows. Ask them, or begin a run of your own.',
    );
  const site = await siteFor(db, admin, run.siteId);
  requireActionRights(admin, run.options.action, site, run.options.absent);
  const field = 'like' in asked ? asked.like.field : (asked.cells[0]?.field ?? '');
  const wanted =
    'like' in asked ? await likeIt(means, run, asked.like) : await oneByOne(db, run, asked.cells);
  const isDone = wanted.every(({ row, cells }) => row.cells.every((cell, i) => cell === cells[i]));
  if (isDone && run.state === 'checking' && run.askRound === asked.round) return;
  if (run.state !== 'awaiting-confirmation' || run.askRound !== asked.round)
    throw new Refusal('conflict', PLAN_HAS_CHANGED);
  if (!canBeMended(run))
    throw new Refusal(
      'conflict',
      'The cells of this run can’t be mended here: it is no dry run of a file, its file holds passwords, or it was confirmed before. Mend the file and upload it again.',
    );
  const read = await rowReader(db, run);
  const rows: MendedRow[] = [];
  for (const { row, cells } of wanted) {
    const staged = read({ number: row.rowNumber, cells, fault: null });
    refuseOtherSite(run, staged);
    if (staged.action !== null) requireActionRights(admin, staged.action, site);
    if (
      'like' in asked &&
      staged.problems?.some((one) => one.field === field && one.code === asked.like.code)
    )
      continue;
    rows.push({ row: staged, was: row.was, mended: notedOf(row, cells) });
  }
  if (rows.length === 0)
    throw new Refusal('invalid', 'That would not mend any of these rows. Enter another value.');
  const changed = await mendRows(db, run.id, { round: asked.round, byPersonId: admin.personId, rows, field });
  if (changed === null) throw new Refusal('conflict', PLAN_HAS_CHANGED);
}

type Wanted = { row: MendableRow; cells: string[] };

async function oneByOne(
  db: Database,
  run: BulkActionRow,
  asked: readonly { row: number; field: string; value: string }[],
): Promise<Wanted[]> {
  const rows = new Map(
    (await listMendableRows(db, run.id, [...new Set(asked.map(({ row }) => row))])).map((row) => [
      row.rowNumber,
      row,
    ]),
  );
  const wanted = new Map<number, Wanted>();
  for (const { row: number, field, value } of asked) {
    const row = rows.get(number);
    if (!row || !isMendable(row.problems))
      throw new Refusal(
        'conflict',
        `Row ${number} can’t be mended here. Mend it in the file and upload that again.`,
        {
          row: number,
        },
      );
    const before = wanted.get(number)?.cells ?? row.cells;
    wanted.set(number, { row, cells: withCell(before, placesOf(run, field), value) });
  }
  return [...wanted.values()];
}

async function likeIt(
  means: Means,
  run: BulkActionRow,
  like: { row: number; field: string; code: ProblemCode; value: string },
): Promise<Wanted[]> {
  const places = placesOf(run, like.field);
  const [example] = await listMendableRows(means.db, run.id, [like.row]);
  if (!example) throw new Refusal('missing', `There is no row ${like.row} that could be mended.`);
  const mending: Mending = { code: like.code, from: cellAt(example.cells, places), to: like.value };
  const alike = await listAlike(means, run, like);
  return alike.flatMap((row) => {
    const to = mendedAlike(mending, cellAt(row.cells, places));
    return to === undefined ? [] : [{ row, cells: withCell(row.cells, places, to) }];
  });
}

/** The cells with another value; of several columns of the field the others are emptied, for they must not differ. */
function withCell(cells: readonly string[], places: readonly number[], value: string): string[] {
  const at = filledAt(cells, places);
  const length = Math.max(cells.length, at + 1);
  return Array.from({ length }, (_, i) => (i === at ? value : places.includes(i) ? '' : (cells[i] ?? '')));
}

/** What the file had, of every cell that is another now. */
function notedOf({ cells: before, mended }: MendableRow, cells: readonly string[]): Record<string, string> {
  const noted = { ...mended };
  for (const [i, cell] of cells.entries()) {
    const at = String(i);
    const file = noted[at] ?? before[i] ?? '';
    if (file === cell) delete noted[at];
    else noted[at] = file;
  }
  return noted;
}

async function rowReader(db: Database, run: BulkActionRow): Promise<(record: TableRecord) => StagedRow> {
  const preset = getPreset(run.preset);
  const columns = (run.columns ?? []).map((column, i) => ({ ...column, position: i + 1, matchedBy: null }));
  return compileRowReader({
    preset,
    options: { ...DEFAULT_OPTIONS, ...run.options },
    columns,
    places: await getRowPlaces(db, run.siteId),
    requiredFields: requiredFieldsOf(preset),
  });
}

/** The sites that the run locks are known: a row must not come to another one. */
function refuseOtherSite({ lockSiteIds }: BulkActionRow, { siteId, problems }: StagedRow): void {
  if (lockSiteIds?.includes(siteId) || problems?.some(({ field }) => field === 'account_id')) return;
  throw new Refusal(
    'conflict',
    `The run does not touch site ${siteId}. Mend the Account ID in the file and upload it again.`,
    { siteId },
  );
}
