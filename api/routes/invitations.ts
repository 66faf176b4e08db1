// Invitations over HTTP: read, made by hand, sent again, closed; and people who get mails again.
import { z } from 'zod';
import type { Database } from '../../db/client.ts';
import type { Admin } from '../../db/queries/admins.ts';
import {
  findInvitation,
  type InvitationRow,
  listInvitations,
  listSitesOfPeople,
} from '../../db/queries/invitations/invitation-list.ts';
import {
  closeInvitation,
  deleteMailStops,
  inviteByHand,
  sendAgain,
} from '../../db/queries/invitations/invitations.ts';
import { INVITATION_MAIL_STATES, INVITATION_STATES } from '../../domain/invitation.ts';
import { shownName } from '../../domain/person.ts';
import { Refusal } from '../../domain/refusal.ts';
import type { Permission } from '../../domain/rights.ts';
import { hiddenAs, siteFor, topsFor } from '../access.ts';
import type { ApiDeps } from '../deps.ts';
import { personFor } from '../person-edits.ts';
import { numberFromCursor, toPage } from '../present.ts';
import { idParams, pageQuery, siteQuery } from '../query.ts';
import { type Route, route } from '../route.ts';
import { pageOf } from '../wire.ts';
import {
  type Invitation,
  invitationSchema,
  madeInvitationsSchema,
  newInvitationsSchema,
  sentAgainSchema,
} from '../wire-invitations.ts';

const invitationQuery = pageQuery.extend({
  site: siteQuery.optional(),
  run: z.string().max(40).optional().describe('The run that invited'),
  person: z.coerce.number().int().positive().optional(),
  state: z.enum(INVITATION_STATES).optional(),
  mail: z.enum(INVITATION_MAIL_STATES).optional().describe('The state of the newest mail'),
});

const NO_INVITATION = 'There is no such invitation at your sites.';
const LACKING = { description: 'You lack invitations:write on the site' };
const UNKNOWN = { description: 'It is not there, or not of your sites' };

export function invitationRoutes(deps: ApiDeps): Route[] {
  const { db, followUps } = deps;
  return [
    route({
      method: 'get',
      path: '/v1/invitations',
      tag: 'invitations',
      summary: 'List invitations',
      description: 'The newest first, of a site and all below it, or of all your sites.',
      query: invitationQuery,
      replies: { 200: { description: 'A page of invitations', schema: pageOf(invitationSchema) } },
      async handle({ admin, query }) {
        const siteIds = await topsFor(db, admin, query.site, 'people:read');
        const before = query.cursor === undefined ? undefined : numberFromCursor(query.cursor);
        const { run: bulkActionId, person: personId, state, mail: mailState } = query;
        const wanted = { siteIds, bulkActionId, personId, state, mailState };
        const rows = await listInvitations(db, wanted, { before, limit: query.limit + 1 });
        return { status: 200, body: toPage(rows, query.limit, toInvitation, ({ id }) => id) };
      },
    }),
    route({
      method: 'get',
      path: '/v1/invitations/{id}',
      tag: 'invitations',
      summary: 'One invitation',
      params: idParams,
      replies: { 200: { description: 'The invitation', schema: invitationSchema }, 404: UNKNOWN },
      async handle({ admin, params }) {
        const invitation = await invitationFor(db, admin, params.id, 'people:read');
        return { status: 200, body: toInvitation(invitation) };
      },
    }),
    route({
      method: 'post',
      path: '/v1/invitations',
      audit: { what: 'invitations.made', details: ({ body }) => ({ people: body.personIds.length }) },
      tag: 'invitations',
      summary: 'Invite people by hand',
      description:
        'Active people; whoever has an open invitation by hand gets another mail for it. No run waits for them.',
      body: newInvitationsSchema,
      replies: {
        201: {
          description: 'Their invitations; people who are not active have none',
          schema: madeInvitationsSchema,
        },
        403: LACKING,
        404: { description: 'One of them is not there, or not of your sites' },
      },
      async handle({ admin, body }) {
        await requireInvitable(db, admin, body.personIds);
        const made = await inviteByHand(db, body.personIds, admin.personId);
        await startMails(
          deps,
          made.flatMap((one) => (one.isReachable ? [one.mailId] : [])),
        );
        const items = made.map(({ id, personId, isReachable }) => ({ id, personId, isReachable }));
        return { status: 201, body: { items } };
      },
    }),
    route({
      method: 'post',
      path: '/v1/invitations/{id}/send',
      audit: { what: 'invitation.sent', details: () => ({}) },
      tag: 'invitations',
      summary: 'Send an invitation again',
      description:
        'With a link of its own; earlier ones go on working. A mail that has not left yet is not doubled.',
      params: idParams,
      replies: {
        202: { description: 'The mail is on its way', schema: sentAgainSchema },
        403: LACKING,
        404: UNKNOWN,
        409: { description: 'It is not open any more, or the person can’t be reached by mail' },
      },
      async handle({ admin, params }) {
        const { id } = await invitationFor(db, admin, params.id, 'invitations:write');
        const sent = await sendAgain(db, id);
        if (!sent)
          throw new Refusal('conflict', 'This invitation is not open any more. Invite the person anew.');
        if (sent.mailId === null)
          throw new Refusal(
            'conflict',
            'This person can’t be reached by mail: there is no address, mails to it bounced, or they asked for none. ' +
              'See mailStops of the person.',
          );
        await startMails(deps, [sent.mailId]);
        return { status: 202, body: { id, mailId: sent.mailId } };
      },
    }),
    route({
      method: 'post',
      path: '/v1/invitations/{id}/close',
      audit: { what: 'invitation.closed', details: () => ({}) },
      tag: 'invitations',
      summary: 'Close an invitation',
      description:
        'Its links work no more, and its run waits for this person no longer. Closing it again changes nothing.',
      params: idParams,
      replies: {
        200: { description: 'The invitation', schema: invitationSchema },
        403: LACKING,
        404: UNKNOWN,
      },
      async handle({ admin, params }) {
        const { id } = await invitationFor(db, admin, params.id, 'invitations:write');
        const closed = await closeInvitation(db, id);
        if (closed?.bulkActionId) await followUps.nudge([closed.bulkActionId]);
        const invitation = await findInvitation(db, id);
        if (!invitation) throw new Refusal('missing', NO_INVITATION);
        return { status: 200, body: toInvitation(invitation) };
      },
    }),
    route({
      method: 'delete',
      path: '/v1/people/{id}/mail-stop',
      audit: { what: 'person.mail-allowed', details: () => ({}) },
      tag: 'invitations',
      summary: 'Let somebody be mailed again',
      description:
        'After a bounce that was none, or because they ask for it. The field `unsubscribe`, where the site has it, is ' +
        'changed like any other.',
      params: idParams,
      replies: {
        204: { description: 'Nothing stops mails to them; nothing may have before' },
        403: LACKING,
        404: { description: 'The person is not there, or not of your sites' },
      },
      async handle({ admin, params }) {
        const person = await personFor(db, admin, params.id, 'invitations:write');
        await deleteMailStops(db, person.id);
        return { status: 204 };
      },
    }),
  ];
}

