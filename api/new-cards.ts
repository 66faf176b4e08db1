// Beginning a run on cards: everything that can be refused before it exists is refused here, in words.
import type { Database } from '../db/client.ts';
import type { Admin } from '../db/queries/admins.ts';
import { countCardsOfRun } from '../db/queries/cards/cards.ts';
import type { SiteRow } from '../db/queries/sites.ts';
import { type BulkActionOptions, DEFAULT_OPTIONS, isFinal } from '../domain/bulk-action.ts';
import { askedLimits } from '../domain/limits.ts';
import { Refusal } from '../domain/refusal.ts';
import type { Selection } from '../domain/selection.ts';
import { siteFor } from './access.ts';
import { type BegunRun, bareRow, beginOnce } from './begin-once.ts';
import { refuseLimits, requireActionRights } from './new-run.ts';
import { runFor } from './run-access.ts';
import { selectionFor } from './selection.ts';
import type { NewCardsRunRead } from './wire-cards.ts';

/** A run over so few cards is staged, checked and applied in so little time that steps of their own cost more. */
const FEW_CARDS_MAX = 500;

/** Puts a run on cards into the database. Nothing is started yet. */
export const beginCardsRun = (
  db: Database,
  admin: Admin,
  asked: NewCardsRunRead,
  idempotencyKey: string | null,
): Promise<BegunRun> =>
  beginOnce(db, admin, {
    content: asked,
    idempotencyKey,
    // Whose cards a run or a filter finds tells of these people, and so do the results.
    look: async () => ({ site: await siteFor(db, admin, asked.site, 'bulk-actions:run', 'people:read') }),
    async prepare({ site }) {
      requireActionRights(admin, asked.options.action, site);
      const options = optionsOf(asked);
      await refuseLimits(db, admin, options, site);
      return {
        row: bareRow(site, asked, options),
        ...(await chosen(db, admin, site, asked)),
      };
    },
  });

function optionsOf({ options }: NewCardsRunRead): BulkActionOptions {
  const { action, of, cardValidFrom, cardValidUntil, replacesLimits } = options;
  return {
    ...DEFAULT_OPTIONS,
    action,
    cardsOfId: of ?? null,
    cardValidFrom: cardValidFrom ?? null,
    cardValidUntil: cardValidUntil ?? null,
    limits: askedLimits(options),
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
