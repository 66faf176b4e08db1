// Saved lists of people: one's own, and those that everybody of the site has.
import { queryOptions } from '@tanstack/react-query';
import type { NewPeopleView, PeopleViewPatch, PeopleViewWire } from '../../../api/wire-people.ts';
import { ask } from './client.ts';

/** With how many people each finds. */
export const peopleViewsQuery = (site: number) =>
  queryOptions({
    queryKey: ['people', 'views', site],
    staleTime: 60_000,
    queryFn: async ({ signal }) =>
      (
        await ask<{ items: PeopleViewWire[] }>('GET', '/v1/people-views', {
          query: { site, counts: 'true' },
          signal,
        })
      ).items,
  });

export const savePeopleView = (body: NewPeopleView): Promise<PeopleViewWire> =>
  ask('POST', '/v1/people-views', { body });

export const changePeopleView = (id: number, body: PeopleViewPatch): Promise<PeopleViewWire> =>
  ask('PATCH', `/v1/people-views/${id}`, { body });

export const removePeopleView = (id: number): Promise<void> => ask('DELETE', `/v1/people-views/${id}`);