/**
 * Mails that are in the database leave sooner or later: the sweep starts what is not started here. The newest names the
 * workflow: an older one may have a workflow that knows nothing of the others.
 */
async function startMails({ cardholderMails, log }: ApiDeps, mailIds: readonly number[]): Promise<void> {
  const newestFirst = mailIds.toSorted((one, other) => other - one);
  await cardholderMails.start(newestFirst, { delayMs: 0 }).catch((error: unknown) => {
    log.warn({ err: error }, 'mails to cardholders could not be started; the sweep will');
  });
}

/** The invitation, if the admin may do this at its site. */
async function invitationFor(
  db: Database,
  admin: Admin,
  id: number,
  permission: Permission,
): Promise<InvitationRow> {
  const invitation = await findInvitation(db, id);
  if (!invitation) throw new Refusal('missing', NO_INVITATION);
  await siteFor(db, admin, invitation.siteId, permission).catch(hiddenAs(NO_INVITATION));
  return invitation;
}

/** Refuses where one of these people is out of sight, or of a site where the admin may not invite. */
async function requireInvitable(db: Database, admin: Admin, personIds: readonly number[]): Promise<void> {
  const found = await listSitesOfPeople(db, personIds);
  if (found.length < new Set(personIds).size)
    throw new Refusal('missing', 'One of these people is not there.');
  for (const siteId of new Set(found.map((one) => one.siteId)))
    await siteFor(db, admin, siteId, 'invitations:write').catch(
      hiddenAs('One of these people is not there.'),
    );
}

function toInvitation({ firstName, lastName, displayName, mail, ...row }: InvitationRow): Invitation {
  const iso = (at: string | null) => at && new Date(at).toISOString();
  return {
    ...row,
    personName: shownName({ firstName, lastName, displayName }),
    createdAt: new Date(row.createdAt).toISOString(),
    expiresAt: new Date(row.expiresAt).toISOString(),
    answeredAt: iso(row.answeredAt),
    doneAt: iso(row.doneAt),
    mail: mail && { ...mail, dueAt: new Date(mail.dueAt).toISOString(), settledAt: iso(mail.settledAt) },
  };
}
