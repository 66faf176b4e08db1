// What waits for the admin on a site and all below it: for Home and for the counts of the sidebar.
import { queryOptions } from '@tanstack/react-query';
import type { PhotosPerDay, RunsPerWeek, Waiting } from '../../../api/wire-live.ts';
import { ask } from './client.ts';

export const waitingQuery = (siteId: number | undefined) =>
  queryOptions({
    queryKey: ['waiting', siteId],
    enabled: siteId !== undefined,
    queryFn: ({ signal }) => ask<Waiting>('GET', '/v1/waiting', { query: { site: siteId }, signal }),
  });

/** Counted in the reader's own days. */
const zone = Intl.DateTimeFormat().resolvedOptions().timeZone;

export const runsPerWeekQuery = (siteId: number | undefined) =>
  queryOptions({
    queryKey: ['statistics', 'runs', siteId],
    enabled: siteId !== undefined,
    queryFn: ({ signal }) =>
      ask<RunsPerWeek>('GET', '/v1/statistics/runs-per-week', { query: { site: siteId, zone }, signal }),
  });

export const photosPerDayQuery = (siteId: number | undefined, days = 7) =>
  queryOptions({
    queryKey: ['statistics', 'photos', siteId, days],
    enabled: siteId !== undefined,
    queryFn: ({ signal }) =>
      ask<PhotosPerDay>('GET', '/v1/statistics/photos-per-day', {
        query: { site: siteId, zone, days },
        signal,
      }),
  });
