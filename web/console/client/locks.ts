// Who holds the lock of a site: while somebody does, everybody reads and nobody else edits.
import { queryOptions, useQuery } from '@tanstack/react-query';
import type { Lock } from '../../../api/wire-live.ts';
import { useSite } from '../context/site.ts';
import { ask } from './client.ts';

const lockQuery = (siteId: number | undefined) =>
  queryOptions({
    queryKey: ['locks', siteId],
    enabled: siteId !== undefined,
    queryFn: async ({ signal }): Promise<Lock | null> =>
      (await ask<{ lock: Lock | null }>('GET', `/v1/sites/${siteId}/lock`, { signal })).lock,
  });

/** The lock of the site, or of the page's where none is given. Null: everybody may edit, as far as is known. */
export function useLock(siteId?: number): Lock | null {
  const here = useSite()?.id;
  return useQuery(lockQuery(siteId ?? here)).data ?? null;
}
