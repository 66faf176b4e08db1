// By what a row's person is found: the keys of a file, or the id that the row itself names.
import { type SQL, sql } from 'drizzle-orm';
import { isWritingAction } from '../../../domain/bulk-action.ts';
import type { CheckSettings, PersonKey } from './settings.ts';

/** What the plan reads of a row's person. */
export const PERSON_COLUMNS = [
  'id',
  'version',
  'status',
  'identifier',
  'email_key',
  'username',
  'first_name',
  'last_name',
  'display_name',
  'fields',
] as const;
type PersonColumn = (typeof PERSON_COLUMNS)[number] | 'hand_edited';

/**
 * Archived people are looked for by email where a file may mean them: it has no identifiers, or its rows do more than
 * create and update. In all other files it would cost a tenth of the plan, for rows that are refused either way.
 */
export const findsArchived = ({ matchBy, mapped, action, isSync }: CheckSettings): boolean =>
  matchBy.includes('email') &&
  (mapped.has('action') || isSync || !mapped.has('identifier') || !isWritingAction(action));

export const archivedByEmail = sql`
    -- Archived people keep their email, and several may have had the same one.
    left join lateral (
      select o.*, exists (
        select from person other
        where other.site_id = o.site_id and other.email_key = o.email_key and other.status = 'archived' and other.id <> o.id
      ) as is_one_of_several
      from person o
      where h.key = 'email' and (a.action = 'restore' or e.site_id is distinct from r.site_id)
        and o.site_id = r.site_id and o.email_key = r.email_key and o.status = 'archived'
      order by o.id limit 1
    ) as x on true`;

/**
 * True where the person `p` of the row `r` of an undo is archived when the run has ended: no email of theirs is in
 * anybody's way then. Staging has noted where another row of the run archives or restores the same person.
 */
export const endsArchived: SQL = sql`case r.extras -> 'undo' ->> 'beside'
          when 'archive' then true when 'restore' then false else p.status = 'archived' end`;

const ROW_COLUMN_OF_KEY = {
  id: 'r.person_id',
  identifier: 'r.identifier',
  email: 'r.email_key',
  // A blank one that clears finds nobody.
  username: "nullif(r.username, '')",
} as const satisfies Record<PersonKey, string>;

/**
 * False for a row `r` whose account is unknown. It stays with the site of its run for want of another: nobody there is
 * meant by it, and nothing there is claimed.
 */
export const isPlaced = ({ mapped }: Pick<CheckSettings, 'mapped'>): SQL =>
  mapped.has('account_id')
    ? sql`(r.problems is null or not r.problems @? '$[*] ? (@.field == "account_id")')`
    : sql`true`;

/** The first of the keys that a row `r` has. */
export const firstKeyOf = (keys: readonly PersonKey[]): SQL =>
  sql.raw(
    `case ${keys.map((key) => `when ${ROW_COLUMN_OF_KEY[key]} is not null then '${key}'`).join(' ')} end`,
  );

/** The key by which the row's person is found. */
export const matchedKey = (settings: CheckSettings): SQL =>
  settings.mapped.has('account_id')
    ? sql`case when ${isPlaced(settings)} then ${firstKeyOf(settings.matchBy)} end`
    : firstKeyOf(settings.matchBy);

/** A column of the row's person. By email the active one of the row's site, else an archived one; restore asks for that. */
export function matched(settings: CheckSettings, name: PersonColumn): SQL {
  const archived = findsArchived(settings) ? `when x.id is not null then x.${name} ` : '';
  const sources = {
    id: `z.${name}`,
    identifier: `i.${name}`,
    email: `case ${archived}when e.site_id = r.site_id then e.${name} end`,
    username: `u.${name}`,
  } as const satisfies Record<PersonKey, string>;
  const cases = settings.matchBy.map((key) => sql.raw(`when '${key}' then ${sources[key]}`));
  return sql`case h.key ${sql.join(cases, sql` `)} end as ${sql.raw(name)}`;
}
