// Bulk actions: the run, its uploads, its rows, their plan, and how far it is.
import { sql } from 'drizzle-orm';
import {
  bigint,
  boolean,
  check,
  customType,
  index,
  integer,
  json,
  jsonb,
  pgTable,
  primaryKey,
  text,
  timestamp,
  uniqueIndex,
} from 'drizzle-orm/pg-core';
import type { Ask } from '../../domain/ask.ts';
import type {
  Action,
  BulkActionOptions,
  CancelReason,
  Counts,
  Kind,
  Outcome,
  Phase,
  State,
} from '../../domain/bulk-action.ts';
import type { FieldValue } from '../../domain/field-definition.ts';
import type { Reason } from '../../domain/problems.ts';
import type { RefusalDetails } from '../../domain/refusal.ts';
import type { Grant, Permission } from '../../domain/rights.ts';
import type { RowExtras } from '../../domain/rows/extras.ts';
import type { Selection } from '../../domain/selection.ts';
import { site } from './sites.ts';

/** A run's id: short, lower case, typed by people. Compared byte by byte, which is quicker than by a language. */
export const runId = customType<{ data: string }>({ dataType: () => 'text collate "C"' });

/**
 * Values of a row that are kept from its person, by why: as the row had them, by its own columns and `fields`.
 * `forgotten` names those whose value is gone.
 */
export type KeptValues = Partial<
  Record<
    'kept-edited-by-hand' | 'edited-since' | 'not-undone',
    Record<string, unknown> & { fields?: Record<string, unknown>; forgotten?: string[] }
  >
>;

/** What an upload turned out to be once it was read. */
export type FileFormat = {
  kind: 'csv' | 'xlsx';
  encoding: string | null;
  delimiter: string | null;
  hasByteOrderMark: boolean;
};

/** The upload's own columns and the field that each became; null where it was left out. */
export type MappedColumn = { header: string; field: string | null };

export const upload = pgTable(
  'upload',
  {
    id: text().primaryKey(),
    /** The name that the file had on its owner's machine. Never used as a path. */
    name: text().notNull(),
    bytes: bigint({ mode: 'number' }).notNull(),
    sha256: text().notNull(),
    byPersonId: bigint({ mode: 'number' }),
    createdAt: timestamp({ withTimezone: true }).notNull().defaultNow(),
    /** When its content was deleted from the file store, after staging. */
    deletedAt: timestamp({ withTimezone: true }),
  },
  (t) => [index('upload_leftover').on(t.createdAt).where(sql`${t.deletedAt} is null`)],
);

