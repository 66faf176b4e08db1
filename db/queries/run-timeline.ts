// How a run went, from what its statements have noted anyway: who agreed when, what was asked, and how rows were tallied.
import { sql } from 'drizzle-orm';
import type { Counts, Outcome } from '../../domain/bulk-action.ts';
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
};

/** About so many points make a chart. */
const POINTS = 40;

const iso = (at: string) => sql.raw(`to_char(${at} at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"')`);

/** How a run went so far. The cost grows with its chunks, not with its rows. */
export async function getRunHistory(db: Database, bulkActionId: string): Promise<RunHistory> {
  const [history] = await db.execute<RunHistory>(sql`
    with run as materialized (
      select id, planned, checked_at,
        greatest(1, ceil(extract(epoch from coalesce(finished_at, now()) - checked_at) / ${POINTS}))::int as every
      from bulk_action where id = ${bulkActionId}
    ),
    tally as materialized (select outcome, rows, at from bulk_tally where bulk_action_id = ${bulkActionId})
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
};
