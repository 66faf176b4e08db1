// Beginning a run on cards: everything that can be refused before it exists is refused here, in words.
import type { Database } from '../db/client.ts';
import type { Admin } from '../db/queries/admins.ts';
import { findByIdempotencyKey, insertBulkAction, type NewBulkActionRow } from '../db/queries/bulk-actions.ts';
import { countCardsOfRun } from '../db/queries/cards/cards.ts';
import type { SiteRow } from '../db/queries/sites.ts';
import { type BulkActionOptions, DEFAULT_OPTIONS, isFinal } from '../domain/bulk-action.ts';
import { type Limits, withMaxChange } from '../domain/limits.ts';
import { Refusal } from '../domain/refusal.ts';
import type { Selection } from '../domain/selection.ts';
import { siteFor } from './access.ts';
import { type BegunRun, refuseLimits, requireActionRights, sameRequest, starterOf } from './new-run.ts';
import { runFor } from './run-access.ts';
import { hashOf, newId } from './secrets.ts';
import { selectionFor } from './selection.ts';
import type { NewCardsRunRead } from './wire-cards.ts';

/** A run over so few cards is staged, checked and applied in so little time that steps of their own cost more. */
const FEW_CARDS_MAX = 500;

/** Puts a run on cards into the database. Nothing is started yet. */
export async function beginCardsRun(
  db: Database,
  admin: Admin,
  asked: NewCardsRunRead,
  idempotencyKey: string | null,
): Promise<BegunRun> {
  const requestHash = hashOf(JSON.stringify(asked));
  const [site, before] = await Promise.all([
    // Whose cards a run or a filter finds tells of these people, and so do the results.
    siteFor(db, admin, asked.site, 'bulk-actions:run', 'people:read'),
    idempotencyKey === null ? undefined : findByIdempotencyKey(db, admin.personId, idempotencyKey),
  ]);
  if (before) return { run: sameRequest(before, requestHash), isNew: false, uploadBytes: 0, isFew: false };
  requireActionRights(admin, asked.options.action, site);
  const options = optionsOf(asked);
  await refuseLimits(db, admin, options, site);
  const { selection, isFew } = await chosen(db, admin, site, asked);
  const row: NewBulkActionRow = {
    id: newId(),
    siteId: site.id,
    rootId: site.rootId,
    kind: asked.kind,
    preset: 'people',
    options,
    uploadIds: [],
    fileName: null,
    isDryRun: asked.dryRun,
    ...starterOf(admin),
    idempotencyKey,
    requestHash,
  };
  const inserted = await insertBulkAction(db, row, selection);
  if (inserted) return { run: inserted, isNew: true, uploadBytes: 0, isFew };
  // The same request came in twice in one moment, and the other one was first.
  return beginCardsRun(db, admin, asked, idempotencyKey);
}

function optionsOf({ options }: NewCardsRunRead): BulkActionOptions {
  const { action, of, cardValidFrom, cardValidUntil, limits, maxChangePercent, replacesLimits } = options;
  const own = (limits ?? {}) as Limits;
  return {
    ...DEFAULT_OPTIONS,
    action,
    cardsOfId: of ?? null,
    cardValidFrom: cardValidFrom ?? null,
    cardValidUntil: cardValidUntil ?? null,
    limits: maxChangePercent === undefined ? own : withMaxChange(own, maxChangePercent),
    replacesLimits,
  };
}

type Chosen = { selection?: Selection; isFew: boolean };

async function chosen(
  db: Database,
  admin: Admin,
  site: SiteRow,
  { selection, options }: NewCardsRunRead,
): Promise<Chosen> {
  if (selection !== undefined) return selectionFor(db, site, selection);
  const id = options.of ?? '';
  const { run } = await runFor(db, admin, id, 'bulk-actions:read');
  if (run.siteId !== site.id)
    throw new Refusal('conflict', `Run ${id} is of site ${run.siteId}. Begin this run there.`, {
      bulkActionId: id,
    });
  if (!isFinal(run.state))
    throw new Refusal('conflict', `Run ${id} has not ended. Wait for it, then issue its cards.`, {
      bulkActionId: id,
    });
  const cards = await countCardsOfRun(db, id, FEW_CARDS_MAX + 1);
  if (cards === 0)
    throw new Refusal(
      'conflict',
      `Run ${id} has brought no cards. Map a column to card_id and import again, or select people instead.`,
      { bulkActionId: id },
    );
  return { isFew: cards <= FEW_CARDS_MAX };
}
