// How a row's cells are read into it: its site, its action, the person's own fields and those of its site.
import { ACTIONS, type Action, isWritingAction } from '../bulk-action.ts';
import {
  type CellReader,
  cleaned,
  customFieldReader,
  isProblem,
  personFieldReader,
  readBoolean,
} from '../cells.ts';
import type { FieldValue } from '../field-definition.ts';
import { isAllowedEmail } from '../mail-domain.ts';
import { emailKeyOf, PERSON_KEYS, type PersonField } from '../person.ts';
import type { Preset } from '../preset.ts';
import type { CellProblem } from '../problems.ts';
import { actionNamed } from './action.ts';
import type { PlacedDefinition } from './places.ts';
import { addProblem, reasonOf } from './problems.ts';
import type { RowSetup, StagedRow } from './staged-row.ts';

/** Reads a cell as it stands in the file into its row: its value, or a problem. */
export type ReadInto = (cell: string, row: StagedRow) => void;

/** True for a row that writes what its cells say; the others use them only to find their person. */
export const isWriting = (row: StagedRow, { options }: Pick<RowSetup, 'options'>): boolean =>
  isWritingAction(row.action ?? options.action);

/** The fields of which each row must have a value: of all files together, or in that of a further template. */
export function requiredFieldsOf({ columns, matchBy, templates }: Preset, template?: string): string[] {
  const required = columns.filter((column) => column.required === 'always');
  if (template === undefined || template === templates[0]) return required.map(({ field }) => field);
  const own = required.filter((column) => column.template === template);
  return [matchBy[0], ...own.map(({ field }) => field)];
}

/** What a blank cell does: a problem where a value is required, else nothing, unless its field is to be cleared. */
export function blankReader(
  field: string,
  { options, requiredFields }: RowSetup,
  canClear: boolean,
  clear: (row: StagedRow) => void,
): ((row: StagedRow) => void) | null {
  if (requiredFields.includes(field)) return (row) => addProblem(row, { code: 'required', field });
  if (!options.clearBlank.includes(field)) return null;
  return canClear ? clear : (row) => addProblem(row, { code: 'cannot-clear', field });
}

const noClearing = () => {};

/** Reads a cell that is not blank as its type says; a blank one does what is said of it. */
export function valueReader<Value extends FieldValue>(
  field: string,
  read: CellReader<Value>,
  blank: ((row: StagedRow) => void) | null,
  set: (row: StagedRow, value: Value, cell: string) => void,
): ReadInto {
  const isYesOrNo: boolean = read === (readBoolean as CellReader<FieldValue>);
  return (cell, row) => {
    const text = cell === '' ? '' : cleaned(cell);
    // Programs that know three answers write the third one as a word.
    if (text === '' || (isYesOrNo && text.toLowerCase() === 'null')) {
      blank?.(row);
      return;
    }
    const value = isOpenQuote(text) ? OPEN_QUOTE : read(text);
    if (isProblem(value)) addProblem(row, reasonOf(value, field, cell));
    else set(row, value, cell);
  };
}

const OPEN_QUOTE: CellProblem = { code: 'unclosed-quote' };

/** A value that begins with a quote which nothing closes is the trace of a malformed line, not anybody's value. */
export const isOpenQuote = (text: string): boolean =>
  text.charCodeAt(0) === 34 && text.split('"').length % 2 === 0;

/** Reads a row's own action. One that the preset does not allow is told from one that is no word for any. */
export function actionReader({ preset }: RowSetup): ReadInto {
  const actions = ACTIONS.filter((action) => preset.actions.includes(action));
  const allowed: ReadonlySet<Action> = new Set(actions);
  const expected = actions.join(', ');
  return (cell, row) => {
    const text = cell === '' ? '' : cleaned(cell);
    if (text === '') return;
    const action = actionNamed(text);
    if (action !== undefined && allowed.has(action)) row.action = action;
    else {
      const code = action === undefined ? 'unknown-action' : 'unsupported-action';
      addProblem(row, reasonOf({ code, expected }, 'action', cell));
    }
  };
}

