// Many small worlds in one file: random people and rows whose keys collide, each world with keys of its own, so that
// one run tries hundreds of them.
import { sql } from 'drizzle-orm';
import fc from 'fast-check';
import type { Database } from '../../db/client.ts';
import { ACTION_CELLS, CELLS, KEYS, type ModelPerson, type ModelRow } from './model.ts';
import type { TestOrganisation } from './runs.ts';

/** People of a site and the one below it, and rows about them. */
export type World = { people: ModelPerson[]; rows: ModelRow[] };

/** A value is mostly the first: where everything is odd, nothing collides but oddities. */
const mostly = (usual: string, ...odd: string[]) => fc.constantFrom(...Array<string>(5).fill(usual), ...odd);

const MAILS = ['a@x.org', 'b@x.org', 'c@x.org', 'd@x.org'];

const row: fc.Arbitrary<ModelRow> = fc.record({
  identifier: fc.constantFrom('1', '1', '2', '2', '3', '4', '5', ''),
  email: fc.constantFrom(...MAILS, ...MAILS, '', '', '', '', 'nonsense'),
  username: mostly('', 'u', 'v', 'w'),
  badge: mostly('', '7', '8', '9'),
  first_name: mostly('', 'Ada'),
  entry_year: fc.constantFrom(...Array<string>(12).fill(''), 'x'),
  account_id: fc.constantFrom(...Array<string>(10).fill(''), 'below', 'below', 'elsewhere'),
  action: fc.constantFrom('', '', '', ...ACTION_CELLS),
});

/** Rows of which some are copies, or copies that differ in one cell. */
const rowsOf = (some: fc.Arbitrary<ModelRow>): fc.Arbitrary<ModelRow[]> => {
  const change = fc.constantFrom('all', 'all', 'all', 'none', 'action', 'action', 'email', 'identifier');
  return fc.array(fc.tuple(fc.nat(7), change, some), { minLength: 1, maxLength: 8 }).map((wanted) => {
    const rows: ModelRow[] = [];
    for (const [place, what, other] of wanted) {
      const original = rows[place % Math.max(rows.length, 1)];
      if (what === 'all' || original === undefined) rows.push(other);
      else rows.push(what === 'none' ? original : { ...original, [what]: other[what as 'email'] });
    }
    return rows;
  });
};

/** People whose keys are their own: emails may be those of others where they are archived. */
const peopleOf = (countMin: number, archived: number): fc.Arbitrary<ModelPerson[]> =>
  fc
    .record({
      count: fc.integer({ min: countMin, max: 4 }),
      emails: fc.shuffledSubarray(MAILS, { minLength: 4 }),
      usernames: fc.shuffledSubarray(['u', 'v', null, null], { minLength: 4 }),
      badges: fc.shuffledSubarray(['7', '8', null, null], { minLength: 4 }),
      sites: fc.array(fc.constantFrom('', '', '', '', '', '', 'below'), { minLength: 4, maxLength: 4 }),
      archivedMails: fc.array(
        fc.constantFrom(...Array<null>(12 - archived).fill(null), ...MAILS.slice(0, archived)),
        { minLength: 4, maxLength: 4 },
      ),
      names: fc.array(fc.constantFrom(null, 'Ada', 'Eve'), { minLength: 4, maxLength: 4 }),
    })
    .map(({ count, emails, usernames, badges, sites, archivedMails, names }) =>
      Array.from(
        { length: count },
        (_, n): ModelPerson => ({
          site: sites[n] as string,
          status: archivedMails[n] ? 'archived' : 'active',
          identifier: String(n + 1),
          email: archivedMails[n] ?? (emails[n] as string),
          username: usernames[n] ?? null,
          badge: badges[n] ?? null,
          first_name: names[n] ?? null,
        }),
      ),
    );

const BLANK: ModelRow = {
  identifier: '',
  email: '',
  username: '',
  badge: '',
  first_name: '',
  entry_year: '',
  account_id: '',
  action: '',
};

