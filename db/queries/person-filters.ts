// What each filter of people asks of a `person`, as a condition of SQL.
import { type Column, type SQL, sql } from 'drizzle-orm';
import { assertNever } from '../../domain/assert-never.ts';
import { cardIdReader } from '../../domain/card-id.ts';
import { isProblem } from '../../domain/cells.ts';
import { emailKeyOf, type PersonField } from '../../domain/person.ts';
import type { PersonFilter, PhotoFilter, Place, TimeFilter } from '../../domain/person-filter.ts';
import { person } from '../schema/people.ts';

/** True for a `person` for whom a filter holds. */
export function filterCondition(filter: PersonFilter): SQL {
  switch (filter.kind) {
    case 'own':
    case 'custom':
      return valueCondition(filter);
    case 'place': {
      const { value } = filter;
      return placeCondition(filter.place, (name) =>
        filter.is === 'equal' ? sql`${name} = ${value}` : sql`${name} ilike ${containing(value)}`,
      );
    }
    case 'time':
      return timeCondition(filter.time, filter.day);
    case 'photo':
      return photoCondition(filter.is);
    case 'card':
      return filter.is === 'any' ? hasCard : sql`not ${hasCard}`;
    default:
      return assertNever(filter);
  }
}

const COLUMNS: Readonly<Record<PersonField | 'status', Column>> = {
  identifier: person.identifier,
  email: person.email,
  username: person.username,
  first_name: person.firstName,
  last_name: person.lastName,
  display_name: person.displayName,
  status: person.status,
};

function valueCondition(filter: Extract<PersonFilter, { kind: 'own' | 'custom' }>): SQL {
  const isEmail = filter.kind === 'own' && filter.field === 'email';
  const held =
    filter.kind === 'custom'
      ? sql`${person.fields} ->> ${filter.name}`
      : sql`${isEmail ? person.emailKey : COLUMNS[filter.field]}`;
  if (filter.is === 'containing') return sql`(${held}) ilike ${containing(filter.value)}`;
  return sql`(${held}) = ${isEmail ? emailKeyOf(filter.value) : filter.value}`;
}

function placeCondition(place: Place, fits: (name: SQL) => SQL): SQL {
  switch (place) {
    case 'org_unit':
      return sql`${person.orgUnitId} in (select o.id from org_unit o where ${fits(sql`o.name`)})`;
    case 'supervisor':
      return sql`exists (
        select from person s where s.id = ${person.supervisorId} and ${fits(sql`s.identifier`)})`;
    case 'role':
      return sql`exists (
        select from role_assignment a join role r on r.id = a.role_id
        where a.person_id = ${person.id} and ${fits(sql`r.name`)})`;
    default:
      return assertNever(place);
  }
}

/** Whoever is archived was so last at the newest entry of history that says it; where that is gone, at the last change. */
const archivedAt = sql`coalesce((
        select max(h.at) from person_history h where h.person_id = ${person.id} and h.what = 'archived'), ${person.updatedAt})`;

function timeCondition({ of, is }: TimeFilter, day: string): SQL {
  const midnight = sql`${`${day}T00:00:00Z`}::timestamptz`;
  const at = of === 'created' ? sql`${person.createdAt}` : archivedAt;
  const fits = is === 'after' ? sql`${at} >= ${midnight}` : sql`${at} < ${midnight}`;
  return of === 'created' ? fits : sql`(${person.status} = 'archived' and ${fits})`;
}

const hasPhoto = (states: string) => sql`exists (
        select from photo o where o.person_id = ${person.id} and o.kind = 'cardholder' and o.state in (${sql.raw(states)}))`;
const isInvited = sql`exists (select from invitation i where i.person_id = ${person.id} and i.state = 'open')`;

function photoCondition(is: PhotoFilter): SQL {
  switch (is) {
    case 'approved':
      return sql`(${hasPhoto(`'approved'`)} and not ${hasPhoto(`'waiting'`)})`;
    case 'in-review':
      return hasPhoto(`'waiting'`);
    case 'missing':
      return sql`not ${hasPhoto(`'approved', 'waiting'`)}`;
    case 'sent-back':
      return sql`(${isInvited} and ${hasPhoto(`'declined'`)} and not ${hasPhoto(`'approved', 'waiting'`)})`;
    case 'invited':
      return sql`(${isInvited} and not ${hasPhoto(`'approved', 'waiting', 'declined'`)})`;
    case 'none':
      return sql`not (${isInvited} or ${hasPhoto(`'approved', 'waiting'`)})`;
    default:
      return assertNever(is);
  }
}

const hasCard = sql`exists (
        select from card c where c.person_id = ${person.id} and c.status in ('pending', 'issued'))`;

/**
 * True for a `person` whose identifier, email, username and names hold every word of a text, or who has the card of that
 * number in use. All of it is put together and looked through once: of a million people that is quicker than seven
 * looks, and an index of trigrams would cost imports half of their rate.
 */
export function textCondition(text: string, siteIds: readonly number[]): SQL {
  const words = text.split(/\s+/).filter((word) => word !== '');
  // Beyond the first word, the text is put together again for those alone who have that one.
  const everything = sql`lower(concat_ws(' ', ${person.identifier}, ${person.email}, ${person.username}, ${person.displayName},
        ${person.firstName}, ${person.lastName}))`;
  const holds = words.map((word) => sql`${everything} like ${containing(word.toLowerCase())}`);
  const byWords = sql`(${sql.join(holds, sql` and `)})`;
  const numbers = cardNumbersOf(text);
  const byCard = sql`${person.id} in (
        select c.person_id from card c
        where c.root_id in (select t.root_id from site t where t.id = any (${sql.param([...siteIds])}::int[]))
          and c.number = any (${sql.param(numbers)}::text[]::numeric[]) and c.status in ('pending', 'issued'))`;
  return numbers.length > 0 ? sql`(${byWords} or ${byCard})` : byWords;
}

const CARD_DIGITS_MIN = 4;

/** What a text is as the number of a card, read as decimal and as hexadecimal digits. */
function cardNumbersOf(text: string): string[] {
  if (text.length < CARD_DIGITS_MIN) return [];
  const read = (['decimal', 'hex'] as const).map((type) => cardIdReader(type)(text));
  return read.filter((number) => !isProblem(number)).map(String);
}

/** A pattern for text that holds these characters, each of them meaning itself. */
const containing = (text: string) => `%${text.replace(/[\\%_]/g, '\\$&')}%`;
