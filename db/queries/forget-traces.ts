// Notes the traces of people who are about to be forgotten: rows of others, and of nobody, that carry one of their keys.
//
// It comes before, in a statement of its own: it looks through the rows of a whole organisation, which a run can afford
// once and not for each chunk, and afterwards the keys are gone. Forgetting then goes by what is noted: see forget.ts.
import { type SQL, sql } from 'drizzle-orm';
import type { Database } from '../client.ts';
import { selectionsForgotten } from './selection.ts';

/** Stands in a note for the run where it is about none. */
const OF_NO_RUN = '';

/** Of all whom a run will anonymize or delete; does nothing where it is done, and waits where it is being done. */
export async function noteTracesOfRun(db: Database, bulkActionId: string): Promise<void> {
  await db.execute(sql`
    with noted as (
      update bulk_action set traces_noted_at = now()
      where id = ${bulkActionId} and traces_noted_at is null
      returning root_id
    ),
    leaving as materialized (
      select root_id, array(
        select person_id from bulk_plan
        where bulk_action_id = ${bulkActionId} and phase in ('anonymize', 'delete') and outcome is null) as ids
      from noted
    ),
    unselected as (${selectionsForgotten(sql`(select root_id from leaving)`, sql`(select unnest(ids) from leaving)`)}),
    ${sourceMailsNoted(sql`(select root_id from leaving)`, sql`(select unnest(ids) from leaving)`)}
    select note_traces(root_id, ids) from leaving
  `);
}

/** Of one person of an organisation. Safe to repeat. */
export async function noteTracesOfPerson(db: Database, rootId: number, personId: number): Promise<void> {
  await db.execute(sql`
    with unselected as (${selectionsForgotten(sql`${rootId}::int`, sql`array[${personId}::bigint]`)}),
    ${sourceMailsNoted(sql`${rootId}::int`, sql`array[${personId}::bigint]`)}
    select note_traces(${rootId}::int, array[${personId}::bigint])`);
}

/**
 * Parts of a statement that note the mails about sources to people of an organisation, by the emails that they have and
 * have had, as note_traces does for mails about runs. Where there are no such mails, nobody's history is read.
 */
const sourceMailsNoted = (rootId: SQL, personIds: SQL): SQL => sql`
    source_mail as materialized (
      select m.id, bare_key(m.to_address) as bare
      from outgoing_mail m join source s on s.id = m.source_id
      where s.root_id = ${rootId} and m.source_id is not null and m.to_address is not null
    ),
    source_reader as (
      select p.id, bare_key(p.email) as bare from person p
      where p.id = any (${personIds}) and p.email is not null and exists (select from source_mail)
      union
      select h.person_id, bare_key(h.before ->> 'email') from person_history h
      where h.person_id = any (${personIds}) and h.before ->> 'email' is not null and exists (select from source_mail)
    ),
    source_mail_noted as (
      insert into bulk_trace (person_id, bulk_action_id, row_number, cell)
      select r.id, ${OF_NO_RUN}, -1, m.id::integer from source_mail m join source_reader r on r.bare = m.bare
      on conflict do nothing
    )`;