/** A row for each of some people, there or new, in which keys move from one to the other. */
const moves: fc.Arbitrary<ModelRow[]> = fc
  .record({
    identifiers: fc.shuffledSubarray(['1', '2', '3', '4', '5'], { minLength: 4 }),
    emails: fc.shuffledSubarray([...MAILS, 'e@x.org'], { minLength: 5 }),
    usernames: fc.shuffledSubarray(['u', 'v', 'w', '', ''], { minLength: 5 }),
    badges: fc.shuffledSubarray(['7', '8', '9', '', ''], { minLength: 5 }),
    moved: fc.constantFrom('email', 'email', 'username', 'badge', 'all'),
    cells: fc.array(
      fc.record({
        email: fc.constantFrom(...Array<string>(18).fill('own'), '', 'a@x.org'),
        entry_year: fc.constantFrom(...Array<string>(30).fill(''), 'x'),
        action: fc.constantFrom(...Array<string>(30).fill(''), 'UPDATE', 'create', 'archive', 'delete'),
        account_id: fc.constantFrom(...Array<string>(30).fill(''), 'below'),
      }),
      { minLength: 5, maxLength: 5 },
    ),
  })
  .map(({ identifiers, emails, usernames, badges, moved, cells }) =>
    identifiers.map((identifier, n): ModelRow => {
      const { email, ...one } = cells[n] as (typeof cells)[number];
      const own = (name: string, values: readonly string[]) =>
        moved === name || moved === 'all' ? (values[n] as string) : '';
      return {
        ...BLANK,
        ...one,
        identifier,
        email: email === 'own' ? own('email', emails) : email,
        username: own('username', usernames),
        badge: own('badge', badges),
      };
    }),
  );

/** What may be asked for one person at once, and what may not. */
const LIVES = [
  ['archive', 'anonymize'],
  ['archive', 'anonymize', 'create'],
  ['archive', 'delete', 'create'],
  ['delete', 'create'],
  ['anonymize', 'create'],
  ['Restore', 'UPDATE'],
  ['Restore', ''],
  ['archive', 'UPDATE'],
  ['archive', 'Restore'],
  ['anonymize', 'delete'],
  ['archive'],
  ['Restore'],
  ['anonymize'],
  ['delete'],
  [''],
] as const;

/** A row that wants what somebody has, and is right in all else. */
const wanting = (identifier: string): fc.Arbitrary<ModelRow> =>
  fc
    .record({
      email: fc.constantFrom(`${identifier}@x.org`, `${identifier}@x.org`, ...MAILS),
      username: fc.constantFrom('', '', 'u', 'v'),
      badge: fc.constantFrom('', '', '7', '8'),
      action: mostly('', 'create', 'UPDATE'),
    })
    .map((cells) => ({ ...BLANK, ...cells, identifier }));

/** Some lives that end, go on or begin again, and others who want what was theirs. */
const lives: fc.Arbitrary<ModelRow[]> = fc
  .record({
    first: fc.constantFrom(...LIVES),
    second: fc.constantFrom(...LIVES),
    cells: fc.array(row, { minLength: 6, maxLength: 6 }),
    others: fc.oneof(
      wanting('5').map((one) => [one]),
      fc.tuple(wanting('4'), wanting('5')),
      fc.tuple(wanting('3'), wanting('5')),
    ),
    isReversed: fc.boolean(),
  })
  .map(({ first, second, cells, others, isReversed }) => {
    const asked = [...first.map((action) => ['1', action]), ...second.map((action) => ['2', action])];
    const own = asked.map(([identifier, action], n): ModelRow => {
      const { email, username, badge } = cells[n % cells.length] as ModelRow;
      const isEdit = ['', 'UPDATE', 'create'].includes(action as string);
      const given = isEdit ? { email: email.replace('nonsense', 'a@x.org'), username, badge } : {};
      return { ...BLANK, ...given, identifier: identifier as string, action: action as string };
    });
    return isReversed ? [...others, ...own].toReversed() : [...own, ...others];
  });

const people = peopleOf(0, 4);
/** Most of them active, for who is archived hands nothing over. */
const activePeople = peopleOf(2, 1);

