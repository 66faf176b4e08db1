// What a mail about a source tells, read as it leaves: the source, what was delivered, and the runs of that.
import { and, eq, sql } from 'drizzle-orm';
import { alias } from 'drizzle-orm/pg-core';
import type { Ask } from '../../../domain/ask.ts';
import type { CancelReason, Counts, RunAction, State } from '../../../domain/bulk-action.ts';
import type { Language } from '../../../domain/language.ts';
import type { RefusalDetails } from '../../../domain/refusal.ts';
import type { SourceMailData } from '../../../domain/sources/mail.ts';
import type { SourceSchedule } from '../../../domain/sources/schedule.ts';
import type {
  DeliveryOutcome,
  DoneFolder,
  PauseReason,
  SourceMail,
  SourcePart,
} from '../../../domain/sources/source.ts';
import type { Database } from '../../client.ts';
import { bulkAction } from '../../schema/bulk-actions.ts';
import { outgoingMail } from '../../schema/outgoing-mails.ts';
import { site } from '../../schema/sites.ts';
import { source, sourceDelivery } from '../../schema/sources.ts';
import { languageOfSite, mailKey } from '../mail-columns.ts';

export type SourceMailToSend = {
  about: 'source';
  id: number;
  key: string;
  what: SourceMail;
  state: 'waiting' | 'sent' | 'refused';
  /** Null where the person of the address is gone. */
  toAddress: string | null;
  data: SourceMailData;
  lastError: string | null;
  language: Language;
  /** True where it was noted long enough ago for what it tells of to be in the database. */
  isOld: boolean;
  source: {
    id: number;
    name: string;
    siteId: number;
    siteName: string;
    parts: readonly SourcePart[];
    schedule: SourceSchedule;
    pausedAt: Date | null;
    pauseReason: PauseReason | null;
    problemCode: string | null;
    problemMessage: string | null;
    failures: number;
    lastGoodAt: Date | null;
    lastLookedAt: Date | null;
    freshHours: number | null;
    staleSince: Date | null;
    createdAt: Date;
  };
  delivery: {
    id: number;
    outcome: DeliveryOutcome | null;
    problemCode: string | null;
    problemMessage: string | null;
    firstSeenAt: Date;
    endedAt: Date | null;
  } | null;
  /** The files of the delivery, in the order of its runs. */
  files: readonly MailedFile[];
  /** The runs of the delivery, in their order. */
  runs: readonly MailedRun[];
  /** The run that asks. */
  asking: {
    id: string;
    action: RunAction;
    state: State;
    ask: Ask | null;
    askUntil: Date | null;
    planned: Counts | null;
  } | null;
};

/** `isRun`: there was a run of it. */
export type MailedFile = {
  part: number;
  pattern: number;
  name: string;
  movedTo: DoneFolder | null;
  movedAs: string | null;
  isRun: boolean;
};

export type MailedRun = {
  id: string;
  action: RunAction;
  state: State;
  fileName: string | null;
  counts: Counts | null;
  errorCode: string | null;
  errorMessage: string | null;
  errorDetails: RefusalDetails | null;
  cancelReason: CancelReason | null;
};

/** Afterwards whoever notes a mail has also written what it tells of. */
const OLD_MINUTES = 10;

const filesOfDelivery = sql<MailedFile[]>`coalesce((
  select jsonb_agg(jsonb_build_object('part', f.part, 'pattern', f.pattern, 'name', f.name, 'movedTo', f.moved_to, 'movedAs', f.moved_as,
    'isRun', f.bulk_action_id is not null) order by f.part, f.pattern, f.id)
  from source_file f where f.delivery_id = ${sourceDelivery.id}), '[]')`;

const runsOfDelivery = sql<MailedRun[]>`coalesce((
  select jsonb_agg(jsonb_build_object('id', a.id, 'action', a.options ->> 'action', 'state', a.state, 'fileName', a.file_name,
    'counts', a.counts, 'errorCode', a.error_code, 'errorMessage', a.error_message, 'errorDetails', a.error_details,
    'cancelReason', a.cancel_reason) order by a.created_at, a.id)
  from bulk_action a where a.source_id = ${source.id} and a.source_delivery_id = ${sourceDelivery.id}), '[]')`;

/** A mail about a source with all that it tells; undefined where there is none with this id. */
export async function findSourceMail(db: Database, id: number): Promise<SourceMailToSend | undefined> {
  const m = alias(outgoingMail, 'm');
  const [found] = await db
    .select({
      id: m.id,
      key: sql<string>`${mailKey}`,
      what: sql<SourceMail>`${m.what}`,
      state: m.state,
      toAddress: m.toAddress,
      data: sql<SourceMailData>`${m.data}`,
      lastError: m.lastError,
      language: languageOfSite,
      isOld: sql<boolean>`${m.createdAt} < now() - make_interval(mins => ${OLD_MINUTES})`,
      source: {
        id: source.id,
        name: source.name,
        siteId: source.siteId,
        siteName: site.name,
        parts: source.parts,
        schedule: source.schedule,
        pausedAt: source.pausedAt,
        pauseReason: source.pauseReason,
        problemCode: source.problemCode,
        problemMessage: source.problemMessage,
        failures: source.failures,
        lastGoodAt: source.lastGoodAt,
        lastLookedAt: source.lastLookedAt,
        freshHours: source.freshHours,
        staleSince: source.staleSince,
        createdAt: source.createdAt,
      },
      delivery: {
        id: sourceDelivery.id,
        outcome: sourceDelivery.outcome,
        problemCode: sourceDelivery.problemCode,
        problemMessage: sourceDelivery.problemMessage,
        firstSeenAt: sourceDelivery.firstSeenAt,
        endedAt: sourceDelivery.endedAt,
      },
      files: filesOfDelivery,
      runs: runsOfDelivery,
      asking: {
        id: bulkAction.id,
        action: sql<RunAction>`${bulkAction.options}->>'action'`,
        state: bulkAction.state,
        ask: bulkAction.ask,
        askUntil: bulkAction.askUntil,
        planned: bulkAction.planned,
      },
    })
    .from(m)
    .innerJoin(source, eq(source.id, m.sourceId))
    .innerJoin(site, eq(site.id, source.siteId))
    .leftJoin(
      sourceDelivery,
      and(
        eq(sourceDelivery.sourceId, source.id),
        sql`${sourceDelivery.id} = (m.data ->> 'deliveryId')::bigint`,
      ),
    )
    .leftJoin(
      bulkAction,
      and(
        eq(m.what, 'source-asks'),
        sql`${bulkAction.id} = coalesce(m.data ->> 'runId', ${source.pausedForId})`,
        eq(bulkAction.sourceId, source.id),
      ),
    )
    .where(eq(m.id, id));
  return found && { about: 'source', ...found };
}
