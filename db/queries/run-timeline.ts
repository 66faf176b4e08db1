// How a run went, from what its statements have noted anyway: who agreed when, what was asked, and how rows were tallied.
import { sql } from 'drizzle-orm';
import type { Counts, Outcome } from '../../domain/bulk-action.ts';
import type { MailKind } from '../../domain/run-mail.ts';
import type { Database } from '../client.ts';

export type RunHistory = {
  /** What the plan made of the rows when it was checked last; null of runs that were not, or by an older version. */
  planned: Counts | null;
  /** When people were asked first, which is when the first check had ended; null where nobody was. */
  askedAt: string | null;
  answers: {
    what: 'confirmed' | 'approved' | 'declined';
    at: string;
    by: string | null;
    note: string | null;
  }[];
  /** When rows came to each outcome. Of those that the check settled, when it ended. */
  outcomes: { outcome: Outcome; from: string; until: string; rows: number }[];
  rate: { everySeconds: number; points: { at: string; rows: number }[] };
  mailSentAt: string | null;
  /** Mails of a kind and round are one; names stand for readers at sites below `readable`. */
  mails: {
    what: MailKind;
    round: number;
    at: string;
    sent: number;
    waiting: number;
    refused: number;
    to: string[];
    others: number;
  }[];
};

/** So many readers of a mail are named. */
const NAMES = 4;

/** About so many points make a chart. */
const POINTS = 40;

const iso = (at: string) => sql.raw(`to_char(${at} at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"')`);

/**
 * How a run went so far. The cost grows with its chunks, not with its rows. `readable`: the sites whose people, and those
 * of all sites below, may be named as readers of its mails.
 */
export async function getRunHistory(
  db: Database,
  bulkActionId: string,
  readable: readonly number[],
): Promise<RunHistory> {
  const [history] = await db.execute<RunHistory>(sql`
    with run as materialized (
      select id, planned, checked_at, by_person_id, by_name,
        greatest(1, ceil(extract(epoch from coalesce(finished_at, now()) - checked_at) / ${POINTS}))::int as every
      from bulk_action where id = ${bulkActionId}
    ),
    tally as materialized (select outcome, rows, at from bulk_tally where bulk_action_id = ${bulkActionId}),
    mail as materialized (
      select m.what, m.round, m.state, m.created_at,
        case when m.data ? 'personId' then (
          select coalesce(nullif(concat_ws(' ', p.first_name, p.last_name), ''), p.display_name, p.username, p.email)
          from person p join site s on s.id = p.site_id
          where p.id = (m.data ->> 'personId')::bigint and s.path && ${sql.param([...readable])}::int[])
        else run.by_name end as name
      from outgoing_mail m cross join run
      where m.bulk_action_id = ${bulkActionId}
    ),
    told as (
      select what, round, min(created_at) as at, count(*) as readers,
        count(*) filter (where state = 'sent') as sent,
        count(*) filter (where state = 'waiting') as waiting,
        count(*) filter (where state = 'refused') as refused,
        coalesce((array_agg(name order by name) filter (where name is not null))[1:${sql.raw(String(NAMES))}], '{}') as names
      from mail group by what, round
    )
    select run.planned,
      (select ${iso('min(m.created_at)')} from outgoing_mail m
        where m.bulk_action_id = run.id and m.round = 1) as "askedAt",
      (select ${iso('m.settled_at')} from outgoing_mail m
        where m.bulk_action_id = run.id and m.round = 0 and m.state = 'sent'
          and m.what in ('completed', 'rejected', 'cancelled') limit 1) as "mailSentAt",
      (select coalesce(json_agg(json_build_object('what', c.what, 'at', ${iso('c.at')}, 'note', c.note, 'by', (
          select coalesce(nullif(concat_ws(' ', p.first_name, p.last_name), ''), p.display_name, p.username, p.email)
          from person p where p.id = c.by_person_id)) order by c.at), '[]')
        from consent c where c.bulk_action_id = run.id) as answers,
      (select coalesce(json_agg(json_build_object('outcome', t.outcome, 'from', ${iso('t.from')},
          'until', ${iso('t.until')}, 'rows', t.rows)), '[]')
        from (select outcome, min(at) as from, max(at) as until, sum(rows)::int as rows
          from tally group by 1 having sum(rows) > 0) as t) as outcomes,
      (select coalesce(json_agg(json_build_object('what', t.what, 'round', t.round, 'at', ${iso('t.at')}, 'sent', t.sent,
          'waiting', t.waiting, 'refused', t.refused, 'to', to_json(t.names), 'others', t.readers - cardinality(t.names))
          order by t.at, t.what), '[]')
        from told as t) as mails,
      json_build_object('everySeconds', coalesce(run.every, 1), 'points', (
        select coalesce(json_agg(json_build_object('at', ${iso('t.at')}, 'rows', t.rows) order by t.at), '[]')
        from (select date_bin(make_interval(secs => run.every), at, run.checked_at) as at, sum(rows)::int as rows
          from tally where at > run.checked_at group by 1 having sum(rows) > 0) as t)) as rate
    from run`);
  return history ?? NOTHING;
}

const NOTHING: RunHistory = {
  planned: null,
  askedAt: null,
  answers: [],
  outcomes: [],
  rate: { everySeconds: 1, points: [] },
  mailSentAt: null,
  mails: [],
};
