// Forgetting people who leave: what earlier runs, mails and rows of others hold of them is emptied, and all counts stay.
//
// Who leaves by anonymizing is forgotten everywhere. Deleting takes the person, and what earlier runs hold: rows of the
// run that deletes stay with its results, and whoever is deleted while their own run is on still gets its mail.
import { type SQL, sql } from 'drizzle-orm';
import { SUPERVISOR_FIELDS } from '../../domain/rows/extras.ts';
import type { Database } from '../client.ts';
import type { Author } from './author.ts';
import { mailKey } from './mail-columns.ts';
import { isOver } from './run-over.ts';
import { sourcesForgotten } from './sources/forget-sources.ts';

/** Notified with the key of each mail that is forgotten, of which its Message-ID is made. */
export const MAIL_FORGOTTEN_CHANNEL = 'mail_forgotten';

type Leaving = 'anonymized' | 'deleted';

/** Row numbers of notes that are about no row: the header of a run's file, and its mail, whose id stands as the cell. */
const NOTED = { header: sql`0`, mail: sql`-1` };

const THEIRS = sql`any (array(select id from done))`;

/**
 * Parts of a statement that empty the traces of the people in `done (id)`, which must be part of it, as must be `chunk
 * (row_number)`, whose rows of the plan are given their outcome elsewhere. Their traces must have been noted before
 * (forget-traces.ts). What is emptied is told from the row as it is then: two chunks may meet in a row of a third person.
 */
export const tracesForgotten = (author: Author, leaving: Leaving): SQL => sql`
    ${traces(author, leaving)},
    row_forgotten as (
      update bulk_row r set
        cells = case when not t.is_whole then without_cells(r.cells, t.cells) end,
        ${sql.join(OWN_COLUMNS.map(emptied), sql`, `)},
        fields = case when t.is_whole then null when t.is_settled then r.fields - t.fields else r.fields end,
        extras = case when not t.is_whole then
            case when t.fields && ${sql.param([...SUPERVISOR_FIELDS])}::text[] and r.extras ? 'supervisor'
              then jsonb_set(r.extras, '{supervisor,value}', '""') else r.extras end
            - case when t.is_settled and 'card_id' = any (t.fields) then 'card' else '' end end,
        problems = case when not t.is_whole then without_values(r.problems) end,
        kept = case when r.kept is null then null when t.is_whole then without_kept(r.kept, null)
          when t.is_settled then without_kept(r.kept, t.fields) else r.kept end,
        -- Positions count from 0, the places of cells from 1; those below zero are of what was mended alone.
        mended = case when not t.is_whole then nullif(r.mended - array(
          select (abs(place) - 1)::text from unnest(t.cells) as c (place) where place is not null), '{}') end
      from trace t
      where r.bulk_action_id = t.bulk_action_id and r.row_number = t.row_number
    ),
    plan_forgotten as (
      update bulk_plan b set reasons = without_values(b.reasons)
      from trace t
      where t.has_values and b.bulk_action_id = t.bulk_action_id and b.row_number = t.row_number
        and (b.bulk_action_id = ${author.bulkActionId}::text and b.row_number in (select row_number from chunk)) is not true
    ),
    planned_change_forgotten as (
      delete from planned_change where person_id = ${THEIRS}
    ),
    ${CARDHOLDER_MAILS},
    ${startedRuns(leaving)},
    ${mails(leaving)},
    ${sourcesForgotten(THEIRS)},
    trace_used as (
      delete from bulk_trace where person_id = ${THEIRS}
    )`;

/** The columns of a row that hold what its cells mean, each with the field of the cell. */
const OWN_COLUMNS = [
  ['identifier', 'identifier'],
  ['email', 'email'],
  ['email_key', 'email'],
  ['username', 'username'],
  ['first_name', 'first_name'],
  ['last_name', 'last_name'],
  ['display_name', 'display_name'],
] as const;

/** What a cell means is no longer needed once the outcome of its row is settled: the cell itself is what is shown. */
const emptied = ([column, field]: (typeof OWN_COLUMNS)[number]): SQL =>
  sql.raw(
    `${column} = case when t.is_whole or t.is_settled and '${field}' = any (t.fields) then null else r.${column} end`,
  );

/**
 * `trace`: rows to be emptied whole, their own and those of nobody that carry a key of theirs; and rows of others, of
 * which the cells that were noted are blanked. In the order of rows: chunks that meet in some wait, and never for each
 * other.
 */
