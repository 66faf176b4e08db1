// The sites that the admin sees.
import { queryOptions } from '@tanstack/react-query';
import type { Page } from '../../../api/wire.ts';
import type { Site } from '../../../api/wire-org.ts';
import { ask } from './client.ts';

const PAGE = 1000;

/** All of them, in the order of their ids. */
export const sitesQuery = queryOptions({
  queryKey: ['sites'],
  staleTime: 5 * 60_000,
  queryFn: async ({ signal }): Promise<Site[]> => {
    const sites: Site[] = [];
    for (let cursor: string | null = ''; cursor !== null; ) {
      const page: Page<Site> = await ask('GET', '/v1/sites', { query: { limit: PAGE, cursor }, signal });
      sites.push(...page.items);
      cursor = page.next;
    }
    return sites;
  },
});
