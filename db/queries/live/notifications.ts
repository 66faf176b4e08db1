// What an admin is told that ended or began to wait while they were elsewhere, and which of it they have seen.
import { type SQL, sql } from 'drizzle-orm';
import type { Kind, RunAction, State } from '../../../domain/bulk-action.ts';
import type { Database } from '../../client.ts';
import { ids } from './values.ts';
import { isApprovable, type Reach } from './waiting.ts';

export type NotificationRow = {
  id: string;
  what: 'run-ended' | 'approval' | 'source-paused';
  at: string;
  isSeen: boolean;
  siteId: number;
  bulkActionId: string | null;
  sourceId: number | null;
  sourceName: string | null;
  kind: Kind | null;
  action: RunAction | null;
  fileName: string | null;
  state: State | null;
  by: string | null;
  rows: number;
  needing: number;
};

const KEPT_DAYS = 30;
const UNSEEN_MAX = 99;

/** A run that its own admin has dropped before it wrote anything is no news to them, nor one of an unfinished import. */
const IS_NEWS = sql`not (a.state = 'cancelled' and a.cancel_reason = 'asked' and (a.is_dry_run or a.locked_at is null))`;

const ENDED = (personId: number): SQL => sql`
  a.by_person_id = ${personId} and a.finished_at > now() - make_interval(days => ${KEPT_DAYS}) and ${IS_NEWS}`;

/** Everything that there is to tell, of runs whose sites the admin still reads. */
const told = (reach: Omit<Reach, 'siteId' | 'photos'>): SQL => sql`
  select 'run/' || a.id as id, 'run-ended' as what, a.finished_at as at,
    exists (select from seen_run n where n.person_id = ${reach.personId} and n.bulk_action_id = a.id
      and n.at >= a.finished_at) as is_seen,
    a.site_id, a.id as bulk_action_id, null::bigint as source_id, null::text as source_name, a.kind,
    a.options ->> 'action' as action, a.file_name, a.state, a.by_name as by,
    coalesce((a.counts ->> 'total')::int, 0) as rows,
    coalesce((a.counts ->> 'rejected')::int + (a.counts ->> 'failed')::int, 0) as needing
  from bulk_action a join site s on s.id = a.site_id
  where ${ENDED(reach.personId)} and s.path && ${ids(reach.runs)}
  union all
  select 'approval/' || a.id || '/' || a.ask_round, 'approval', coalesce(a.checked_at, a.created_at), false, a.site_id, a.id,
    null, null, a.kind, a.options ->> 'action', a.file_name, a.state, a.by_name, coalesce(a.rows_total, 0), 0
  from bulk_action a join site s on s.id = a.site_id
  where a.finished_at is null and s.path && ${ids(reach.runs)} and ${isApprovable(reach)}
  union all
  select 'source/' || o.id, 'source-paused', o.paused_at, false, o.site_id, o.paused_for_id, o.id, o.name, null, null, null,
    null, null, 0, 0
  from source o join site s on s.id = o.site_id
  where o.removed_at is null and o.paused_at is not null and o.pause_reason <> 'asked' and s.path && ${ids(reach.sources)}`;

/** The newest first, those before the place `before`; with how many are not seen. */
export async function listNotifications(
  db: Database,
  reach: Omit<Reach, 'siteId' | 'photos'>,
  page: { before?: { micros: number; id: string } | undefined; limit: number },
): Promise<{ rows: (NotificationRow & { micros: number })[]; unseen: number }> {
  const before = page.before
    ? sql`where (t.at, t.id) < (timestamptz 'epoch' + ${page.before.micros}::bigint * interval '1 microsecond', ${page.before.id})`
    : sql``;
  const [found] = await db.execute<{ rows: (NotificationRow & { micros: number })[]; unseen: number }>(sql`
    with told as materialized (${told(reach)})
    select
      (select least(count(*), ${UNSEEN_MAX})::int from told where not is_seen) as unseen,
      coalesce((select jsonb_agg(x.one order by x.at desc, x.id desc) from (
        select t.at, t.id, jsonb_build_object('id', t.id, 'what', t.what,
          'at', to_char(t.at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"'),
          'micros', (extract(epoch from t.at) * 1000000)::bigint, 'isSeen', t.is_seen, 'siteId', t.site_id,
          'bulkActionId', t.bulk_action_id, 'sourceId', t.source_id, 'sourceName', t.source_name, 'kind', t.kind,
          'action', t.action, 'fileName', t.file_name, 'state', t.state, 'by', t.by, 'rows', t.rows,
          'needing', t.needing) as one
        from told t ${before} order by t.at desc, t.id desc limit ${page.limit}
      ) as x), '[]') as rows`);
  return found ?? { rows: [], unseen: 0 };
}

/** Notes that the admin has seen how these runs of theirs have ended; left out, all of them. */
export async function markRunsSeen(
  db: Database,
  personId: number,
  bulkActionIds: readonly string[] | undefined,
): Promise<void> {
  const named = bulkActionIds ? sql`and a.id = any (${sql.param([...bulkActionIds])}::text[])` : sql``;
  await db.execute(sql`
    insert into seen_run (person_id, bulk_action_id)
    select ${personId}, a.id from bulk_action a where ${ENDED(personId)} ${named}
    on conflict (person_id, bulk_action_id) do update set at = now()`);
}
