// Staging a run on cards: each card that it is about becomes a row, and each person who is selected and has none.
import { insertCardUndoRows, insertRowsOfPeople, insertRowsOfRun } from '../../db/queries/cards/card-rows.ts';
import type { StagingRun } from '../../db/queries/staging.ts';
import type { RunAction } from '../../domain/bulk-action.ts';
import { CARD_COLUMNS, type CardAction, TARGET_OF_ACTION } from '../../domain/card.ts';
import { Refusal } from '../../domain/refusal.ts';
import { SELECTED_COLUMNS } from '../../domain/selection.ts';
import type { StageMeans, StageResult } from '../kind.ts';
import { shownColumns, stageMade, stageUndone } from './made-rows.ts';
import { nobodySelected, selectedPeople } from './stage-selection.ts';

const COLUMNS = shownColumns([...SELECTED_COLUMNS, ...CARD_COLUMNS]);

/** Makes the rows of a run on cards. Refuses a run that has brought none, and a selection of nobody. */
export const stageCards = ({ db }: StageMeans, run: StagingRun): Promise<StageResult> =>
  stageMade(db, run, async () => {
    const { action, cardsOfId } = run.options;
    const to = TARGET_OF_ACTION[cardAction(run.id, action)];
    const made =
      cardsOfId === null
        ? await insertRowsOfPeople(db, run.id, await selectedPeople(db, run), to)
        : await insertRowsOfRun(db, run.id, cardsOfId, to);
    if (made.rows === 0) throw cardsOfId === null ? nobodySelected() : noCardsOf(cardsOfId);
    return { ...made, columns: COLUMNS };
  });

/** Makes the rows that take back what a run made of cards. */
export const stageCardUndo = ({ db }: StageMeans, run: StagingRun): Promise<StageResult> =>
  stageUndone(db, run, async (undone) => ({
    ...(await insertCardUndoRows(db, run.id, undone)),
    columns: COLUMNS,
  }));

const noCardsOf = (id: string): Refusal =>
  new Refusal(
    'missing',
    `Run ${id} has brought no cards, or they are gone with their people. Map a column to card_id, import again, then issue the cards of that run.`,
  );

function cardAction(id: string, action: RunAction): CardAction {
  if (action === 'issue-cards' || action === 'revoke-cards') return action;
  throw new Error(`run ${id} on cards is asked to do ${action}`);
}
