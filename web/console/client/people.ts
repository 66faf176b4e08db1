// People by the many: how many there are, any page of any order, runs over a selection, and invitations.
import { queryOptions } from '@tanstack/react-query';
import type { BulkAction, Page } from '../../../api/wire.ts';
import type { ListedPerson, PeopleCount, PeopleSort } from '../../../api/wire-people.ts';
import type { SelectionAsked } from '../../../api/wire-selection.ts';
import { addressOf, ask, newKey } from './client.ts';

export type PeopleWanted = {
  site: number;
  /** `field=value`, as the API takes them. */
  filters: readonly string[];
  text: string;
};

export const PEOPLE_PAGE = 100;

const queryOf = ({ site, filters, text }: PeopleWanted) => ({ site, filter: filters, q: text });

export const peopleCountQuery = (wanted: PeopleWanted) =>
  queryOptions({
    queryKey: ['people', 'count', wanted],
    queryFn: async ({ signal }) =>
      (await ask<PeopleCount>('GET', '/v1/people/count', { query: queryOf(wanted), signal })).people,
  });

/** A page of the wanted people, from 0. One that nobody looks at any more is not waited for. */
export const peoplePageQuery = (wanted: PeopleWanted, sort: PeopleSort, page: number) =>
  queryOptions({
    queryKey: ['people', 'page', wanted, sort, page],
    gcTime: 60_000,
    queryFn: async ({ signal }) =>
      (
        await ask<Page<ListedPerson>>('GET', '/v1/people', {
          query: {
            ...queryOf(wanted),
            sort,
            include: 'photo,cards',
            offset: page * PEOPLE_PAGE,
            limit: PEOPLE_PAGE,
          },
          signal,
        })
      ).items,
  });

/** The ids of all that are wanted, at most `max` of them. */
export async function idsOf(wanted: PeopleWanted, max: number): Promise<number[]> {
  const ids: number[] = [];
  for (let cursor: string | null = ''; cursor !== null && ids.length < max; ) {
    const page: Page<ListedPerson> = await ask('GET', '/v1/people', {
      query: { ...queryOf(wanted), limit: Math.min(1000, max), cursor },
    });
    ids.push(...page.items.map(({ id }) => id));
    cursor = page.next;
  }
  return ids.slice(0, max);
}

/** More ids than that do not fit into an address. */
export const EXPORTED_IDS_MAX = 1000;

/** What the browser downloads: the people as CSV that can be edited and uploaded again; those of a selection alone. */
export const peopleCsvAddress = (wanted: PeopleWanted, { ids, except }: SelectionAsked = {}): string =>
  addressOf('/v1/people.csv', {
    ...queryOf(wanted),
    // The filters say of which status; left out, an export would have active people alone.
    status: 'all',
    columns: 'all',
    ids: ids?.join(','),
    except: except?.join(','),
  });

export const SELECTED_STEPS = ['archive', 'restore', 'anonymize', 'delete', 'issue-cards'] as const;
export type SelectedStep = (typeof SELECTED_STEPS)[number];

/** Begins the dry run of a step for a selection. Nothing is written before it is confirmed. */
export const planStep = (
  site: number,
  step: SelectedStep,
  selection: SelectionAsked,
  key: string,
): Promise<BulkAction> =>
  ask<BulkAction>('POST', '/v1/bulk-actions', {
    body: {
      site,
      kind: step === 'issue-cards' ? 'cards' : 'people',
      selection,
      options: { action: step },
      dryRun: true,
    },
    headers: { 'idempotency-key': key },
  });

const INVITED_AT_ONCE = 1000;

/** Invites people to send a photo. Gives how many can be reached, and how many can not. */
export async function inviteMany(ids: readonly number[]): Promise<{ reached: number; unreachable: number }> {
  const all: boolean[] = [];
  for (let from = 0; from < ids.length; from += INVITED_AT_ONCE) {
    const { items } = await ask<{ items: { isReachable: boolean }[] }>('POST', '/v1/invitations', {
      body: { personIds: ids.slice(from, from + INVITED_AT_ONCE) },
      headers: { 'idempotency-key': newKey() },
    });
    all.push(...items.map(({ isReachable }) => isReachable));
  }
  const reached = all.filter(Boolean).length;
  return { reached, unreachable: all.length - reached };
}
