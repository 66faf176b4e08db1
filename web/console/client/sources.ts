// Sources as the console asks for them: how they stand, what came, and what people have them do.
import { infiniteQueryOptions, queryOptions } from '@tanstack/react-query';
import type { Page } from '../../../api/wire.ts';
import type { SourceDelivery } from '../../../api/wire-source-deliveries.ts';
import type { AskedSource } from '../../../api/wire-source-runs.ts';
import type { NewSourceTestAsked, SourceTest } from '../../../api/wire-source-tests.ts';
import type { NewSourceAsked, Source, SourcePatchAsked } from '../../../api/wire-sources.ts';
import { ask } from './client.ts';

const PAGE = 200;
const DELIVERIES = 20;

const at = (id: number, path = ''): string => `/v1/sources/${id}${path}`;

/** All sources of a site and those below it. */
export const sourcesQuery = (site: number | undefined) =>
  queryOptions({
    queryKey: ['sources', 'list', { site }],
    enabled: site !== undefined,
    queryFn: async ({ signal }): Promise<Source[]> => {
      const sources: Source[] = [];
      for (let cursor: string | null = ''; cursor !== null; ) {
        const query: { site: number | undefined; limit: number; cursor: string } = {
          site,
          limit: PAGE,
          cursor,
        };
        const page: Page<Source> = await ask('GET', '/v1/sources', { query, signal });
        sources.push(...page.items);
        cursor = page.next;
      }
      return sources;
    },
  });

export const sourceQuery = (id: number) =>
  queryOptions({
    queryKey: ['sources', id],
    queryFn: ({ signal }) => ask<Source>('GET', at(id), { signal }),
  });

/** What came, the newest first. */
export const deliveriesQuery = (id: number) =>
  infiniteQueryOptions({
    queryKey: ['sources', id, 'deliveries'],
    initialPageParam: null as string | null,
    queryFn: ({ signal, pageParam: cursor }) =>
      ask<Page<SourceDelivery>>('GET', at(id, '/deliveries'), {
        query: { limit: DELIVERIES, cursor },
        signal,
      }),
    getNextPageParam: ({ next }) => next,
  });

export const runSource = (id: number, remaster = false): Promise<AskedSource> =>
  ask<AskedSource>('POST', at(id, '/run'), { body: { remaster } });

export const backfillSource = (id: number, from: Date, to: Date): Promise<AskedSource> =>
  ask<AskedSource>('POST', at(id, '/backfill'), { body: { from: from.toISOString(), to: to.toISOString() } });

export const pauseSource = (id: number, note: string | null): Promise<Source> =>
  ask<Source>('POST', at(id, '/pause'), { body: { note } });

export const resumeSource = (id: number): Promise<Source> => ask<Source>('POST', at(id, '/resume'));

export const createSource = (body: NewSourceAsked): Promise<Source> =>
  ask<Source>('POST', '/v1/sources', { body });

export const changeSource = (id: number, body: SourcePatchAsked): Promise<Source> =>
  ask<Source>('PATCH', at(id), { body });

export const removeSource = (id: number): Promise<void> => ask<void>('DELETE', at(id));

/** Tries the way there, with what is saved or with what the body names in its place. */
export const testSource = (
  id: number,
  body: Omit<NewSourceTestAsked, 'siteId' | 'place'> & Partial<NewSourceTestAsked> = {},
) => {
  const { siteId: _site, ...asked } = body;
  return ask<SourceTest>('POST', at(id, '/test'), { body: asked });
};

export const testNewSource = (body: NewSourceTestAsked): Promise<SourceTest> =>
  ask<SourceTest>('POST', '/v1/sources/test', { body });