export const bulkAction = pgTable(
  'bulk_action',
  {
    id: runId().primaryKey(),
    siteId: integer()
      .notNull()
      .references(() => site.id),
    rootId: integer().notNull(),
    kind: text().$type<Kind>().notNull(),
    /** The built-in preset, and the site's saved one by which it was chosen. */
    preset: text().notNull(),
    savedPreset: text(),
    options: jsonb().$type<BulkActionOptions>().notNull(),
    uploadIds: text().array().notNull(),
    /** The upload's name, for people to know the run by. */
    fileName: text(),
    isDryRun: boolean().notNull().default(false),
    /** The run that this one takes back. */
    undoesId: runId(),
    /** The source that brought its files, and with which delivery; null for a run that somebody began. */
    sourceId: bigint({ mode: 'number' }),
    sourceDeliveryId: bigint({ mode: 'number' }),

    state: text().$type<State>().notNull().default('staging'),
    /** The phase under way while applying. */
    phase: text().$type<Phase>(),
    rowsTotal: integer(),
    /** Written once, at the end; until then progress is the sum of `bulk_tally`. */
    counts: jsonb().$type<Counts>(),
    format: jsonb().$type<FileFormat>(),
    columns: jsonb().$type<MappedColumn[]>(),
    /** Sites that the rows touch: those whose lock the run holds while it applies. */
    lockSiteIds: integer().array(),
    errorCode: text(),
    errorMessage: text(),
    errorDetails: jsonb().$type<RefusalDetails>(),

    /** How often people were asked about the plan; what they answered is in `consent`. */
    askRound: integer().notNull().default(0),
    /** What the run waits for, or waited for last. */
    ask: jsonb().$type<Ask>(),
    askUntil: timestamp({ withTimezone: true }),
    /** What the plan makes of the rows, as it was checked last. */
    planned: jsonb().$type<Counts>(),
    pausedAt: timestamp({ withTimezone: true }),
    pausedById: bigint({ mode: 'number' }),
    cancelReason: text().$type<CancelReason>(),

    byPersonId: bigint({ mode: 'number' }),
    /** Who started the run and where its mail goes, as they were then: it holds even if that admin is gone. */
    byName: text(),
    notifyEmail: text(),
    /** What that admin could do when the run began: what counts where the admin is gone by the time of the check. */
    grants: jsonb().$type<Grant[]>(),
    /** The permissions to which the API key was limited; null for no limit. */
    scopes: text().array().$type<Permission[]>(),
    idempotencyKey: text(),
    requestHash: text(),

    createdAt: timestamp({ withTimezone: true }).notNull().defaultNow(),
    workflowStartedAt: timestamp({ withTimezone: true }),
    stagedAt: timestamp({ withTimezone: true }),
    lockedAt: timestamp({ withTimezone: true }),
    checkedAt: timestamp({ withTimezone: true }),
    /** When the rows that carry a key of its people were noted, before their keys went (see db/queries/forget-traces). */
    tracesNotedAt: timestamp({ withTimezone: true }),
    cancelRequestedAt: timestamp({ withTimezone: true }),
    finishedAt: timestamp({ withTimezone: true }),
    discardedAt: timestamp({ withTimezone: true }),
  },
  (t) => [
    index('bulk_action_site').on(t.siteId, t.createdAt),
    index('bulk_action_open').on(t.createdAt).where(sql`${t.finishedAt} is null`),
    uniqueIndex('bulk_action_idempotency').on(t.byPersonId, t.idempotencyKey),
    index('bulk_action_source').on(t.sourceId, t.id).where(sql`${t.sourceId} is not null`),
    // A part of a delivery is run once, whoever owns the source by then.
    uniqueIndex('bulk_action_of_delivery')
      .on(t.sourceDeliveryId, t.idempotencyKey)
      .where(sql`${t.sourceDeliveryId} is not null`),
    index('bulk_action_undoes').on(t.undoesId).where(sql`${t.undoesId} is not null`),
    // Two undos of one run at once would take back the same things.
    uniqueIndex('bulk_action_undone_once')
      .on(t.undoesId)
      .where(sql`${t.undoesId} is not null and ${t.finishedAt} is null`),
    check(
      'bulk_action_state',
      sql`${t.state} in ('staging', 'checking', 'awaiting-confirmation', 'awaiting-approval', 'grace-period', 'queued', 'applying', 'completed', 'rejected', 'cancelled')`,
    ),
    check(
      'bulk_action_finished',
      sql`(${t.state} in ('completed', 'rejected', 'cancelled')) = (${t.finishedAt} is not null)`,
    ),
    check('bulk_action_rejected', sql`(${t.state} = 'rejected') = (${t.errorCode} is not null)`),
  ],
);

/**
 * A row of an upload: its raw cells and what they mean, written once by COPY.
 * A normalised column that is null leaves the value as it is; '' (in `fields`: null) clears it.
 */
export const bulkRow = pgTable(
  'bulk_row',
  {
    bulkActionId: runId().notNull(),
    /** The row's place in the file from 1, the header and empty rows counted, as a spreadsheet shows it. */
    rowNumber: integer().notNull(),
    cells: json().$type<string[]>(),
    action: text().$type<Action>(),
    siteId: integer(),
    identifier: text(),
    email: text(),
    emailKey: text(),
    username: text(),
    firstName: text(),
    lastName: text(),
    displayName: text(),
    fields: jsonb().$type<Record<string, FieldValue | null>>(),
    /** What the row says beyond the person's own columns; null for most. */
    extras: jsonb().$type<RowExtras>(),
    problems: jsonb().$type<Reason[]>(),
    /** The person that the row is about, where it was not read from a file. */
    personId: bigint({ mode: 'number' }),
    /** What the row would have written and must not, taken out of the columns above. */
    kept: jsonb().$type<KeptValues>(),
    /** Cells that somebody has mended in the plan, by position from 0, each as the file had it. */
    mended: jsonb().$type<Record<string, string>>(),
  },
  (t) => [
    primaryKey({ name: 'bulk_row_key', columns: [t.bulkActionId, t.rowNumber] }),
    index('bulk_row_supervisor')
      .on(sql`bare_key(${t.extras} -> 'supervisor' ->> 'value')`)
      .where(sql`${t.extras} ? 'supervisor'`),
    index('bulk_row_mended').on(t.bulkActionId, t.rowNumber).where(sql`${t.mended} is not null`),
    index('bulk_row_kept').on(t.bulkActionId, t.rowNumber).where(sql`${t.kept} is not null`),
  ],
);

