// Lists of people in their order, and how many they are, kept while nobody changes: a table asks for page after page.
import type { Log } from '../adapters/log.ts';
import type { Database } from '../db/client.ts';
import { BULK_ACTION_CHANNEL } from '../db/queries/bulk-actions.ts';
import type { PeopleQuery } from '../db/queries/people-list.ts';
import {
  countPeople,
  listPeopleByIds,
  listPeopleIds,
  type PeopleOrder,
  type PeopleStretch,
} from '../db/queries/people-page.ts';
import type { PersonRow } from '../db/queries/person-row.ts';
import { CHANGED_CHANNEL, newsOf } from './news.ts';
import { type Shared, sharedWork } from './shared-work.ts';

/** So many from either end are found together, by one look at all. */
const END_PEOPLE = 5000;
/** What is quicker is asked for anew, so that the answer is of this moment. */
const QUICK_MS = 150;
const MANY_PEOPLE = 10_000;
/** Of a million people one takes eight megabytes. */
const WHOLES_MAX = 4;
const ENDS_MAX = 40;
const COUNTS_MAX = 200;
const KEPT_MS = 30_000;
/** While a run moves, people change all the time: the middle of a list may be of an order that is so old. */
const WHOLE_MOVING_MS = 10_000;

/** What changes who is in a list, or where. */
const MOVING = new Set([
  'people',
  'photos',
  'cards',
  'sites',
  'fields',
  'org-units',
  'roles',
  'bulk-actions',
]);

export type PeopleLists = {
  /** How many people a query finds. */
  count(query: PeopleQuery, left: AbortSignal): Promise<number>;
  /** The people behind the first `offset` of them. */
  page(
    query: PeopleQuery,
    page: { order: PeopleOrder; offset: number; limit: number },
    left: AbortSignal,
  ): Promise<PersonRow[]>;
};

/**
 * Lists of this process. What several ask for at once is looked up once, and no longer than one of them waits. What
 * took long is kept until the database says that somebody has changed.
 */
export function keptPeopleLists(db: Database, log: Log): PeopleLists {
  let isHeard = false;
  const isLong = (tookMs: number) => isHeard && tookMs > QUICK_MS;
  const run: Shared['run'] = (signal, work) => db.cancelledBy(signal, work);
  const counts = sharedWork<number>({
    run,
    max: COUNTS_MAX,
    keptMs: KEPT_MS,
    isWorth: (people, tookMs) => people >= MANY_PEOPLE && isLong(tookMs),
  });
  const ends = sharedWork<Float64Array>({
    run,
    max: ENDS_MAX,
    keptMs: KEPT_MS,
    isWorth: ({ length }, tookMs) => length === END_PEOPLE && isLong(tookMs),
  });
  const wholes = sharedWork<Float64Array>({
    run,
    max: WHOLES_MAX,
    keptMs: KEPT_MS,
    isWorth: () => isHeard,
  });
  const forget = (wholesFrom = 0) => {
    counts.forget();
    ends.forget();
    wholes.forget(wholesFrom);
  };

  let isListening = false;
  /** From the first question on. */
  const listen = async () => {
    if (isListening) return;
    isListening = true;
    try {
      await Promise.all([
        db.listen(
          CHANGED_CHANNEL,
          (payload) => newsOf(payload)?.what.some((what) => MOVING.has(what)) && forget(),
          () => forget(),
        ),
        db.listen(
          BULK_ACTION_CHANNEL,
          () => forget(WHOLE_MOVING_MS),
          () => forget(),
        ),
      ]);
      isHeard = true;
    } catch (error) {
      isListening = false;
      log.warn({ err: error }, 'lists of people are not kept: the database could not be listened to');
    }
  };

  const count: PeopleLists['count'] = (query, left) => {
    void listen();
    return counts.get(JSON.stringify(query), left, () => countPeople(db, query));
  };

  /** The ids of a page, from the nearest end if one is near. */
  async function idsOf(
    query: PeopleQuery,
    { order, offset, limit }: { order: PeopleOrder; offset: number; limit: number },
    left: AbortSignal,
  ): Promise<Float64Array> {
    const key = JSON.stringify([query, order]);
    const read = (stretch: Omit<PeopleStretch, 'order'>) => () =>
      listPeopleIds(db, query, { order, ...stretch });
    const whole = wholes.peek(key);
    if (whole) return (await whole).subarray(offset, offset + limit);
    if (offset + limit <= END_PEOPLE) {
      const first = await ends.get(`first ${key}`, left, read({ limit: END_PEOPLE }));
      return first.subarray(offset, offset + limit);
    }
    const behind = (await count(query, left)) - offset;
    if (behind <= 0) return new Float64Array();
    if (behind <= END_PEOPLE) {
      const last = await ends.get(`last ${key}`, left, read({ limit: END_PEOPLE, isFromEnd: true }));
      const from = Math.max(0, last.length - behind);
      return last.subarray(from, Math.min(from + limit, from + behind));
    }
    const all = await wholes.get(key, left, read({}));
    return all.subarray(offset, offset + limit);
  }

  return {
    count,
    async page(query, page, left) {
      void listen();
      // An order may be some seconds old: who has moved out of sight since is not shown.
      return listPeopleByIds(db, query, [...(await idsOf(query, page, left))]);
    },
  };
}
