// What is said of refusals and faults, in English. The refusal's own sentence says more: this is what holds for all of a code.
import type { RefusalCatalogue } from './catalogue.ts';

export const ENGLISH_REFUSALS: RefusalCatalogue = {
  invalid: {
    title: 'The request is not as the documentation says',
    means:
      'Something in the request, or in the command, is not as it must be; each fault is named with its place.',
    hint: 'Mend what is named and send it again.',
  },
  unauthenticated: {
    title: 'Sign in first',
    means: 'Nobody is signed in: the key is missing, unknown or revoked, or the session has ended.',
    hint: 'Sign in, or send a key that holds.',
  },
  forbidden: {
    title: 'You lack a right',
    means: 'The admin lacks the right that this needs on this site.',
    hint: 'Ask an admin of the site for the right, or for somebody who holds it.',
  },
  missing: {
    title: 'Not found',
    means: 'It is not there, or not at a site that the admin sees.',
    hint: 'Check the id or the name.',
  },
  conflict: {
    title: 'It does not fit with what is there',
    means:
      'What is there excludes it: a value that is taken, a run that has ended or not ended yet, something in use.',
    hint: 'Look at what is there now, then decide again.',
  },
  locked: {
    title: 'A bulk action is changing this site',
    means: 'A run holds the edit lock of the site; `lock` says which one, who started it and how far it is.',
    hint: 'Wait until the run has ended, or cancel it.',
  },
  'too-large': {
    title: 'Too large',
    means: 'The body, the file or the workbook is larger than what is taken or can be made.',
    hint: 'Make it smaller; a table has no limit of rows as CSV.',
  },
  unsupported: {
    title: 'Not possible in this version',
    means: 'It is known by name and can’t be done by this version or this preset.',
    hint: 'Use one of what the message lists.',
  },
  'unreadable-file': {
    title: 'The file can’t be read',
    means: 'The file is no table, or a damaged one. Nothing was written.',
    hint: 'Save it as CSV (UTF-8) or XLSX and upload that.',
  },
  'empty-file': {
    title: 'The file has no rows',
    means: 'The file has no rows below its header. Nothing was written.',
    hint: 'Check that it is the right file and that the header row is where the run was told.',
  },
  'wrong-count': {
    title: 'The file has another number of rows',
    means: 'The file has more or fewer rows than were expected. Nothing was written.',
    hint: 'Check the file, or the number of rows that you expect.',
  },
  'too-few-rows': {
    title: 'The file has too few rows',
    means: 'The file has fewer rows than it must have at least: it may be cut off. Nothing was written.',
    hint: 'Check that the file is whole. If so few rows are right, say so, and run it again.',
  },
  'no-trailer': {
    title: 'The end of the file is missing',
    means:
      'The file must end with a line that says how many rows it has, and does not: it may be cut off. Nothing was written.',
    hint: 'Check that the file is whole. If it never has such a line, ask for none.',
  },
  'missing-column': {
    title: 'A column is missing',
    means: 'No column is mapped to a field that the run needs. Nothing was written.',
    hint: 'Name the column of the field, or mend the header; the preview shows both.',
  },
  mapping: {
    title: 'The mapping does not fit the file',
    means: 'A field or a column of the mapping does not exist, or is meant twice. Nothing was written.',
    hint: 'Say which column each field is; the preview shows what there is.',
  },
  gone: {
    title: 'No longer there',
    means:
      'It was there and was removed: results that were discarded or kept long enough, an upload that was used.',
    hint: 'Nothing brings it back; upload the file again where it is still needed.',
  },
  'too-many-requests': {
    title: 'Too many attempts',
    means: 'Too many attempts in too short a time.',
    hint: 'Wait a minute and try again.',
  },
  internal: {
    title: 'Something broke here',
    means: 'A fault of Muster itself, which its log has under the `requestId`.',
    hint: 'It is not your fault. Try again; if it stays so, give the requestId to your operator.',
  },
  unavailable: {
    title: 'Not available for a moment',
    means: 'Muster has no connection to its database, or has lost it. A change may have come through or not.',
    hint: 'Nothing that was written is lost. Try again in a moment.',
  },
  unreachable: {
    title: 'No answer',
    means: 'Said by the command line: Muster, or the network before it, gave no answer.',
    hint: 'Check that Muster runs, MUSTER_URL and the network.',
  },
  interrupted: {
    title: 'Interrupted',
    means: 'Said by the command line: it was stopped by a signal while it waited.',
    hint: 'A run that has begun goes on; look at it with `muster run`.',
  },
  unexpected: {
    title: 'A fault of the command line',
    means: 'Said by the command line of a fault that nobody foresaw, its own.',
    hint: 'Try again; if it stays so, report it with its message.',
  },
  'limit-passed': {
    title: 'It would change more than it may',
    means: 'Said by the command line: the plan passes a limit of the run or its site. Nothing is written.',
    hint: 'Look at it with `muster plan`; then `muster confirm` it, or `muster cancel` it.',
  },
  'plan-grown': {
    title: 'The plan has grown',
    means: 'Said by the command line: the run would now do more than was agreed to. Nothing is written.',
    hint: 'Look at what differs with `muster plan --grown`; then `muster confirm` it, or `muster cancel` it.',
  },
  'awaiting-approval': {
    title: 'Another admin has to approve it',
    means: 'Said by the command line: the site wants a second pair of eyes for this. Nothing is written.',
    hint: 'Ask another admin with the right to: `muster approve`.',
  },
  'grace-period': {
    title: 'It can still be stopped',
    means:
      'Said by the command line: the site gives time to stop what can’t be undone. Nothing is written yet.',
    hint: 'Wait, or stop it with `muster cancel`.',
  },
};
