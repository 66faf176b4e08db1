// What others did to a person between two versions.
import type { Page } from '../../../../api/wire.ts';
import type { Person } from '../../../../api/wire-person.ts';
import type { HistoryEntry } from '../../../../api/wire-person-history.ts';
import { ask } from '../../client/client.ts';

const SHOWN_MAX = 10;

/** The newest first, ten at most. */
export async function changesSince(before: Person, now: Person): Promise<HistoryEntry[]> {
  const { items } = await ask<Page<HistoryEntry>>('GET', `/v1/people/${now.id}/history`, {
    query: { limit: SHOWN_MAX },
  });
  return items.filter(({ at }) => at > before.updatedAt);
}
