// What waits for an admin on a site and all below it: read in one statement, and only what they may see and do.
import { type SQL, sql } from 'drizzle-orm';
import type { State } from '../../../domain/bulk-action.ts';
import { OUTCOME_OF_PHASE } from '../../../domain/bulk-action.ts';
import type { Approvable } from '../../../domain/safeguards.ts';
import type { SourceSchedule } from '../../../domain/sources/schedule.ts';
import type { Database } from '../../client.ts';
import type { ShortRun } from './lock.ts';
import { ids, iso } from './values.ts';

/** The sites at the top of the trees on which the admin holds a right, by what it opens. */
export type Reach = {
  personId: number;
  /** What is asked about: this site and all below it. */
  siteId: number;
  runs: readonly number[];
  photos: readonly number[];
  sources: readonly number[];
  /** For each action that can need an approval. */
  approve: Readonly<Record<Approvable, readonly number[]>>;
};

export type WaitingApproval = ShortRun & {
  siteId: number;
  state: State;
  people: number;
  by: string | null;
  since: string;
  until: string | null;
};
export type WaitingForYou = {
  approvals: WaitingApproval[];
  confirmations: (ShortRun & { people: number; since: string; until: string | null })[];
  photos: { count: number; oldestAt: string | null };
  runsUnderWay: number;
  rowsNeedingYou: (ShortRun & { rejected: number; failed: number; finishedAt: string })[];
  sources: {
    id: number;
    name: string;
    why: 'late' | 'paused' | 'failing';
    since: string | null;
    lastGoodAt: string | null;
    schedule: SourceSchedule;
  }[];
};

const SHOWN_MAX = 20;
/** Rows that were not written are spoken of so long. */
const NEEDING_DAYS = 30;

const short = sql.raw(
  `'id', a.id, 'kind', a.kind, 'action', a.options ->> 'action', 'fileName', a.file_name`,
);

/** The people whom a plan would change. */
const plannedPeople = sql.join(
  [...new Set(Object.values(OUTCOME_OF_PHASE))].map(
    (outcome) => sql`coalesce((a.planned ->> ${outcome})::int, 0)`,
  ),
  sql` + `,
);

/**
 * A run `a` that waits for an approval which this admin may give: it is not theirs, they have not confirmed it, and they
 * hold each right that is asked on every site that it locks.
 */
export const isApprovable = ({ personId, approve }: Pick<Reach, 'personId' | 'approve'>): SQL => sql`
  a.state = 'awaiting-approval' and a.by_person_id is distinct from ${personId}
  and not exists (
    select from consent c where c.bulk_action_id = a.id and c.round = a.ask_round and c.by_person_id = ${personId})
  and not exists (
    select from unnest(a.lock_site_ids) as l(id) join site ls on ls.id = l.id
    cross join jsonb_array_elements_text(a.ask -> 'approvals') as needed(action)
    where not ls.path && array(
      select jsonb_array_elements_text(${JSON.stringify(approve)}::jsonb -> needed.action)::int))`;

const approvals = (reach: Reach): SQL => sql`
  select coalesce(jsonb_agg(x.one order by x.at, x.id), '[]') from (
    select jsonb_build_object(${short}, 'siteId', a.site_id, 'state', a.state, 'people', ${plannedPeople}, 'by', a.by_name,
      'since', ${iso('coalesce(a.checked_at, a.created_at)')}, 'until', ${iso('a.ask_until')}) as one, a.created_at as at, a.id
    from bulk_action a join trees s on s.id = a.site_id
    where a.finished_at is null and s.path && ${ids(reach.runs)} and ${isApprovable(reach)}
    order by a.created_at, a.id limit ${SHOWN_MAX}
  ) as x`;

const confirmations = (reach: Reach): SQL => sql`
  select coalesce(jsonb_agg(x.one order by x.at, x.id), '[]') from (
    select jsonb_build_object(${short}, 'people', ${plannedPeople},
      'since', ${iso('coalesce(a.checked_at, a.created_at)')}, 'until', ${iso('a.ask_until')}) as one, a.created_at as at, a.id
    from bulk_action a join trees s on s.id = a.site_id
    where a.finished_at is null and a.state = 'awaiting-confirmation' and a.by_person_id = ${reach.personId}
      and not a.is_dry_run and s.path && ${ids(reach.runs)}
    order by a.created_at, a.id limit ${SHOWN_MAX}
  ) as x`;

const photos = (reach: Reach): SQL => sql`
  select jsonb_build_object('count', count(*), 'oldestAt', ${iso('min(x.created_at)')})
  from photo x join trees s on s.id = x.site_id
  where x.state = 'waiting' and x.kind = 'cardholder' and s.path && ${ids(reach.photos)}
    and exists (select from person w where w.id = x.person_id and w.status is not distinct from 'active')`;

const underWay = (reach: Reach): SQL => sql`
  select count(*)::int from bulk_action a join trees s on s.id = a.site_id
  where a.finished_at is null and a.state in ('staging', 'checking', 'queued', 'applying')
    and s.path && ${ids(reach.runs)}`;

const needing = (reach: Reach): SQL => sql`
  select coalesce(jsonb_agg(x.one order by x.at desc, x.id desc), '[]') from (
    select jsonb_build_object(${short}, 'rejected', (a.counts ->> 'rejected')::int, 'failed', (a.counts ->> 'failed')::int,
      'finishedAt', ${iso('a.finished_at')}) as one, a.finished_at as at, a.id
    from bulk_action a join trees s on s.id = a.site_id
    where a.by_person_id = ${reach.personId} and a.state = 'completed' and a.discarded_at is null
      and a.finished_at > now() - make_interval(days => ${NEEDING_DAYS})
      and (a.counts ->> 'rejected')::int + (a.counts ->> 'failed')::int > 0 and s.path && ${ids(reach.runs)}
      and not exists (select from bulk_action u where u.undoes_id = a.id and u.state = 'completed')
    order by a.finished_at desc, a.id desc limit ${SHOWN_MAX}
  ) as x`;

const sources = (reach: Reach): SQL => sql`
  select coalesce(jsonb_agg(x.one order by x.id), '[]') from (
    select jsonb_build_object('id', o.id, 'name', o.name, 'schedule', o.schedule, 'lastGoodAt', ${iso('o.last_good_at')},
      'why', case when o.paused_at is not null then 'paused' when o.stale_since is not null then 'late' else 'failing' end,
      'since', case when o.paused_at is not null then ${iso('o.paused_at')} when o.stale_since is not null then
        coalesce(${iso('o.last_good_at + make_interval(hours => o.fresh_hours)')}, ${iso('o.stale_since')}) end) as one, o.id
    from source o join trees s on s.id = o.site_id
    where o.removed_at is null and s.path && ${ids(reach.sources)}
      and (o.stale_since is not null or o.problem_code is not null
        -- Whoever paused it by hand knows.
        or o.paused_at is not null and o.pause_reason <> 'asked')
    order by o.id limit ${SHOWN_MAX}
  ) as x`;

export async function readWaiting(db: Database, reach: Reach): Promise<WaitingForYou> {
  const [row] = await db.execute<WaitingForYou>(sql`
    with trees as materialized (select id, path from site where path @> array[${reach.siteId}::int])
    select (${approvals(reach)}) as approvals, (${confirmations(reach)}) as confirmations, (${photos(reach)}) as photos,
      (${underWay(reach)}) as "runsUnderWay", (${needing(reach)}) as "rowsNeedingYou", (${sources(reach)}) as sources`);
  if (!row) throw new Error('nothing was read of what waits');
  return row;
}
