// What shows beside people and other rows, or while a row is applied, in English.
import type { PLAN_CODES, ProblemWords } from './catalogue.ts';
import { label, named, quoted, rowList } from './english-phrases.ts';

export const ENGLISH_PLAN: Record<(typeof PLAN_CODES)[number], ProblemWords> = {
  'nobody-found': {
    means: 'The row is for somebody who exists, and nobody has its key.',
    hint: (r) =>
      `Nobody at this site has ${r.field ? `the ${r.field}${named(r.value)}` : 'this key'}. Correct it; to add somebody, use create.`,
  },
  'several-found': {
    means: 'The row has no identifier, and several archived people of the site had its email.',
    hint: (r) => `Several archived people had the email${named(r.value)}. Give the row an identifier.`,
  },
  'person-exists': {
    means: 'The row asks to create a person who exists already.',
    hint: (r) =>
      `Somebody at this site has ${r.field ? `the ${r.field}${named(r.value)}` : 'this key'} already. Use update or create-or-update.`,
  },
  'person-archived': {
    means: 'The row’s person is archived, and archived people are not updated.',
    hint: () => 'This person is archived. Restore the person first: a restore row in the same file will do.',
  },
  'not-archived': {
    means: 'Only archived people are anonymized, and this one is active and no row archives it.',
    hint: () => 'This person is active. Archive first: an archive row in the same file will do.',
  },
  'already-archived': {
    means: 'The person is archived already.',
    hint: () => 'This person is archived already. Nothing to do.',
  },
  'already-active': {
    means: 'The person is active already.',
    hint: () => 'This person is active already. Nothing to do.',
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
  'actions-conflict': {
    means: 'Rows of the file ask for actions on one person that make no sense together.',
    hint: (r) =>
      `This row and ${rowList(r.rows)} ask for actions on the same person that exclude each other. Keep one.`,
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
  'needs-row': {
    means: 'The row could only be applied after another row of the file, and that one is refused.',
    hint: (r) =>
      `This row needs ${rowList(r.rows)} to be applied first${r.field ? `, for ${label(r.field)}${named(r.value)}` : ''}, and that is refused. Mend that one, then upload both.`,
  },
  'not-allowed': {
    means: 'The admin lacks, or has lost since the run began, the right to do this on the row’s site.',
    hint: (r) =>
      `You lack the right${r.expected ? ` ${r.expected}` : ''} on the site of this row. Ask its admin.`,
  },
  'supervisor-failed': {
    means: 'The row was applied but for its supervisor, whom another row of the run failed to create.',
    hint: (r) =>
      `Applied, but the supervisor, in ${rowList(r.rows)}, could not be created. Upload this row again after that one.`,
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
};