const traces = ({ bulkActionId }: Author, leaving: Leaving): SQL => {
  const isMeant =
    leaving === 'deleted' ? sql`b.bulk_action_id is distinct from ${bulkActionId}::text` : sql`true`;
  return sql`
    trace as materialized (
      select bulk_action_id, row_number, bool_or(is_whole) as is_whole, bool_and(is_settled) as is_settled,
        bool_or(has_values) as has_values, array_agg(cell) as cells, array_agg(field) as fields
      from (
        select b.bulk_action_id, b.row_number, true as is_whole, true as is_settled,
          b.reasons @? '$[*].value' as has_values, null::int as cell, null::text as field
        from bulk_plan b where b.person_id = ${THEIRS} and ${isMeant}
        union all
        select b.bulk_action_id, b.row_number, b.person_id is null and b.outcome is not null, b.outcome is not null,
          b.reasons @? '$[*].value', t.cell, t.field
        -- A join would look through all rows of nobody, in each chunk.
        from bulk_trace t cross join lateral (
          select * from bulk_plan p where p.bulk_action_id = t.bulk_action_id and p.row_number = t.row_number limit 1) as b
        where t.person_id = ${THEIRS} and ${isMeant}
      ) as one
      group by 1, 2
      order by 1, 2
    )`;
};

/** Invitations to them go with their mails, and what stopped these. Whoever keeps copies is told. */
const CARDHOLDER_MAILS = sql`
    cardholder_mail_gone as (
      delete from invitation_mail m using invitation i
      where i.id = m.invitation_id and i.person_id = ${THEIRS}
      returning case when m.claimed_at is not null
        then pg_notify('${sql.raw(MAIL_FORGOTTEN_CHANNEL)}', 'cardholder-' || m.id) end
    ),
    invitation_gone as (
      delete from invitation where person_id = ${THEIRS}
    ),
    mail_stop_gone as (
      delete from mail_stop where person_id = ${THEIRS}
    )`;

/** Runs that they started lose their name; a run whose header was their row loses its header. */
const startedRuns = (leaving: Leaving): SQL => {
  const hasStarted = sql`a.by_person_id = ${THEIRS} ${leaving === 'deleted' ? sql`and ${isOver}` : sql``}`;
  const hasHeader = sql`a.id = any (array(select bulk_action_id from bulk_trace where row_number = ${NOTED.header} and person_id = ${THEIRS}))`;
  return sql`
    run_forgotten as (
      update bulk_action a set
        by_name = case when ${hasStarted} then null else a.by_name end,
        notify_email = case when ${hasStarted} then null else a.notify_email end,
        idempotency_key = case when ${hasStarted} then null else a.idempotency_key end,
        columns = case when ${hasHeader} then without_headers(a.columns) else a.columns end,
        options = case when ${hasHeader} then a.options || '{"mapping": {}}' else a.options end
      where ${hasStarted} or ${hasHeader}
    )`;
};

/**
 * Mails to them lose their address, and so do those about runs that they started, which name them; one that waits is not
 * sent any more, but goes on to others. Whoever keeps copies is told.
 */
const mails = (leaving: Leaving): SQL => sql`
    mail_forgotten as (
      update outgoing_mail m set to_address = null, data = '{}', forgotten_at = now(), state =
          case when m.state = 'waiting' then 'refused' else m.state end,
        settled_at = coalesce(m.settled_at, now()),
        last_error = case when m.state = 'waiting' then 'Not sent: the person of this address is ${sql.raw(leaving)}.' else m.last_error end
      where m.forgotten_at is null
        and ${leaving === 'deleted' ? sql`(m.state <> 'waiting' or m.data ->> 'to' = 'admin' or m.source_id is not null)` : sql`true`}
        and m.id = any (array(
          select id from outgoing_mail
          where (state <> 'waiting' or data ->> 'to' is distinct from 'admin') and bulk_action_id = any (array(
            -- By the order of letters in which the index is: a run's id has another one.
            select id collate "default" from bulk_action where by_person_id = ${THEIRS}))
          union all
          select cell from bulk_trace where row_number = ${NOTED.mail} and person_id = ${THEIRS}))
      returning pg_notify('${sql.raw(MAIL_FORGOTTEN_CHANNEL)}', ${mailKey})
    )`;

/** Of these mails to cardholders those that are no more, by their ids. */
export async function listGoneCardholderMails(db: Database, ids: readonly number[]): Promise<number[]> {
  const rows = await db.execute<{ id: number }>(sql`
    select k.id::float8 as id from unnest(${sql.param([...ids])}::bigint[]) as k (id)
    where not exists (select from invitation_mail m where m.id = k.id)`);
  return [...rows].map(({ id }) => id);
}

/** Of these mails about sources those that are no more, by their ids: a source that is removed takes its mails along. */
export async function listGoneSourceMails(db: Database, ids: readonly number[]): Promise<number[]> {
  const rows = await db.execute<{ id: number }>(sql`
    select k.id::float8 as id from unnest(${sql.param([...ids])}::bigint[]) as k (id)
    where not exists (select from outgoing_mail m where m.id = k.id)`);
  return [...rows].map(({ id }) => id);
}

/** The keys of all mails that were ever forgotten. */
export async function listForgottenMails(db: Database): Promise<string[]> {
  const rows = await db.execute<{ key: string }>(sql`
    select ${mailKey} as key from outgoing_mail m where m.forgotten_at is not null
  `);
  return [...rows].map(({ key }) => key);
}