export const world: fc.Arbitrary<World> = fc.oneof(
  fc.record({ people, rows: rowsOf(row) }),
  fc.record({ people, rows: lives }),
  fc.record({ people: activePeople, rows: lives }),
  fc.record({ people: activePeople, rows: moves }),
  fc.record({ people: activePeople, rows: moves }),
);
/** One whose rows only create and update. */
export const plainWorld: fc.Arbitrary<World> = world.map(({ people: some, rows }) => ({
  people: some,
  rows: rows.filter(({ action }) => PLAIN.has(action)),
}));
const PLAIN: ReadonlySet<string> = new Set(['', 'Create and Update', 'create', 'UPDATE']);

/** Gives all keys of a world a mark of its own, so that worlds don't meet. */
export function marked({ people: some, rows }: World, mark: number): World {
  const own = <Text extends string | null>(text: Text): Text => (text ? (`w${mark}-${text}` as Text) : text);
  return {
    people: some.map((p) => ({
      ...p,
      identifier: own(p.identifier),
      email: own(p.email),
      username: own(p.username),
      badge: own(p.badge),
    })),
    rows: rows.map((one) => ({
      ...one,
      identifier: own(one.identifier),
      email: one.email.includes('@') ? own(one.email) : one.email,
      username: own(one.username),
      badge: own(one.badge),
      first_name: one.first_name && `${one.first_name} ${mark}`,
    })),
  };
}

/** Where people of the model are: '' is the organisation's site, `below` one below it, `elsewhere` another's. */
const siteOf = ({ siteId, rootId }: TestOrganisation, name: string): number =>
  ({ '': siteId, below: rootId + 2, elsewhere: 77 })[name] as number;

/** A row as a line of CSV. A cell of its own keeps one that says nothing from being no row at all. */
export const lineOf = (organisation: TestOrganisation, one: ModelRow): string =>
  [
    ...CELLS.map((name) =>
      name === 'account_id' && one[name] ? siteOf(organisation, one[name]) : one[name],
    ),
    '-',
  ].join();

export const HEADER_LINE = [...CELLS, 'note'].join();

/** Puts people straight into the database, with the values that are unique about them. */
export async function insertModelPeople(
  db: Database,
  organisation: TestOrganisation,
  some: readonly ModelPerson[],
): Promise<void> {
  const given = some.map(({ badge, site, ...person }) => ({
    ...person,
    site_id: siteOf(organisation, site),
    fields: badge === null ? {} : { badge },
  }));
  await db.execute(sql`
    with made as (
      insert into person (site_id, root_id, status, identifier, email, email_key, username, first_name, fields)
      select p.site_id, ${organisation.rootId}, p.status, p.identifier, p.email, p.email, p.username, p.first_name, p.fields
      from jsonb_to_recordset(${JSON.stringify(given)}::jsonb) as p (site_id int, status text, identifier text,
        email text, username text, first_name text, fields jsonb)
      returning id, fields
    )
    insert into person_unique_value (field_id, value, person_id)
    select f.id, m.fields ->> 'badge', m.id
    from made m join field_definition f on f.site_id = ${organisation.rootId} and f.name = 'badge'
    where m.fields ? 'badge'`);
}

/** The people of an organisation but its admin. */
export async function listModelPeople(db: Database, organisation: TestOrganisation): Promise<ModelPerson[]> {
  const rows = await db.execute<ModelPerson & { kept: string | null }>(sql`
    select case p.site_id when ${organisation.siteId}::int then '' else 'below' end as site, p.status, p.identifier,
      p.email_key as email, p.username, p.fields ->> 'badge' as badge, p.first_name,
      (select v.value from person_unique_value v where v.person_id = p.id) as kept
    from person p where p.root_id = ${organisation.rootId} and p.id <> ${organisation.adminId}`);
  return [...rows].map(({ kept, ...person }) => ({
    ...person,
    badge: kept === person.badge ? kept : `${person.badge}, not ${kept}`,
  }));
}

/** People in lines of text, sorted: lists that differ in their order alone are then the same. */
export const asSorted = (people: readonly ModelPerson[]): string[] =>
  people
    .map(({ site, status, ...values }) =>
      [site, status, ...[...KEYS, 'first_name' as const].map((name) => values[name] ?? '')].join(),
    )
    .sort();
