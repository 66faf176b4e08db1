// What rows of a run say of themselves: whom they are about, and in which field something is wrong.
import type { BulkAction } from '../../../../api/wire.ts';
import type { BulkRow } from '../../../../api/wire-rows.ts';
import { useLanguage } from '../../words/language.tsx';

type Columns = Pick<BulkAction, 'columns'>;

const KEYS = ['identifier', 'username', 'email', 'file'] as const;

/** The key by which the row names its person, as the file has it; '' where there is none. */
export function keyOfRow({ columns }: Columns, { cells, after, before }: BulkRow): string {
  for (const key of KEYS) {
    const column = columns?.findIndex(({ field }) => field === key) ?? -1;
    const cell = column < 0 ? undefined : cells?.[column];
    const value = cell || after?.[key] || before?.[key];
    if (value) return String(value);
  }
  return cells?.find((cell) => cell !== '') ?? '';
}

const OWN = {
  en: {
    identifier: 'Identifier',
    email: 'Email',
    username: 'Username',
    first_name: 'First name',
    last_name: 'Last name',
    display_name: 'Display name',
    org_unit: 'Org unit',
    supervisor: 'Supervisor',
    roles: 'Roles',
    role: 'Role',
    password: 'Password',
    card_id: 'Card ID',
    card_valid_until: 'Card valid until',
    site: 'Site',
    photo: 'Photo',
    action: 'Action',
  },
  de: {
    identifier: 'Kennung',
    email: 'E-Mail',
    username: 'Benutzername',
    first_name: 'Vorname',
    last_name: 'Nachname',
    display_name: 'Anzeigename',
    org_unit: 'Organisationseinheit',
    supervisor: 'Vorgesetzte Person',
    roles: 'Rollen',
    role: 'Rolle',
    password: 'Passwort',
    card_id: 'Karten-ID',
    card_valid_until: 'Karte gültig bis',
    site: 'Standort',
    photo: 'Foto',
    action: 'Aktion',
  },
};

/** What a field is called: by its own name, else by the header of its column. */
export function useFieldName({ columns }: Columns): (field: string) => string {
  const own = OWN[useLanguage()] as Record<string, string>;
  return (field) =>
    own[field] ??
    columns?.find((column) => column.field === field)?.header ??
    `${field.charAt(0).toUpperCase()}${field.slice(1).replaceAll('_', ' ')}`;
}
