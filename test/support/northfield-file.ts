// A file of students as Northfield uploads one each autumn, with the people whom it meets: 4,318 rows, 14 of them wrong.
import { sql } from 'drizzle-orm';
import type { Database } from '../../db/client.ts';
import { insertFieldDefinition } from '../../db/queries/field-definitions.ts';

const FIRST = [
  'Noor',
  'Felix',
  'Ingrid',
  'Tomás',
  'Mei-Ling',
  'Peter',
  'Arjun',
  'Kwame',
  'Lena',
  'Yusuf',
  'Hannah',
];
const LAST = [
  'Haddad',
  'Aigner',
  'Solheim',
  'Rivera',
  'Chou',
  'Novak',
  'Patel',
  'Mensah',
  'Fischer',
  'Demir',
  'O’Shea',
];
const FURTHER = ['Sofia Rinaldi', 'Marta Kowalska', 'Elif Kaya', 'Jonas Richter'];
const STUDIES = [
  'BSc Chemistry',
  'MSc Biology',
  'BA Linguistics',
  'BSc Physics',
  'MSc Data Science',
  'LLB Law',
];

type Plan = 'create' | 'update' | 'archive' | 'same' | 'domain' | 'hall' | 'twice';
/** From row 214 on, as it is looked at. */
const LOOKED_AT: readonly Plan[] = [
  ...(['domain', 'update', 'create', 'hall', 'update', 'archive', 'update', 'update', 'domain'] as const),
  ...(['create', 'create', 'same', 'create', 'same', 'update'] as const),
];
const WANTED: Readonly<Record<Plan, number>> = {
  create: 1204,
  update: 2871,
  archive: 31,
  same: 198,
  domain: 6,
  hall: 5,
  twice: 3,
};
const PEOPLE = 5902;

type Row = {
  number: number;
  plan: Plan;
  id: string;
  first: string;
  last: string;
  email: string;
  study: string;
};

function rowsOf(): Row[] {
  const left = { ...WANTED };
  for (const plan of LOOKED_AT) left[plan] -= 1;
  const total = Object.values(WANTED).reduce((sum, count) => sum + count, 0);
  const late: readonly Plan[] = ['domain', 'hall', 'twice'];
  return Array.from({ length: total }, (_, i) => {
    const number = i + 2;
    const looked = LOOKED_AT[number - 214];
    // What is wrong comes behind the rows that are looked at; the rest takes turns by how much is left of it.
    const open = (Object.keys(left) as Plan[]).filter(
      (plan) => left[plan] > 0 && (number > 300 || !late.includes(plan)),
    );
    const plan =
      looked ??
      open.reduce((best, one) => (left[one] * (late.includes(one) ? 1e4 : 1) > left[best] ? one : best));
    if (looked === undefined) left[plan] -= 1;
    const [first = '', last = ''] =
      looked && number > 224
        ? (FURTHER[number - 225] ?? '').split(' ')
        : [
            FIRST[(number - 214 + 1100) % 11] ?? '',
            LAST[
              (looked ? number - 214 : number * 7) % 11 < 0 ? 0 : (looked ? number - 214 : number * 7) % 11
            ] ?? '',
          ];
    const local = `${first.slice(0, 1)}.${last}.${number}`
      .normalize('NFD')
      .replace(/[^A-Za-z.0-9]/g, '')
      .toLowerCase();
    const own = looked
      ? `${first}.${last}`
          .normalize('NFD')
          .replace(/[^A-Za-z.]/g, '')
          .toLowerCase()
      : local;
    const domain = plan === 'domain' ? 'northfeild.edu' : 'northfield.edu';
    const email = plan === 'twice' ? 'office@northfield.edu' : `${own}@${domain}`;
    const id = plan === 'create' || late.includes(plan) ? 20261190 + number : 20250000 + number;
    return {
      number,
      plan,
      id: String(id),
      first,
      last,
      email,
      study: STUDIES[number % STUDIES.length] ?? '',
    };
  });
}

const HALLS = ['Birch House', 'Elm Hall', 'Oak Court'];
const hallOf = ({ number, plan }: Row): string =>
  plan === 'hall' ? 'Birch Huose' : plan === 'update' && number % 8 !== 3 ? '' : (HALLS[number % 3] ?? '');

/** The file: identifier, name, email, programme, hall and action. */
export const northfieldFile = (): string =>
  [
    'Identifier,First name,Last name,Email,Programme,Hall of residence,Action',
    ...rowsOf().map((row) =>
      [
        row.id,
        row.first,
        row.last,
        row.email,
        row.study,
        hallOf(row),
        row.plan === 'archive' ? 'archive' : '',
      ].join(','),
    ),
    '',
  ].join('\n');

/** The people whom it meets on a site, and as many more as make 5,902; the site’s mail domain and its field. */
export async function addNorthfield(db: Database, siteId: number, rootId: number): Promise<void> {
  await db.execute(
    sql`update site set name = 'North Campus', mail_domains = '{northfield.edu}' where id = ${siteId}`,
  );
  const field = { siteId, required: false, unique: false, pattern: null };
  await insertFieldDefinition(db, {
    ...field,
    name: 'programme',
    label: 'Programme',
    type: 'text',
    choices: null,
  });
  await insertFieldDefinition(db, {
    ...field,
    name: 'hall',
    label: 'Hall of residence',
    type: 'choice',
    choices: HALLS,
  });
  const known = rowsOf()
    .filter(({ plan }) => plan === 'update' || plan === 'archive' || plan === 'same')
    .map((row) => ({
      ...row,
      hall: row.plan === 'same' ? hallOf(row) : HALLS[(row.number + 1) % 3],
      email: row.plan === 'update' && row.number % 7 === 1 ? `${row.id}@gmx.example` : row.email,
      study:
        row.plan !== 'update' || row.number % 7 === 1
          ? row.study
          : row.number % 11 === 0
            ? null
            : 'BSc Biology',
    }));
  await db.execute(sql`
    insert into person (site_id, root_id, identifier, email, email_key, first_name, last_name, fields)
    select ${siteId}::int, ${rootId}::int, id, email, email, first, last, jsonb_strip_nulls(jsonb_build_object('programme', study, 'hall', hall))
    from jsonb_to_recordset(${JSON.stringify(known)}::text::jsonb) as k (id text, email text, first text, last text, study text, hall text)
    union all
    select ${siteId}::int, ${rootId}::int, 'x' || n, 'x' || n || '@northfield.edu', 'x' || n || '@northfield.edu', 'Ada', 'Lindqvist', '{}'
    from generate_series(1, ${PEOPLE - known.length}::int) as n`);
}
