// The sites that the admin sees.
import { queryOptions } from '@tanstack/react-query';
import type { Site } from '../../../api/wire-org.ts';
import { askAll } from './ask-all.ts';

/** All of them, in the order of their ids. */
export const sitesQuery = queryOptions({
  queryKey: ['sites'],
  staleTime: 5 * 60_000,
  // Without a signal: see the session.
  queryFn: () => askAll<Site>('/v1/sites'),
});