/** What will become, or became, of a row. Narrow, and half of each page left free: outcomes are updates in place. */
export const bulkPlan = pgTable(
  'bulk_plan',
  {
    bulkActionId: runId().notNull(),
    rowNumber: integer().notNull(),
    /** The phase that applies the row; null where its outcome was clear at the check. */
    phase: text().$type<Phase>(),
    personId: bigint({ mode: 'number' }),
    /** The person's version that the check saw; null for a person to be created. */
    personVersion: integer(),
    /** What the row's extras lead to; 0 for none. The supervisor may be a person whom another row of the run creates. */
    orgUnitId: bigint({ mode: 'number' }),
    supervisorId: bigint({ mode: 'number' }),
    /** Rows that hand keys over to each other share this number, the smallest row number among them. */
    handOver: integer(),
    outcome: text().$type<Outcome>(),
    /** While the row is planned: the obstacles that another row of the run removes. Else why its outcome is what it is. */
    reasons: jsonb().$type<Reason[]>(),
  },
  (t) => [
    primaryKey({ name: 'bulk_plan_key', columns: [t.bulkActionId, t.rowNumber] }),
    index('bulk_plan_person').on(t.personId),
    // Rows that may tell of somebody other than their own person: forgetting looks through them.
    index('bulk_plan_unclear')
      .on(t.bulkActionId, t.rowNumber)
      .where(sql`${t.personId} is null or ${t.reasons} @? '$[*].value'`),
    index('bulk_plan_hand_over').on(t.bulkActionId, t.handOver).where(sql`${t.handOver} is not null`),
  ],
);

/** Progress: each statement that gives rows their outcome adds a line here, so that nobody has to count rows. */
export const bulkTally = pgTable(
  'bulk_tally',
  {
    bulkActionId: runId().notNull(),
    id: bigint({ mode: 'number' }).notNull().generatedAlwaysAsIdentity(),
    outcome: text().$type<Outcome>().notNull(),
    rows: integer().notNull(),
    at: timestamp({ withTimezone: true }).notNull().defaultNow(),
  },
  (t) => [primaryKey({ name: 'bulk_tally_key', columns: [t.bulkActionId, t.id] })],
);

/**
 * What the plan that people are asked about would change, as it was when they were asked: what is there before and what
 * after, of the changed keys alone. Removed when the run ends, and of a person who is forgotten.
 */
export const plannedChange = pgTable(
  'planned_change',
  {
    bulkActionId: runId().notNull(),
    round: integer().notNull(),
    rowNumber: integer().notNull(),
    phase: text().$type<Phase>().notNull(),
    /** Null for somebody who would be created. */
    personId: bigint({ mode: 'number' }),
    before: jsonb().$type<Record<string, unknown>>(),
    after: jsonb().$type<Record<string, unknown>>(),
  },
  (t) => [
    primaryKey({ name: 'planned_change_key', columns: [t.bulkActionId, t.round, t.rowNumber] }),
    index('planned_change_person').on(t.personId).where(sql`${t.personId} is not null`),
  ],
);

/** Whom a run is to work on that reads no file: a query for people. Gone once its rows are staged. */
export const bulkSelection = pgTable('bulk_selection', {
  bulkActionId: runId().primaryKey(),
  query: jsonb().$type<Selection>().notNull(),
});

/** Who has agreed to what the run asked, or declined it, by rounds of asking. */
export const consent = pgTable(
  'consent',
  {
    bulkActionId: runId().notNull(),
    round: integer().notNull(),
    what: text().$type<'confirmed' | 'approved' | 'declined'>().notNull(),
    byPersonId: bigint({ mode: 'number' }).notNull(),
    at: timestamp({ withTimezone: true }).notNull().defaultNow(),
    /** What they wrote beside. */
    note: text(),
  },
  (t) => [primaryKey({ name: 'consent_key', columns: [t.bulkActionId, t.round, t.what] })],
);
