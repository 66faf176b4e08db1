// Numbers over time, for whoever would rather look than read.
import { z } from 'zod';
import { countPhotosPerDay, countRunsPerWeek } from '../../db/queries/live/statistics.ts';
import { siteFor } from '../access.ts';
import type { ApiDeps } from '../deps.ts';
import { siteQuery } from '../query.ts';
import { type Route, route } from '../route.ts';
import { photosPerDaySchema, runsPerWeekSchema } from '../wire-live.ts';

const zone = z
  .string()
  .max(60)
  .default('UTC')
  .refine(isZone, { message: 'There is no such time zone.' })
  .describe('In whose days and weeks is counted, such as Europe/Berlin');

const REPLIES = {
  403: { description: 'You lack the right on the site' },
  404: { description: 'The site is not there, or not one of yours' },
};

export function statisticsRoutes({ db }: ApiDeps): Route[] {
  return [
    route({
      method: 'get',
      path: '/v1/statistics/runs-per-week',
      tag: 'statistics',
      summary: 'How many runs there were in each week',
      query: z.object({ site: siteQuery, zone, weeks: z.coerce.number().int().min(1).max(53).default(12) }),
      replies: { 200: { description: 'Weeks, the oldest first', schema: runsPerWeekSchema }, ...REPLIES },
      async handle({ admin, query: { site, zone: zoned, weeks } }) {
        await siteFor(db, admin, site, 'bulk-actions:read');
        const counted = await countRunsPerWeek(db, { siteId: site, zone: zoned, weeks });
        return { status: 200, body: { weeks: counted } };
      },
    }),
    route({
      method: 'get',
      path: '/v1/statistics/photos-per-day',
      tag: 'statistics',
      summary: 'How many of those who were invited of late have sent a photo, by the end of each day',
      query: z.object({ site: siteQuery, zone, days: z.coerce.number().int().min(2).max(60).default(7) }),
      replies: { 200: { description: 'Days, the oldest first', schema: photosPerDaySchema }, ...REPLIES },
      async handle({ admin, query: { site, zone: zoned, days } }) {
        await siteFor(db, admin, site, 'people:read');
        return { status: 200, body: await countPhotosPerDay(db, { siteId: site, zone: zoned, days }) };
      },
    }),
  ];
}

function isZone(name: string): boolean {
  try {
    new Intl.DateTimeFormat('en', { timeZone: name });
    return true;
  } catch {
    return false;
  }
}
