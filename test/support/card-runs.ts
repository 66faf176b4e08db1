// Cards and runs on them without Temporal: cards put straight into the database, and runs from beginning to end.
import { randomBytes } from 'node:crypto';
import { sql } from 'drizzle-orm';
import type { Database } from '../../db/client.ts';
import { insertBulkAction, type NewBulkActionRow } from '../../db/queries/bulk-actions.ts';
import { listBulkRows } from '../../db/queries/bulk-row-list.ts';
import { type BulkActionOptions, DEFAULT_OPTIONS } from '../../domain/bulk-action.ts';
import type { CardAction, CardStatus } from '../../domain/card.ts';
import type { Grant } from '../../domain/rights.ts';
import type { Selection } from '../../domain/selection.ts';
import type { CheckedRun, Engine } from './engine.ts';
import type { TestOrganisation } from './runs.ts';

export type TestCard = {
  status?: CardStatus;
  validFrom?: string | null;
  validUntil?: string | null;
  bulkActionId?: string | null;
};

/** A card of a person, whatever the lock says. Gives its id. */
export async function addCard(
  db: Database,
  personId: number,
  number: bigint | number | string,
  { status = 'pending', validFrom = null, validUntil = null, bulkActionId = null }: TestCard = {},
): Promise<number> {
  const [made] = await db.execute<{ id: number }>(sql`
    insert into card (person_id, site_id, root_id, number, status, valid_from, valid_until, bulk_action_id, issued_at,
      ended_at, revoked_because)
    select id, site_id, root_id, ${String(number)}::numeric, ${status}, ${validFrom}::date, ${validUntil}::date,
      ${bulkActionId}, case when ${status} = 'issued' then now() end,
      case when ${status} in ('revoked', 'expired') then now() end, case when ${status} = 'revoked' then 'asked' end
    from person where id = ${personId} returning id::int`);
  if (!made) throw new Error(`there is no person ${personId}`);
  return made.id;
}

/** `identifier number status`, with the days where there are any, of all cards of a site, in the order of their ids. */
export async function listCards(db: Database, siteId: number): Promise<string[]> {
  const rows = await db.execute<{ line: string }>(sql`
    select concat_ws(' ', p.identifier, k.number, k.status, k.revoked_because, k.valid_from::text || ' –',
      '– ' || k.valid_until::text) as line
    from card k join person p on p.id = k.person_id where k.site_id = ${siteId} order by k.id`);
  return [...rows].map(({ line }) => line);
}

export type CardRunRequest = Partial<BulkActionOptions> & {
  of?: string;
  selection?: Selection;
  isDryRun?: boolean;
  grants?: Grant[];
  byPersonId?: number;
};

/** Puts a run on cards into the database. Its workflow is not started. */
async function insertCardRun(
  db: Database,
  { rootId, siteId, adminId }: TestOrganisation,
  action: CardAction,
  { of, selection, isDryRun = false, grants, byPersonId, ...options }: CardRunRequest,
): Promise<string> {
  const id = randomBytes(5).toString('hex');
  const row: NewBulkActionRow = {
    id,
    siteId,
    rootId,
    kind: 'cards',
    preset: 'people',
    options: { ...DEFAULT_OPTIONS, action, cardsOfId: of ?? null, ...options },
    uploadIds: [],
    fileName: null,
    isDryRun,
    byPersonId: byPersonId ?? adminId,
    byName: 'Ada Admin',
    notifyEmail: `admin@${rootId}.example`,
    grants: grants ?? null,
    idempotencyKey: null,
    requestHash: id,
  };
  await insertBulkAction(db, row, selection);
  return id;
}

/** Stages, locks and checks a run on cards. */
export async function planCards(
  engine: Engine,
  organisation: TestOrganisation,
  action: CardAction,
  request: CardRunRequest,
): Promise<CheckedRun> {
  const id = await insertCardRun(engine.db, organisation, action, request);
  await engine.stageRun(id);
  return engine.check(id, request.isDryRun ? null : await engine.lock(id));
}

/** The whole way of a run on cards. Gives its id, its counts, and what became of each row. */
export async function runCards(
  engine: Engine,
  organisation: TestOrganisation,
  action: CardAction,
  request: CardRunRequest,
) {
  const planned = await planCards(engine, organisation, action, request);
  await engine.apply(planned);
  return { id: planned.id, ...(await engine.end(planned.id)), rows: await outcomesOf(engine.db, planned.id) };
}

/** `outcome · code field` of each row, in their order. */
export async function outcomesOf(db: Database, id: string): Promise<string[]> {
  const rows = await listBulkRows(db, id, { after: 0, limit: 10_000 });
  return rows.map(({ outcome, reasons }) =>
    [outcome, ...reasons.map(({ code, field }) => (field ? `${code} ${field}` : code))].join(' · '),
  );
}