/** A row that names no site is its run's. One that names a wrong site stays there too, with the problem. */
export function siteReader(setup: RowSetup): ReadInto {
  const { siteIds } = setup.places;
  const blank = blankReader('account_id', setup, false, noClearing);
  return (cell, row) => {
    const text = cell === '' ? '' : cleaned(cell);
    if (text === '') {
      blank?.(row);
      return;
    }
    const siteId = /^\d{1,10}$/.test(text) ? Number(text) : -1;
    if (siteIds.has(siteId)) row.siteId = siteId;
    else addProblem(row, reasonOf({ code: 'unknown-site' }, 'account_id', cell));
  };
}

/** The reader of a person's own field, or of a custom one. */
export function fieldReader(field: string, setup: RowSetup): ReadInto {
  const placed = setup.places.definitions.filter((definition) => definition.name === field);
  return placed.length === 0
    ? ownFieldReader(field as PersonField, setup)
    : customReader(field, placed, setup);
}

function ownFieldReader(field: PersonField, setup: RowSetup): ReadInto {
  const key = PERSON_KEYS[field];
  const blank = blankReader(field, setup, field !== 'identifier' && field !== 'email', (row) => {
    row[key] = '';
  });
  const read = plainReader(field, setup.preset, personFieldReader(field));
  if (field === 'email') return emailReader(read, blank, setup);
  return valueReader(field, read, blank, (row, value) => {
    row[key] = value;
  });
}

function emailReader(
  read: CellReader<string>,
  blank: ((row: StagedRow) => void) | null,
  setup: RowSetup,
): ReadInto {
  const { mailDomains } = setup.places;
  return valueReader('email', read, blank, (row, value, cell) => {
    row.email = value;
    row.emailKey = emailKeyOf(value);
    const domains = mailDomains.get(row.siteId) ?? null;
    if (!isAllowedEmail(row.emailKey, domains) && isWriting(row, setup)) {
      const expected = domains?.join(', ') ?? '';
      addProblem(row, reasonOf({ code: 'domain-not-allowed', expected }, 'email', cell));
    }
  });
}

/** A field that holds on some of the sites only, or differs between them, is read as the row's site has it. */
function customReader(field: string, placed: readonly PlacedDefinition[], setup: RowSetup): ReadInto {
  const readers = placed.map((definition) => {
    const blank = blankReader(field, setup, !definition.required, (row) => setField(row, field, null));
    const read = plainReader(field, setup.preset, customFieldReader(definition));
    return valueReader(field, read, blank, (row, value) => setField(row, field, value));
  });
  const everywhere = readers[placed.findIndex(({ siteIds }) => siteIds === null)];
  if (everywhere) return everywhere;
  const bySite = new Map(placed.flatMap(({ siteIds }, i) => (siteIds ?? []).map((id) => [id, readers[i]])));
  return (cell, row) => {
    const read = bySite.get(row.siteId);
    if (read) read(cell, row);
    // A row that named a wrong site has its problem.
    else if (cleaned(cell) !== '' && !row.problems?.some(({ code }) => code === 'unknown-site'))
      addProblem(row, reasonOf({ code: 'unknown-field-here' }, field, cell));
  };
}

const PLAIN = /^[\p{L}\p{M}\p{N}._-]+$/u;
const SPECIAL_CHARACTERS: CellProblem = { code: 'special-characters', expected: '. - _' };

/** The reader of a field, for letters, digits and a few marks only where the preset says so. */
export function plainReader<Value extends FieldValue>(
  field: string,
  preset: Preset,
  read: CellReader<Value>,
): CellReader<Value> {
  if (!preset.columns.some((column) => column.field === field && column.isPlain)) return read;
  return (text) => (PLAIN.test(text) ? read(text) : SPECIAL_CHARACTERS);
}

function setField(row: StagedRow, field: string, value: FieldValue | null): void {
  row.fields ??= {};
  row.fields[field] = value;
}
