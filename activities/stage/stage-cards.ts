// Staging a run on cards: each card that it is about becomes a row, and each person who is selected and has none.
import { Context } from '@temporalio/activity';
import type { Database } from '../../db/client.ts';
import { deleteBulkRows } from '../../db/queries/bulk-row-copy.ts';
import {
  insertCardUndoRows,
  insertRowsOfPeople,
  insertRowsOfRun,
  type MadeRows,
} from '../../db/queries/cards/card-rows.ts';
import { analyzeRows } from '../../db/queries/check/plans.ts';
import { markStaged, type StagingRun } from '../../db/queries/staging.ts';
import { getUndoneRun } from '../../db/queries/undo-history.ts';
import type { RunAction } from '../../domain/bulk-action.ts';
import { CARD_COLUMNS, type CardAction, TARGET_OF_ACTION } from '../../domain/card.ts';
import { Refusal } from '../../domain/refusal.ts';
import { SELECTED_COLUMNS } from '../../domain/selection.ts';
import type { StageMeans, StageResult } from '../kind.ts';
import { ANALYZED_ROWS_MIN } from '../plan/plan-rows.ts';
import { selectedPeople } from './stage-selection.ts';

/** Makes the rows of a run on cards. An attempt starts over. Refuses a run that has brought none, and a selection of nobody. */
export const stageCards = ({ db }: StageMeans, run: StagingRun): Promise<StageResult> =>
  staged(db, run, async () => {
    const { action, cardsOfId } = run.options;
    const to = TARGET_OF_ACTION[cardAction(run.id, action)];
    const made =
      cardsOfId === null
        ? await insertRowsOfPeople(db, run.id, await selectedPeople(db, run), to)
        : await insertRowsOfRun(db, run.id, cardsOfId, to);
    if (made.rows === 0)
      throw new Refusal(
        'missing',
        cardsOfId === null
          ? 'Nobody is selected: no person at this site or below it fits the selection. Look with the same filters at the people list, then start again.'
          : `Run ${cardsOfId} has brought no cards, or they are gone with their people. Map a column to card_id, import again, then issue the cards of that run.`,
      );
    return made;
  });

/** Makes the rows that take back what a run made of cards. Refuses a run of whose changes nothing is known any more. */
export const stageCardUndo = ({ db }: StageMeans, run: StagingRun): Promise<StageResult> =>
  staged(db, run, async () => {
    if (run.undoesId === null) throw new Error(`run ${run.id} is an undo of nothing`);
    const made = await insertCardUndoRows(db, run.id, await getUndoneRun(db, run.undoesId));
    if (made.rows === 0)
      throw new Refusal(
        'gone',
        `Nothing is known any more of what run ${run.undoesId} changed. It can’t be undone.`,
      );
    return made;
  });

// Over many cards a statement takes longer than whoever stops a run is ready to wait.
const staged = (db: Database, run: StagingRun, make: () => Promise<MadeRows>): Promise<StageResult> =>
  db.cancelledBy(Context.current().cancellationSignal, async () => {
    await deleteBulkRows(db, run.id);
    const made = await make();
    if (made.rows >= ANALYZED_ROWS_MIN) await analyzeRows(db, 'bulk_row');
    const columns = [...SELECTED_COLUMNS, ...CARD_COLUMNS].map((header) => ({ header, field: null }));
    const siteIds = made.siteIds.length > 0 ? made.siteIds : [run.siteId];
    if (!(await markStaged(db, run.id, { rowsTotal: made.rows, format: null, columns, siteIds })))
      await deleteBulkRows(db, run.id);
    return { rows: made.rows, siteIds };
  });

function cardAction(id: string, action: RunAction): CardAction {
  if (action === 'issue-cards' || action === 'revoke-cards') return action;
  throw new Error(`run ${id} on cards is asked to do ${action}`);
}
