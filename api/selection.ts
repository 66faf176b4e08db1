// The selection that a request asks for: checked against the fields and the people of its site.
import type { Database } from '../db/client.ts';
import { countSelected, listUnselectable, queryOf } from '../db/queries/selection.ts';
import type { SiteRow } from '../db/queries/sites.ts';
import { Refusal } from '../domain/refusal.ts';
import type { Selection } from '../domain/selection.ts';
import { fieldsOfSites } from './people-query.ts';
import { filtersFrom } from './person-content.ts';
import type { SelectionRead } from './wire-selection.ts';

const SHOWN_IDS_MAX = 10;

/** A run over so few people is staged, checked and applied in so little time that steps of their own cost more. */
const FEW_PEOPLE_MAX = 500;

/** `isFew`: whether steps of their own cost more than they do. */
type ChosenPeople = { selection: Selection; isFew: boolean };

/**
 * A selection as runs keep it. Refuses filters by fields that hold nowhere at the site or below it, and with `missing`
 * people who are not there: each who is named by id becomes a row, or the run does not begin.
 */
export async function selectionFor(db: Database, site: SiteRow, asked: SelectionRead): Promise<ChosenPeople> {
  const { filter = [], status, q, ids, except } = asked;
  const definitions = filter.length > 0 ? await fieldsOfSites(db, [site.id]) : [];
  const filters = filtersFrom(filter, definitions, 'selection.filter');
  if (ids) await refuseUnselectable(db, site, ids);
  const selection: Selection = {
    ...(status && { status }),
    ...(q !== undefined && { text: q }),
    ...(filter.length > 0 && { filters: filter }),
    ...(ids && { personIds: [...new Set(ids)] }),
    ...(except && { exceptIds: [...new Set(except)] }),
  };
  const people = await countSelected(db, queryOf(selection, site.id, filters), FEW_PEOPLE_MAX + 1);
  return { selection, isFew: people <= FEW_PEOPLE_MAX };
}

async function refuseUnselectable(db: Database, site: SiteRow, ids: readonly number[]): Promise<void> {
  const missing = await listUnselectable(db, site.id, ids);
  if (missing.length === 0) return;
  const shown = missing.slice(0, SHOWN_IDS_MAX).join(', ');
  const more = missing.length > SHOWN_IDS_MAX ? ` and ${missing.length - SHOWN_IDS_MAX} more` : '';
  throw new Refusal(
    'missing',
    `Of the people named by ids, these are not at site ${site.id} or below it, or not there any more: ${shown}${more}. Leave them out.`,
    { ids: missing.slice(0, SHOWN_IDS_MAX) },
  );
}
