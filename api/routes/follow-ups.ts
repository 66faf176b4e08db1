// What a run waits for after its rows, over HTTP: looked at, followed, reminded of, closed.
import type { Admin } from '../../db/queries/admins.ts';
import { type FollowUpRow, getBulkAction } from '../../db/queries/bulk-actions.ts';
import {
  listFollowUpDays,
  listMissing,
  type MissingRow,
} from '../../db/queries/follow-ups/follow-up-people.ts';
import { Refusal } from '../../domain/refusal.ts';
import type { Permission } from '../../domain/rights.ts';
import { authenticator } from '../auth.ts';
import { sendFollowUpEvents } from '../bulk-action-events.ts';
import type { ApiDeps } from '../deps.ts';
import { numberFromCursor, toPage } from '../present.ts';
import { toFollowUp } from '../present-follow-up.ts';
import { missingQuery, runParams } from '../query.ts';
import { type Route, route } from '../route.ts';
import { runFor } from '../run-access.ts';
import { pageOf } from '../wire.ts';
import {
  followUpDetailSchema,
  followUpSchema,
  type MissingPerson,
  missingPersonSchema,
} from '../wire-follow-ups.ts';

const NOTHING = 'This run has nothing to follow up.';
const MISSING_REPLY = {
  404: { description: 'There is no such run at your sites, or it has nothing to follow up' },
};

export function followUpRoutes(deps: ApiDeps): Route[] {
  const { db, followUps, progress } = deps;
  const authenticate = authenticator(deps);
  async function followUpFor(admin: Admin, id: string, ...permissions: Permission[]): Promise<FollowUpRow> {
    const { followUp } = await runFor(db, admin, id, ...permissions);
    if (!followUp) throw new Refusal('missing', NOTHING);
    return followUp;
  }
  const reply = async (id: string) => {
    const { followUp } = await getBulkAction(db, id);
    if (!followUp) throw new Refusal('missing', NOTHING);
    return { status: 202, body: toFollowUp(followUp) } as const;
  };
  return [
    route({
      method: 'get',
      path: '/v1/bulk-actions/{id}/follow-up',
      tag: 'follow-ups',
      summary: 'What a run still waits for',
      description:
        'Photos that were asked for by mail and cards that are to be issued, how far they are, and were from day to day.',
      params: runParams,
      replies: { 200: { description: 'The follow-up', schema: followUpDetailSchema }, ...MISSING_REPLY },
      async handle({ admin, params }) {
        const followUp = await followUpFor(admin, params.id, 'bulk-actions:read');
        const history = await listFollowUpDays(db, followUp.bulkActionId);
        return { status: 200, body: { ...toFollowUp(followUp), history } };
      },
    }),
    route({
      method: 'get',
      path: '/v1/bulk-actions/{id}/follow-up/people',
      tag: 'follow-ups',
      summary: 'Who is still missing, and what',
      params: runParams,
      query: missingQuery,
      replies: {
        200: { description: 'A page of people', schema: pageOf(missingPersonSchema) },
        ...MISSING_REPLY,
      },
      async handle({ admin, params, query }) {
        const { bulkActionId } = await followUpFor(admin, params.id, 'bulk-actions:read', 'people:read');
        const page = { after: numberFromCursor(query.cursor), limit: query.limit + 1 };
        const rows = await listMissing(db, bulkActionId, query.missing, page);
        return { status: 200, body: toPage(rows, query.limit, toMissingPerson, ({ id }) => id) };
      },
    }),
    route({
      method: 'get',
      path: '/v1/bulk-actions/{id}/follow-up/events',
      tag: 'follow-ups',
      summary: 'Follow what a run waits for',
      description:
        'Server-sent events: `progress` with the follow-up as it is now, whenever it has moved; `end` with it when it has ' +
        'ended, and then the stream ends. Connect again at any time: the newest state comes first.',
      params: runParams,
      replies: { 200: { description: 'Events', contentType: 'text/event-stream' }, ...MISSING_REPLY },
      async handle({ admin, params, request, response }) {
        const mayStill = async (reader = admin) => followUpFor(reader, params.id, 'bulk-actions:read');
        const { bulkActionId } = await mayStill();
        const follower = { request, response, mayStill: async () => mayStill(await authenticate(request)) };
        await sendFollowUpEvents(progress, bulkActionId, follower);
        return undefined;
      },
    }),
    route({
      method: 'post',
      path: '/v1/bulk-actions/{id}/follow-up/remind',
      audit: 'follow-up.reminded',
      tag: 'follow-ups',
      summary: 'Remind those who are missing now',
      description:
        'Everybody who was invited, can be reached and has sent no photo. Not more often than once an hour.',
      params: runParams,
      replies: {
        202: { description: 'The follow-up', schema: followUpSchema },
        409: {
          description:
            'It has ended, its invitations are still leaving, or reminders left less than an hour ago',
        },
        ...MISSING_REPLY,
      },
      async handle({ admin, params }) {
        const { bulkActionId } = await followUpFor(admin, params.id, 'invitations:write');
        await followUps.remindNow(bulkActionId);
        return reply(bulkActionId);
      },
    }),
    route({
      method: 'post',
      path: '/v1/bulk-actions/{id}/follow-up/close',
      audit: 'follow-up.closed',
      tag: 'follow-ups',
      summary: 'End a follow-up before its time',
      description:
        'Nobody is reminded any more, and invitations that were not answered take no photos from now on. Photos that wait can be reviewed, and cards issued, all the same.',
      params: runParams,
      replies: {
        202: { description: 'The follow-up, ended', schema: followUpSchema },
        409: { description: 'It has ended already' },
        ...MISSING_REPLY,
      },
      async handle({ admin, params }) {
        const {
          bulkActionId: id,
          siteId,
          rootId,
          state,
        } = await followUpFor(admin, params.id, 'bulk-actions:run');
        if (state === 'ended') throw new Refusal('conflict', 'The follow-up has ended already.');
        await followUps.close({ id, siteId, rootId }, admin.personId);
        return reply(id);
      },
    }),
  ];
}

const toMissingPerson = ({ lastMailAt, ...row }: MissingRow): MissingPerson => ({
  ...row,
  lastMailAt: lastMailAt?.toISOString() ?? null,
});
