// The mails about a source: noted in the outbox for everybody who is told, once for each occasion.
import { type SQL, sql } from 'drizzle-orm';
import { FAILED_OUTCOMES } from '../../../domain/bulk-action.ts';
import { GOOD_NEWS, type SourceMailData } from '../../../domain/sources/mail.ts';
import type { SourceMail } from '../../../domain/sources/source.ts';
import type { Database } from '../../client.ts';

export type SourceNews = {
  sourceId: number;
  what: SourceMail;
  /** Which one of its kind: of each the source tells once. `delivery-12`, `pause-7`. */
  occasion: string;
  /** The delivery that it is about. */
  deliveryId?: number;
  data?: SourceMailData;
};

/**
 * Puts a mail to each address that the source tells into the outbox, in one statement, and gives the ids of those that
 * have not left. Safe to repeat: an occasion is told once to each. A source that is removed tells nobody. Good news are
 * told where the source tells everything (but for files that were the same as before), and everywhere once after bad ones,
 * and of what came in with rows that came to nothing.
 */
export async function noteSourceMail(db: Database, news: SourceNews): Promise<number[]> {
  const { sourceId, what, occasion, deliveryId, data } = news;
  const told: SourceMailData = { ...data, ...(deliveryId === undefined ? {} : { deliveryId }) };
  const rows = await db.execute<{ id: number }>(sql`
    with told as (
      select s.id, s.root_id, s.notify, b.after
      from source s cross join lateral (select ${badNews(sql`s.id`, what, occasion)} as after) b
      where s.id = ${sourceId} and s.removed_at is null
        and (${what !== GOOD_NEWS} or b.after is not null or s.tells = 'everything' and not exists (
          select from source_delivery d where d.id = ${deliveryId ?? null}::bigint and d.outcome = 'same')
          or ${hasFailedRows(deliveryId ?? null)})
    ),
    made as (
      insert into outgoing_mail (source_id, what, occasion, to_address, data)
      select t.id, ${what}, ${occasion}, a.address,
        ${JSON.stringify(told)}::jsonb || jsonb_strip_nulls(jsonb_build_object('after', t.after, 'personId', a.person_id))
      from told t cross join lateral ${readersOf(sql`t`)} a
      on conflict (source_id, what, occasion, to_address) where source_id is not null do nothing
      returning id
    )
    select id::float8 as id from made
    union
    select id::float8 from outgoing_mail
    where source_id = ${sourceId} and what = ${what} and occasion = ${occasion} and state = 'waiting'
    order by id
  `);
  return [...rows].map(({ id }) => Number(id));
}

/** Whether rows of a delivery came to nothing, though its runs completed. */
const hasFailedRows = (deliveryId: number | null): SQL => {
  const rows = FAILED_OUTCOMES.map((outcome) => sql`coalesce((a.counts ->> ${outcome}::text)::int, 0)`);
  return sql`exists (
    select from bulk_action a
    where a.source_id = s.id and a.source_delivery_id = ${deliveryId}::bigint and ${sql.join(rows, sql` + `)} > 0)`;
};

/** Each address that the row `source` tells, once however it is written, and whose it is where that is a person in use. */
export const readersOf = (source: SQL): SQL => sql`(
  select distinct on (n.key) n.address, (
    select p.id from person p where p.root_id = ${source}.root_id and p.email_key = n.key and p.status = 'active'
  ) as person_id
  from (select address, email_key_of(address) as key from unnest(${source}.notify) as u (address)) as n
  order by n.key, 1)`;

/** What the source's last mail before this one told, or null where that was good, or this is. */
const badNews = (sourceId: SQL, what: SourceMail, occasion: string): SQL =>
  what === GOOD_NEWS
    ? sql`(
        select nullif(m.what, ${GOOD_NEWS}) from outgoing_mail m
        where m.source_id = ${sourceId} and (m.what, m.occasion) <> (${what}, ${occasion})
        order by m.id desc limit 1)`
    : sql`null::text`;
