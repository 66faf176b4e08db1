// Staging a run that reads no file: each person whom its selection finds becomes a row.
import type { Database } from '../../db/client.ts';
import type { PeopleQuery } from '../../db/queries/people-list.ts';
import { getRowPlaces } from '../../db/queries/row-places.ts';
import { findSelection, insertSelectionRows, queryOf } from '../../db/queries/selection.ts';
import type { StagingRun } from '../../db/queries/staging.ts';
import { readPersonFilter } from '../../domain/person-filter.ts';
import { Refusal } from '../../domain/refusal.ts';
import { SELECTED_COLUMNS, type Selection } from '../../domain/selection.ts';
import type { StageMeans, StageResult } from '../kind.ts';
import { shownColumns, stageMade } from './made-rows.ts';

/** Makes the rows of a run over a selection. Refuses a selection of nobody. */
export const stageSelection = ({ db }: StageMeans, run: StagingRun): Promise<StageResult> =>
  stageMade(db, run, async () => {
    const made = await insertSelectionRows(db, run.id, await selectedPeople(db, run));
    if (made.rows === 0) throw nobodySelected();
    return { ...made, columns: shownColumns(SELECTED_COLUMNS) };
  });

export const nobodySelected = (): Refusal =>
  new Refusal(
    'missing',
    'Nobody is selected: no person at this site or below it fits the selection. Look with the same filters at the people list, then start again.',
  );

/** What the selection of a run asks for. Refuses one that is gone, or filters by a field that is. */
export async function selectedPeople(db: Database, run: StagingRun): Promise<PeopleQuery> {
  const selection = await findSelection(db, run.id);
  if (!selection)
    throw new Refusal(
      'gone',
      'The selection of this run is gone: it named somebody who has been anonymized or deleted since. Select people anew.',
    );
  return queryOf(selection, run.siteId, await filtersOf(db, run, selection));
}

/** The filters, read again: a field may have gone since the request. */
async function filtersOf(db: Database, run: StagingRun, { filters = [] }: Selection) {
  if (filters.length === 0) return [];
  const { definitions } = await getRowPlaces(db, run.siteId);
  const custom = new Set(definitions.map(({ name }) => name));
  return filters.map((word) => {
    const filter = readPersonFilter(word, custom);
    if (filter) return filter;
    throw new Refusal(
      'invalid',
      'A field that the selection filters by is not there any more. Select people anew.',
    );
  });
}
