// The org units of all sites that the admin sees.
import { queryOptions } from '@tanstack/react-query';
import type { Page } from '../../../api/wire.ts';
import type { OrgUnit } from '../../../api/wire-org.ts';
import { ask } from './client.ts';

const PAGE = 1000;

/** All of them, in the order of their ids. */
export const orgUnitsQuery = queryOptions({
  queryKey: ['org-units'],
  staleTime: 5 * 60_000,
  queryFn: async ({ signal }): Promise<OrgUnit[]> => {
    const units: OrgUnit[] = [];
    for (let cursor: string | null = ''; cursor !== null; ) {
      const page: Page<OrgUnit> = await ask('GET', '/v1/org-units', {
        query: { limit: PAGE, cursor },
        signal,
      });
      units.push(...page.items);
      cursor = page.next;
    }
    return units;
  },
});
