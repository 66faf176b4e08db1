// The catalogue of what can be wrong with a row: a stable code, what it means and what to do.

/**
 * A row's problem or the reason of its outcome, as data. `field` is a field's name, never a header.
 * `value` is the cell as given, cut to 200 characters, and left out where it must not be shown.
 * `rows` names the other rows of the file that are involved.
 */
export type Reason = {
  code: ProblemCode;
  field?: string;
  value?: string;
  rows?: number[];
  /** What the hint needs to be precise: choices, the pattern, the format expected. */
  expected?: string;
};

/** Why a cell can't be taken, with what its hint needs: a reason before it knows its row. */
export type CellProblem = { readonly code: ProblemCode; readonly expected?: string };

type Problem = {
  /** What is so, for the documentation. */
  means: string;
  /** What to do, for the admin who reads the row: a sentence or two, without blame. */
  hint: (reason: Reason) => string;
};

const quoted = (value: string | undefined) => (value === undefined ? 'The value' : `“${value}”`);
const label = (field: string | undefined) => field ?? 'this field';
const rowList = (rows: number[] | undefined) => {
  if (!rows || rows.length === 0) return 'another row';
  const shown = rows.slice(0, 5).map((row) => `row ${row}`);
  const more = rows.length > 5 ? ` and ${rows.length - 5} more` : '';
  return shown.join(', ') + more;
};

