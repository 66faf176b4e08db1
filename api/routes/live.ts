// What is going on and what it asks of you: who holds a site, what waits, what ended while you were elsewhere.
import { z } from 'zod';
import type { Admin } from '../../db/queries/admins.ts';
import { findShownLock, type ShownLock } from '../../db/queries/live/lock.ts';
import {
  listNotifications,
  markRunsSeen,
  type NotificationRow,
} from '../../db/queries/live/notifications.ts';
import { type Reach, readWaiting } from '../../db/queries/live/waiting.ts';
import { APPROVABLE, type Approvable } from '../../domain/safeguards.ts';
import { scheduleInWords } from '../../domain/sources/schedule-words.ts';
import { siteFor, sitesWith } from '../access.ts';
import type { ApiDeps } from '../deps.ts';
import { languageOf, languageQuery } from '../language.ts';
import { fromCursor, toPage } from '../present.ts';
import { InvalidRequest } from '../problems.ts';
import { idParams, pageQuery, siteQuery } from '../query.ts';
import { type Route, route } from '../route.ts';
import {
  type Lock,
  lockReplySchema,
  type Notification,
  notificationPageSchema,
  seenSchema,
  waitingSchema,
} from '../wire-live.ts';

/** An estimate below this says nothing: it is over before it is read. */
const ESTIMATE_SECONDS_MIN = 3;

const NOT_YOURS = { 404: { description: 'The site is not there, or not one of yours' } };

export function liveRoutes({ db }: ApiDeps): Route[] {
  return [
    route({
      method: 'get',
      path: '/v1/sites/{id}/lock',
      tag: 'sites',
      summary: 'Who holds a site',
      description:
        'While a run holds it, people of the site are changed by nobody else: how far that run is, and which runs wait.',
      params: idParams,
      replies: { 200: { description: 'The lock, or null', schema: lockReplySchema }, ...NOT_YOURS },
      async handle({ admin, params }) {
        const site = await siteFor(db, admin, params.id);
        const lock = await findShownLock(db, site.id, sitesWith(admin, 'bulk-actions:read'));
        return { status: 200, body: { lock: lock ? toLock(lock) : null } };
      },
    }),
    route({
      method: 'get',
      path: '/v1/waiting',
      tag: 'events',
      summary: 'What waits for you',
      description: 'On a site and all below it: only what you may see, and may do something about.',
      query: z.object({ site: siteQuery, ...languageQuery }),
      replies: { 200: { description: 'What waits', schema: waitingSchema }, ...NOT_YOURS },
      async handle({ admin, query, request }) {
        const site = await siteFor(db, admin, query.site);
        const { sources, ...waiting } = await readWaiting(db, { ...reachOf(admin), siteId: site.id });
        const language = languageOf(request);
        const body = {
          ...waiting,
          sources: sources.map(({ schedule, ...source }) => ({
            ...source,
            scheduleInWords: scheduleInWords(schedule, language),
          })),
        };
        return { status: 200, body };
      },
    }),
    route({
      method: 'get',
      path: '/v1/notifications',
      tag: 'events',
      summary: 'What ended, or began to wait, while you were elsewhere',
      description:
        'Runs of yours that ended in the last 30 days, approvals that you may give, and sources that have paused ' +
        'themselves. What waits counts as not seen until it waits no more.',
      query: pageQuery,
      replies: { 200: { description: 'A page, the newest first', schema: notificationPageSchema } },
      async handle({ admin, query }) {
        const before = placeOf(query.cursor);
        const { rows, unseen } = await listNotifications(db, reachOf(admin), {
          before,
          limit: query.limit + 1,
        });
        const page = toPage(rows, query.limit, toNotification, ({ micros, id }) => `${micros} ${id}`);
        return { status: 200, body: { ...page, unseen } };
      },
    }),
    route({
      method: 'post',
      path: '/v1/notifications/seen',
      audit: 'nothing',
      tag: 'events',
      summary: 'Say that you have seen how runs of yours ended',
      body: seenSchema,
      replies: { 204: { description: 'They no longer count' } },
      async handle({ admin, body }) {
        await markRunsSeen(db, admin.personId, body.bulkActionIds);
        return { status: 204 };
      },
    }),
  ];
}

const reachOf = (admin: Admin): Omit<Reach, 'siteId'> => ({
  personId: admin.personId,
  runs: sitesWith(admin, 'bulk-actions:read'),
  photos: sitesWith(admin, 'photos:review'),
  sources: sitesWith(admin, 'sources:write'),
  approve: Object.fromEntries(
    APPROVABLE.map((action) => [action, sitesWith(admin, `people:${action}`)]),
  ) as Record<Approvable, number[]>,
});

const toLock = ({ id, rate, queued, fileName: _file, ...lock }: ShownLock): Lock => {
  const left = lock.rowsTotal === null ? null : Math.max(0, lock.rowsTotal - lock.rowsDone);
  const seconds = left === null || rate === null || rate <= 0 ? null : Math.ceil(left / rate);
  return {
    bulkActionId: id,
    ...lock,
    secondsLeft: seconds !== null && seconds >= ESTIMATE_SECONDS_MIN ? seconds : null,
    queued,
  };
};

const toNotification = ({ micros: _place, ...row }: NotificationRow & { micros: number }): Notification =>
  row;

function placeOf(cursor: string | undefined): { micros: number; id: string } | undefined {
  if (cursor === undefined) return undefined;
  const [, micros, id] = /^(\d{1,16}) (\S{1,80})$/.exec(fromCursor(cursor)) ?? [];
  if (micros === undefined || id === undefined)
    throw new InvalidRequest([
      { path: 'query.cursor', message: 'Take `next` of the page before, as it is.' },
    ]);
  return { micros: Number(micros), id };
}
