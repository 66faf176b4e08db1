// What the fields that everybody has are called, by the names of an export, and values that have a word of their own.
import type { FieldValue } from '../../../domain/field-definition.ts';
import { dictionary } from '../words/language.tsx';

export const fieldWords = dictionary({
  en: {
    labels: {
      identifier: 'Identifier',
      email: 'Email',
      username: 'Username',
      first_name: 'First name',
      last_name: 'Last name',
      display_name: 'Display name',
      org_unit: 'Org unit',
      supervisor: 'Supervisor',
      role: 'Roles',
      status: 'Status',
      site: 'Site',
      password: 'Password',
      card_id: 'Card',
      card_valid_from: 'Valid from',
      card_valid_until: 'Valid until',
    } as Readonly<Record<string, string>>,
    status: { active: 'Active', archived: 'Archived', anonymized: 'Anonymized' } as Readonly<
      Record<string, string>
    >,
    yes: 'Yes',
    no: 'No',
    empty: 'empty',
    changed: 'changed',
  },
  de: {
    labels: {
      identifier: 'Kennung',
      email: 'E-Mail',
      username: 'Benutzername',
      first_name: 'Vorname',
      last_name: 'Nachname',
      display_name: 'Anzeigename',
      org_unit: 'Einheit',
      supervisor: 'Vorgesetzte Person',
      role: 'Rollen',
      status: 'Status',
      site: 'Standort',
      password: 'Passwort',
      card_id: 'Karte',
      card_valid_from: 'Gültig ab',
      card_valid_until: 'Gültig bis',
    },
    status: { active: 'Aktiv', archived: 'Archiviert', anonymized: 'Anonymisiert' },
    yes: 'Ja',
    no: 'Nein',
    empty: 'leer',
    changed: 'geändert',
  },
});

const DAY = /^\d{4}-\d\d-\d\d$/;
type Said = (typeof fieldWords)['en'];

/** A value as people read it: days as days, yes and no as words. Null is for the caller to say. */
export function shownValue(
  field: string,
  value: FieldValue,
  { words, date }: { words: Said; date: (day: string) => string },
): string {
  if (typeof value === 'boolean') return value ? words.yes : words.no;
  if (field === 'status') return words.status[String(value)] ?? String(value);
  if (field === 'password') return words.changed;
  return typeof value === 'string' && DAY.test(value) ? date(value) : String(value);
}
