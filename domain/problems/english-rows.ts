// What a row itself shows, in English.
import type { ProblemWords, ROW_CODES } from './catalogue.ts';
import { label, named, quoted, rowList } from './english-phrases.ts';

export const ENGLISH_ROWS: Record<(typeof ROW_CODES)[number], ProblemWords> = {
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
  'domain-not-allowed': {
    means: 'The email’s domain is not one that the site allows.',
    hint: (r) =>
      `${quoted(r.value)} is at a domain that this site does not allow. Use ${r.expected ? `one of: ${r.expected}` : 'another one'}.`,
  },
  'not-a-number': {
    means: 'The value is not a number, or has more digits than are kept.',
    hint: (r) =>
      r.expected === undefined
        ? `${quoted(r.value)} is not a number. Use digits and a decimal point, for example 1234.5.`
        : `${quoted(r.value)} has too many digits to be kept exactly. Use ${r.expected} at most.`,
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
    hint: (r) => `${quoted(r.value)} does not match the pattern of ${label(r.field)}${behind(r.expected)}.`,
  },
  'special-characters': {
    means: 'The value has characters that this field does not take.',
    hint: (r) =>
      `${quoted(r.value)} has characters that ${label(r.field)} does not take. Use letters and digits${r.expected ? `, and ${r.expected}` : ''}.`,
  },
  'not-a-card-id': {
    means: 'The value is no card ID of the kind that the run was told: decimal or hexadecimal.',
    hint: (r) =>
      r.expected === 'hex'
        ? `${quoted(r.value)} is no hexadecimal card ID. Enter the digits 0–9 and A–F alone, as text.`
        : `${quoted(r.value)} is no decimal card ID. Enter the digits 0–9 alone, as text.`,
  },
  'card-id-too-large': {
    means: 'The card ID has more than 64 bits.',
    hint: (r) => `${quoted(r.value)} is more than a card can hold (64 bits). Correct it.`,
  },
  'card-days': {
    means: 'The card’s last day is before its first one.',
    hint: (r) =>
      `${quoted(r.value)} is before the first day of the card${r.expected ? ` (${r.expected})` : ''}. Correct the day, or the run’s.`,
  },
  'weak-password': {
    means: 'The password is too easy to guess. It is never shown.',
    hint: () => 'The password is too easy to guess. Use a longer one that names nobody.',
  },
  'unknown-action': {
    means: 'The row’s own action is no known word.',
    hint: (r) => `${quoted(r.value)} is no action. Use ${actions(r.expected)}, or leave it blank.`,
  },
  'unsupported-action': {
    means: 'The row’s own action is known but can’t be done by this kind of run.',
    hint: (r) => `${quoted(r.value)} can’t be done by this run. Use ${actions(r.expected)}.`,
  },
  'unknown-site': {
    means:
      'The row’s Account ID is no site below the one that the run belongs to, or not one the admin may change.',
    hint: (r) =>
      `Account ID${named(r.value)} is not a site you may change here. Correct it or leave the row out.`,
  },
  'unknown-field-here': {
    means: 'The field does not exist at the row’s site.',
    hint: (r) => `${label(r.field)} is no field of this row’s site. Empty the cell, or add the field there.`,
  },
  'unknown-org-unit': {
    means: 'No org unit of the row’s site, or of one above it, has exactly this name.',
    hint: (r) => `There is no org unit${named(r.value)} here. Write its name exactly as it is, or add it.`,
  },
  'not-a-leaf': {
    means: 'The row needs a team, an org unit with none below it, and this one has some.',
    hint: (r) => `${quoted(r.value)} has org units below it. Name the team, the lowest level.`,
  },
  'unknown-supervisor': {
    means: 'The supervisor exists neither here nor among the rows of the file that are not refused.',
    hint: (r) =>
      `There is no supervisor${named(r.value)} here. Add the supervisor to the file, or correct the value.`,
  },
  'own-supervisor': {
    means: 'The row names its own person as supervisor.',
    hint: () => 'Nobody is their own supervisor. Name another one, or leave it blank.',
  },
  'supervisor-elsewhere': {
    means: 'The supervisor is not in the org unit that the row names for them.',
    hint: (r) => `The supervisor is not in the org unit${named(r.value)}. Correct it or leave it blank.`,
  },
  'unknown-role': {
    means: 'No role of the row’s site, or of one above it, has this name.',
    hint: (r) => `There is no role${named(r.value)} here. Correct it, or make the role first.`,
  },
  'role-not-yours': {
    means: 'The role, or one that the person holds, allows more than the admin may do there.',
    hint: (r) =>
      `${r.value === undefined ? 'A role of this person' : `The role “${r.value}”`} allows more than you may do here. Ask an admin who holds it.`,
  },
  'no-details': {
    means: 'A row of a second file is about somebody whom the first file does not name.',
    hint: (r) =>
      `${quoted(r.value)} is not in the file with the user details. Add it there, or leave this row out.`,
  },
  'file-rows-differ': {
    means: 'A file beside the user details has several rows for one LAN id, and they say different things.',
    hint: (r) =>
      `In the file ${r.expected ?? 'beside the user details'}, ${rowList(r.rows)} say different things about ${quoted(r.value)}. Keep one of them.`,
  },
  'no-key': {
    means: 'The row has nothing by which its person could be found or created, such as an identifier.',
    hint: () => 'Give the row an identifier or an email, so that its person can be found.',
  },
  'name-twice': {
    means: 'In a file of org units or roles, rows say different things of one name.',
    hint: (r) => `${quoted(r.value)} is in ${rowList(r.rows)} too, with something else beside it. Keep one.`,
  },
  'other-parent': {
    means:
      'In a file of org units, one that is there already is named with another parent. Files move nothing.',
    hint: (r) =>
      `This org unit ${r.expected ? `is below “${r.expected}”` : 'is at the top'} already. Correct the parent here, or move the org unit by itself.`,
  },
  'org-unit-circle': {
    means: 'In a file of org units, one would be above itself, by way of others or directly.',
    hint: (r) =>
      `Going up from here${r.rows ? `, over ${rowList(r.rows)},` : ''} one comes back here. Correct a parent.`,
  },
  'unknown-permission': {
    means: 'In a file of roles, a word is no permission.',
    hint: (r) =>
      `There is no permission${named(r.value)}.${r.expected ? ` Was ${r.expected} meant?` : ''} Correct it or take it out.`,
  },
  'other-permissions': {
    means:
      'In a file of roles, one that is there already is named with other permissions. Files change no role.',
    hint: (r) =>
      `The role is there already, with ${r.expected ?? 'other permissions'}. Say the same, or use another name.`,
  },
  'not-a-picture': {
    means: 'A file among the pictures is no JPEG and no PNG, whatever its name says, or is an animated one.',
    hint: (r) =>
      `This file is ${r.expected ? `${r.expected}, ` : ''}no JPEG or PNG picture. Save it as one of the two and upload it again, or leave it out.`,
  },
  'picture-too-large': {
    means: 'The picture has more bytes than are taken.',
    hint: (r) =>
      `The picture is ${r.expected === undefined ? 'too large' : `larger than ${r.expected} MB`}. Save it smaller and upload it again.`,
  },
  'too-many-pixels': {
    means: 'The picture has more pixels than are taken.',
    hint: (r) =>
      `The picture has ${r.expected === undefined ? 'too many pixels' : `more than ${r.expected} million pixels`}. Make it smaller and upload it again.`,
  },
  'broken-picture': {
    means: 'The picture is cut off or damaged, or the zip holds other bytes than it says.',
    hint: () => 'The picture is damaged and can’t be read to its end. Save it anew and upload it again.',
  },
};

const behind = (expected: string | undefined) => (expected === undefined ? '' : `: ${expected}`);
const actions = (expected: string | undefined) => (expected ? `one of: ${expected}` : 'another action');
