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
    hint: () =>
      'This person is archived. Restore the person first; in a file of people, a restore row in the same file will do.',
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
  'kept-edited-by-hand': {
    means:
      'A value was edited by hand, and the site protects such values from files. The rest of the row counts.',
    hint: (r) =>
      `${label(r.field)} was kept: it was edited by hand, and this site protects that. To let the file win, run it with overwrite-edited.`,
  },
  'edited-since': {
    means:
      'A value has been changed since the run that is taken back, so it stays. The rest of the row counts.',
    hint: (r) =>
      `${label(r.field)} was kept: it has been changed since the run that is taken back. Nothing to do.`,
  },
  'not-undone': {
    means:
      'A change of the run can’t be taken back: a password of before is nowhere kept, a card was issued, or what the person had is gone. The rest of the row counts.',
    hint: (r) =>
      `${label(r.field)} could not be set back: what was there before is not known any more, or is gone. Set it by hand where needed.`,
  },
  'cannot-undo': {
    means: 'The person was anonymized or deleted, by the run or since. That can’t be undone.',
    hint: () => 'This person was anonymized or deleted. That can’t be undone.',
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
  absent: {
    means:
      'A sync archives this person, or deletes them where it is asked to, because no row of the file is about them.',
    hint: (r) => {
      const why = `because this person was not in the file${r.rows ? `: ${rowList(r.rows)} has taken over what was theirs` : ''}`;
      return r.expected === 'delete'
        ? `Deleted, ${why}. Nothing brings them back.`
        : `Archived, ${why}. A file that has them brings them back.`;
    },
  },
  'absent-with-role': {
    means:
      'No row of the file of a sync is about this person, but whoever holds a role does not go for that.',
    hint: () =>
      'Not in the file, but kept: this person holds a role. If they are to go, take the role away, or archive them by hand.',
  },
  'absent-unclear': {
    means:
      'A sync would archive or delete this person, but a row of the file may be about them: it is refused, or can’t be read.',
    hint: (r) =>
      `Kept: ${rowList(r.rows)} may be about this person. Mend what is wrong there, then sync the whole file again.`,
  },
  'supervisor-failed': {
    means: 'The row was applied but for its supervisor, whom another row of the run failed to create.',
    hint: (r) =>
      `Applied, but the supervisor, in ${rowList(r.rows)}, could not be created. Upload this row again after that one.`,
  },
  'person-gone': {
    means: 'The person was anonymized or deleted after the run had selected them.',
    hint: () => 'This person was anonymized or deleted while the run was on. Nothing to do.',
  },
  'last-admin': {
    means: 'The row would take the right roles:write on the top site from the last people who hold it.',
    hint: () =>
      'Nobody would be left who can give roles on the top site. Give somebody else such a role first, then start again.',
  },
  'nobody-by-name': {
    means: 'The file of a picture is named after somebody, and nobody is called so.',
    hint: (r) =>
      `Nobody here has ${r.field ? `the ${r.field}${named(r.value)}` : 'this name'}. Rename the file after its person, or add that person first; then start a new run.`,
  },
  'several-match': {
    means: 'The file of a picture is named after a value that several people have, at different sites.',
    hint: (r) =>
      `${quoted(r.value)} as ${label(r.field)} belongs to several people, at different sites. Start a run for each of these sites, or match by another field.`,
  },
  'photo-twice': {
    means: 'Two files of the zip are pictures of one person.',
    hint: (r) => `This file and ${rowList(r.rows)} are for the same person. Keep one.`,
  },
  'photo-kept': {
    means: 'The person has a photo already and the run keeps photos that are there.',
    hint: () => 'This person has a photo already, and it was kept, as this run was told. Nothing to do.',
  },
  'picture-not-read': {
    means:
      'The picture was not made ready, because when the zip was read its person was not there, or at another site.',
    hint: () =>
      'This person was added or moved while the run was on, so the picture was not read. Start again with this file.',
  },
  'no-card': {
    means: 'A card is to be issued, and the person has none: no number is known, or it is gone.',
    hint: () =>
      'No card number is known of this person. Add one by hand, or import it in a column that is mapped to card_id; then issue again.',
  },
  'card-revoked': {
    means: 'The card was revoked, or another has taken its place, so it is not issued.',
    hint: () =>
      'This card was revoked. If it shall be used again, add its number anew. Else there is nothing to do.',
  },
  'card-expired': {
    means: 'The last day of the card is over. Days begin and end at midnight UTC.',
    hint: (r) =>
      `The last day of this card${named(r.value)} is over. Add the card anew with a later day, by hand or by a file.`,
  },
  'changed-meanwhile': {
    means: 'The person was changed between the check and the change, so the row was not applied.',
    hint: () => 'The person was changed by somebody else while the run was on. Upload this row again.',
  },
  'changed-since-plan': {
    means: 'The plan that people agreed to would have changed more; the row does the rest of it.',
    hint: () =>
      'The plan that was confirmed would have changed more here; it was no longer needed or possible when the run was applied.',
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
