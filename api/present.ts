// From rows of the database to the shapes of the wire.
import type { BulkActionRow, BulkActionView } from '../db/queries/bulk-actions.ts';
import type { PersonRow } from '../db/queries/person-row.ts';
import type { HeldRole } from '../db/queries/roles/role-holders.ts';
import type { SiteRow } from '../db/queries/sites.ts';
import type { Ask } from '../domain/ask.ts';
import { DEFAULT_OPTIONS, isWaiting, rowsDone } from '../domain/bulk-action.ts';
import type { FieldDefinition } from '../domain/field-definition.ts';
import { shownName } from '../domain/person.ts';
import { bulkActionWorkflowId } from '../workflows/contract.ts';
import { toFollowUp } from './present-follow-up.ts';
import { InvalidRequest } from './problems.ts';
import type { BulkAction, Page } from './wire.ts';
import type { FieldDefinitionWire, Site } from './wire-org.ts';
import type { Person } from './wire-person.ts';

export const toSite = ({ path: _path, ...site }: SiteRow): Site => site;

export const toPerson = ({ rootId: _root, createdAt, updatedAt, ...person }: PersonRow): Person => ({
  ...person,
  displayName: shownName(person),
  handEdited: person.handEdited ?? [],
  createdAt: createdAt.toISOString(),
  updatedAt: updatedAt.toISOString(),
});

export const toHeldRole = ({ roleId, name, siteId }: HeldRole) => ({ id: roleId, name, siteId });

export const toFieldDefinition = (definition: FieldDefinition): FieldDefinitionWire => ({
  ...definition,
  id: Number(definition.id),
  choices: definition.choices ? [...definition.choices] : null,
});

export function toBulkAction({
  run,
  counts,
  mail,
  consents,
  pausedBy,
  undoneBy,
  followUp,
}: BulkActionView): BulkAction {
  return {
    id: run.id,
    site: run.siteId,
    kind: run.kind,
    preset: run.preset,
    savedPreset: run.savedPreset,
    fileName: run.fileName,
    undoes: run.undoesId,
    undoneBy,
    // A run of an older version has no value for options that are new since.
    options: { ...DEFAULT_OPTIONS, ...run.options } as unknown as BulkAction['options'],
    state: run.state,
    phase: run.phase,
    progress: { done: isWaiting(run.state) ? 0 : rowsDone(counts), total: run.rowsTotal },
    counts,
    error:
      run.errorCode === null
        ? null
        : { code: run.errorCode, message: run.errorMessage ?? '', details: { ...run.errorDetails } },
    format: run.format,
    columns: run.columns,
    startedBy: run.byName,
    startedById: run.byPersonId,
    isDryRun: run.isDryRun,
    ask: run.ask && toAsk(run, run.ask, consents),
    isCancelling: run.cancelRequestedAt !== null && run.finishedAt === null,
    paused: run.pausedAt && { at: run.pausedAt.toISOString(), by: pausedBy },
    cancelReason: run.cancelReason,
    mail,
    followUp: followUp && toFollowUp(followUp),
    workflowId: bulkActionWorkflowId(run.id),
    createdAt: run.createdAt.toISOString(),
    stagedAt: iso(run.stagedAt),
    lockedAt: iso(run.lockedAt),
    checkedAt: iso(run.checkedAt),
    finishedAt: iso(run.finishedAt),
    discardedAt: iso(run.discardedAt),
  };
}

const toAsk = (run: BulkActionRow, ask: Ask, consents: BulkActionView['consents']): BulkAction['ask'] => ({
  round: run.askRound,
  why: ask.why,
  tripped: ask.tripped,
  approvals: ask.approvals,
  graceMinutes: ask.graceMinutes,
  grown: ask.grown,
  shrunk: ask.shrunk,
  until: iso(run.askUntil),
  consents,
});

const iso = (date: Date | null): string | null => date?.toISOString() ?? null;

/** A page of a list that was read with one item more than `limit`, to see whether there is another page. */
export function toPage<Row, Item>(
  rows: readonly Row[],
  limit: number,
  toItem: (row: Row) => Item,
  cursorOf: (row: Row) => string | number,
): Page<Item> {
  const shown = rows.slice(0, limit);
  const last = shown.at(-1);
  const hasMore = rows.length > limit && last !== undefined;
  return { items: shown.map(toItem), next: hasMore ? toCursor(cursorOf(last)) : null };
}

/** Cursors are opaque to clients, so that what stands in them can change. */
export const toCursor = (value: string | number): string => Buffer.from(String(value)).toString('base64url');

/** What `toPage` put into a cursor. */
export const fromCursor = (cursor: string): string => Buffer.from(cursor, 'base64url').toString();

/** The number that `toPage` put into a cursor, 0 where there is none; refuses what it can't have put there. */
export function numberFromCursor(cursor: string | undefined): number {
  if (cursor === undefined) return 0;
  const value = Number(fromCursor(cursor));
  if (Number.isSafeInteger(value) && value > 0) return value;
  throw new InvalidRequest([{ path: 'query.cursor', message: 'Take `next` of the page before, as it is.' }]);
}