/** Every code that a row can carry. No other code is ever given. */
export const PROBLEMS = {
  'too-many-cells': {
    means: 'The row has more cells than the header has columns, and the extra ones are not blank.',
    hint: () => 'The row has more cells than the header. Put quotes around a value that holds the delimiter.',
  },
  'unclosed-quote': {
    means: 'A quoted value is not closed, or text follows its closing quote.',
    hint: () => 'A quote in this row is not closed. Close it, or double a quote that belongs to the value.',
  },
  'columns-differ': {
    means: 'Two columns have the same header and say different things in this row.',
    hint: (r) =>
      `Two columns of the file are ${label(r.field)}, and in this row they differ. Make them equal or empty one.`,
  },
  'unreadable-character': {
    means: 'The cell holds a control character or bytes that are no text in the encoding of the file.',
    hint: (r) => `${label(r.field)} holds a character that is no text. Save the file as UTF-8 and try again.`,
  },
  required: {
    means: 'A value is required and the row has none.',
    hint: (r) => `Enter a value for ${label(r.field)}.`,
  },
  'cannot-clear': {
    means: 'A required value would be cleared by a blank cell.',
    hint: (r) => `${label(r.field)} is required and can’t be cleared. Enter a value.`,
  },
  'too-long': {
    means: 'The value is longer than the field takes.',
    hint: (r) => `${label(r.field)} takes ${r.expected ?? 'fewer'} characters at most. Shorten it.`,
  },
  'not-an-email': {
    means: 'The value is not an email address.',
    hint: (r) => `${quoted(r.value)} is not an email address. Correct it, for example name@example.org.`,
  },
  'not-a-number': {
    means: 'The value is not a number.',
    hint: (r) =>
      `${quoted(r.value)} is not a number. Use ${r.expected ?? 'digits and a decimal point, for example 1234.5'}.`,
  },
  'not-a-date': {
    means: 'The value is not a date that exists.',
    hint: (r) => `${quoted(r.value)} is not a date. Use YYYY-MM-DD, for example 2026-09-30.`,
  },
  'ambiguous-date': {
    means: 'The value reads as two different dates, day first and month first.',
    hint: (r) => `${quoted(r.value)} can be read as two dates. Use YYYY-MM-DD.`,
  },
  'not-a-boolean': {
    means: 'The value is neither yes nor no.',
    hint: (r) => `${quoted(r.value)} is neither yes nor no. Use yes, no, true, false, 1 or 0.`,
  },
  'not-a-choice': {
    means: 'The value is not one of the field’s choices.',
    hint: (r) =>
      `${quoted(r.value)} is not a choice of ${label(r.field)}. Use one of: ${r.expected ?? 'its choices'}.`,
  },
  'pattern-mismatch': {
    means: 'The value does not match the field’s pattern.',
    hint: (r) => `${quoted(r.value)} does not match the pattern of ${label(r.field)}: ${r.expected ?? ''}.`,
  },
  'unknown-action': {
    means: 'The row’s own action is no known word.',
    hint: (r) =>
      `${quoted(r.value)} is no action. Use ${r.expected ?? 'create, update or create-or-update'}, or leave it blank.`,
  },
  'unsupported-action': {
    means: 'The row’s own action is known but can’t be done by this kind of run.',
    hint: (r) => `${quoted(r.value)} can’t be done by this run. Use ${r.expected ?? 'another action'}.`,
  },
  'unknown-site': {
    means:
      'The row’s Account ID is no site below the one that the run belongs to, or not one the admin may change.',
    hint: (r) =>
      `Account ID ${quoted(r.value)} is not a site you may change here. Correct it or leave the row out.`,
  },
  'no-key': {
    means: 'The row has neither an identifier nor an email, so nobody can be found or created by it.',
    hint: () => 'Give the row an identifier or an email, so that its person can be found.',
  },
  'nobody-found': {
    means: 'The row asks for an update and nobody has its identifier or email.',
    hint: (r) =>
      `Nobody at this site has ${r.field ? `the ${r.field} ${quoted(r.value)}` : 'this key'}. Correct it, or use create.`,
  },
  'person-exists': {
    means: 'The row asks to create a person who exists already.',
    hint: (r) =>
      `Somebody at this site has ${r.field ? `the ${r.field} ${quoted(r.value)}` : 'this key'} already. Use update or create-or-update.`,
  },
  'person-archived': {
    means: 'The row’s person is archived, and archived people are not updated.',
    hint: () => 'This person is archived. Restore the person first.',
  },
  'kept-existing': {
    means: 'The person exists already and the run keeps existing people as they are.',
    hint: () => 'The person exists already and was kept as is, as this run was told. Nothing to do.',
  },
  'same-as-row': {
    means: 'Another row of the file says the same in every mapped column; it counts once.',
    hint: (r) => `The same as ${rowList(r.rows)}, which was used. Nothing to do.`,
  },
  'person-twice': {
    means: 'Two rows of the file are for one person and say different things.',
    hint: (r) => `The same person is in ${rowList(r.rows)} too, with other values. Keep one.`,
  },
  'key-twice': {
    means: 'Two rows of the file claim one unique value for different people.',
    hint: (r) => `${quoted(r.value)} as ${label(r.field)} is claimed by ${rowList(r.rows)} too. Keep one.`,
  },
  'key-taken': {
    means: 'A unique value belongs to somebody else already.',
    hint: (r) =>
      `${quoted(r.value)} as ${label(r.field)} belongs to somebody else. Use another value, or change that person first.`,
  },
  'changed-meanwhile': {
    means: 'The person was changed between the check and the change, so the row was not applied.',
    hint: () => 'The person was changed by somebody else while the run was on. Upload this row again.',
  },
  'refused-by-database': {
    means: 'The database refused the row for a reason that the check did not foresee.',
    hint: () =>
      'The database refused this row. Compare it with its neighbours, correct it and upload it again.',
  },
  cancelled: {
    means: 'The run was cancelled before this row’s turn.',
    hint: () => 'The run was cancelled before this row’s turn. Upload it again to go on.',
  },
} as const satisfies Record<string, Problem>;

export type ProblemCode = keyof typeof PROBLEMS;

/** The sentence that tells the admin what to do about a reason. */
export const hintOf = (reason: Reason): string => (PROBLEMS[reason.code] as Problem).hint(reason);

/** A reason with its hint, as the API and result files show it. */
export const withHint = (reason: Reason): Reason & { hint: string } => ({ ...reason, hint: hintOf(reason) });
