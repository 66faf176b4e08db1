// The organisation that a measurement begins with: made anew for each, so that no round finds what another one left.
import postgres from 'postgres';
import { FIRST_SITE_ID } from './roster.ts';
import { SITE_ID } from './stack.ts';

/** The run that made the people, where the organisation has a past. */
const PAST_RUN = 'past';

export type Organisation = {
  people: number;
  /** Those who were imported by a run whose rows are still there, with history. */
  past?: { status: 'active' | 'archived' };
  /** So many sites below the organisation's own, the people spread over them evenly, in their order. */
  sites?: number;
};

/** Empties the organisation, fills it as it is asked for, and takes statistics. */
export async function resetOrganisation(databaseUrl: string, organisation: Organisation): Promise<void> {
  const sql = postgres(databaseUrl, { max: 1, onnotice: () => {} });
  try {
    await sql.unsafe(EMPTY);
    if (organisation.sites) await sql.unsafe(sitesMade(organisation.sites));
    await sql.unsafe(peopleMade(organisation));
    if (organisation.past) await sql.unsafe(pastMade(organisation.past.status));
    await settle(sql);
  } finally {
    await sql.end();
  }
}

/** Cleans up after a run that belongs to what a measurement begins with, and takes statistics. */
export async function settleTables(databaseUrl: string): Promise<void> {
  const sql = postgres(databaseUrl, { max: 1, onnotice: () => {} });
  try {
    await settle(sql);
  } finally {
    await sql.end();
  }
}

async function settle(sql: postgres.Sql): Promise<void> {
  await sql.unsafe('vacuum (analyze) person, person_history, bulk_row, bulk_plan, site');
  await sql.unsafe('checkpoint');
}

// The admin and what hangs on the admin stay; everything else goes with its pages, so that no round finds bloat.
const EMPTY = `
  create temporary table kept_person as select * from person where identifier = 'admin';
  create temporary table kept_credential as select * from credential;
  create temporary table kept_api_key as select * from api_key;
  create temporary table kept_assignment as
    select * from role_assignment where person_id in (select id from kept_person);
  truncate person, person_history, person_unique_value, bulk_action, bulk_row, bulk_plan, bulk_tally, bulk_trace,
    outgoing_mail, upload, photo, photo_deletion, bulk_photo cascade;
  insert into person select * from kept_person;
  insert into credential select * from kept_credential;
  insert into api_key overriding system value select * from kept_api_key;
  insert into role_assignment select * from kept_assignment;
  drop table kept_person, kept_credential, kept_api_key, kept_assignment;
  delete from site where id >= ${FIRST_SITE_ID}`;

const sitesMade = (sites: number) => `
  insert into site (id, name, parent_id, root_id, path)
  select n, 'Site ' || n, ${SITE_ID}, ${SITE_ID}, array[${SITE_ID}, n]
  from generate_series(${FIRST_SITE_ID}, ${FIRST_SITE_ID + sites - 1}) as n;
  insert into edit_lock (site_id) select id from site where id >= ${FIRST_SITE_ID}`;

const peopleMade = ({ people, past, sites }: Organisation) => `
  insert into person (site_id, root_id, status, version, identifier, email, email_key, username, first_name, last_name,
    display_name, fields)
  select ${sites ? `${FIRST_SITE_ID} + (n - 1) / ${Math.ceil(people / sites)}` : SITE_ID}, ${SITE_ID},
    '${past?.status ?? 'active'}', ${past?.status === 'archived' ? 2 : 1},
    'S' || ((n::bigint * 7919) % 10000019), 'Person.' || n || '@Example.org', 'person.' || n || '@example.org',
    ${sites ? `'user.' || n` : 'null'}, 'First' || n % 1000, 'Last' || n % 5000, ${sites ? `'User ' || n` : 'null'},
    jsonb_build_object('programme', 'BSc ' || n % 40, 'entry_year', 2000 + n % 26, 'remark', 'Remark of ' || n)
  from generate_series(1, ${people}) as n`;

/** History of everybody, and the run that created them: a row for each, and for one in a hundred an earlier, rejected one. */
const pastMade = (status: 'active' | 'archived') => `
  create temporary table past_row as
  select row_number() over (order by p.id, r.is_rejected desc)::int + 1 as row_number, p.*, r.is_rejected
  from person p cross join lateral (
    select false as is_rejected union all select true where p.id % 100 = 0
  ) as r
  where p.identifier <> 'admin';
  insert into bulk_action (id, site_id, root_id, kind, preset, options, upload_ids, state, rows_total, columns,
    lock_site_ids, staged_at, checked_at, finished_at)
  select '${PAST_RUN}', ${SITE_ID}, ${SITE_ID}, 'people', 'people', '{"action": "create"}', '{}', 'completed', count(*),
    '[{"header": "identifier", "field": "identifier"}, {"header": "email", "field": "email"},
      {"header": "first_name", "field": "first_name"}, {"header": "last_name", "field": "last_name"},
      {"header": "programme", "field": "programme"}, {"header": "entry_year", "field": "entry_year"},
      {"header": "remark", "field": "remark"}]',
    '{${SITE_ID}}', now(), now(), now() from past_row;
  insert into bulk_row (bulk_action_id, row_number, cells, site_id, identifier, email, email_key, first_name, last_name,
    fields, problems)
  select '${PAST_RUN}', row_number, json_build_array(identifier, case when is_rejected then 'not an email' else email end,
      first_name, last_name, fields ->> 'programme', fields ->> 'entry_year', fields ->> 'remark'),
    site_id, identifier, case when not is_rejected then email end, case when not is_rejected then email_key end,
    first_name, last_name, fields,
    case when is_rejected then '[{"code": "not-an-email", "field": "email", "value": "not an email"}]'::jsonb end
  from past_row order by row_number;
  insert into bulk_plan (bulk_action_id, row_number, phase, person_id, outcome, reasons)
  select '${PAST_RUN}', row_number, case when not is_rejected then 'create' end, case when not is_rejected then id end,
    case when is_rejected then 'rejected' else 'created' end,
    case when is_rejected then '[{"code": "not-an-email", "field": "email", "value": "not an email"}]'::jsonb end
  from past_row order by row_number;
  insert into person_history (person_id, version, bulk_action_id, row_number, what, after)
  select id, 1, '${PAST_RUN}', row_number, 'created', jsonb_build_object('identifier', identifier, 'email', email,
    'first_name', first_name, 'last_name', last_name, 'fields', fields)
  from past_row where not is_rejected;
  ${status === 'archived' ? ARCHIVED_HISTORY : ''}
  drop table past_row`;

const ARCHIVED_HISTORY = `
  insert into person_history (person_id, version, what, before, after)
  select id, 2, 'archived', '{"status": "active"}', '{"status": "archived"}' from past_row where not is_rejected;`;
