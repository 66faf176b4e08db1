// What people say to a run that is on: they confirm or approve its plan, hold it, and let it go on.
import type { Admin } from '../../db/queries/admins.ts';
import { type BulkActionRow, type BulkActionView, getBulkAction } from '../../db/queries/bulk-actions.ts';
import { declineApproval, noteConsent } from '../../db/queries/consents.ts';
import { pauseRun } from '../../db/queries/pauses.ts';
import { listPlannedOnSites } from '../../db/queries/safeguards.ts';
import { notAsked, OWN_APPROVAL, PLAN_HAS_CHANGED } from '../../domain/answers.ts';
import { Refusal } from '../../domain/refusal.ts';
import { APPROVABLE, type Approvable, isPlannedFor } from '../../domain/safeguards.ts';
import { siteFor } from '../access.ts';
import type { ApiDeps } from '../deps.ts';
import { requireActionRights } from '../new-run.ts';
import { toBulkAction } from '../present.ts';
import { runParams } from '../query.ts';
import { type Route, route } from '../route.ts';
import { runFor } from '../run-access.ts';
import { bulkActionSchema } from '../wire.ts';
import { answerSchema, approvalSchema, declineSchema } from '../wire-asks.ts';

const REPLIES = {
  202: { description: 'The run', schema: bulkActionSchema },
  404: { description: 'There is no such run at your sites' },
};

export function bulkActionAnswerRoutes({ db, runs, log }: ApiDeps): Route[] {
  const reply = async (id: string) =>
    ({ status: 202, body: toBulkAction(await getBulkAction(db, id)) }) as const;
  return [
    route({
      method: 'post',
      path: '/v1/bulk-actions/{id}/confirm',
      audit: { what: 'run.confirmed', isNotedByStatement: true },
      tag: 'bulk actions',
      summary: 'Confirm the plan of a run',
      description:
        'Exactly the plan that was shown is applied. Where it would do more by the time that the run has its lock, it asks again.',
      params: runParams,
      body: answerSchema,
      replies: {
        ...REPLIES,
        403: { description: 'You lack a right that the action needs on the site, or a row on its own' },
        409: { description: 'The run does not ask that, or has asked anew since' },
      },
      async handle({ admin, params, body }) {
        const { run } = await runFor(db, admin, params.id, 'bulk-actions:run');
        const site = await siteFor(db, admin, run.siteId);
        requireActionRights(admin, run.options.action, site, run.options.absent);
        // Rows may ask for something else than their run, and what an undo does stands in its rows alone.
        await requireRightsTo(APPROVABLE, admin, run);
        await runs.answer(run.id, 'confirm', { byPersonId: admin.personId, round: roundOf(run, body.round) });
        return reply(run.id);
      },
    }),
    route({
      method: 'post',
      path: '/v1/bulk-actions/{id}/approve',
      audit: { what: 'run.approved', isNotedByStatement: true },
      tag: 'bulk actions',
      summary: 'Approve the plan of somebody else’s run',
      params: runParams,
      body: approvalSchema,
      replies: {
        ...REPLIES,
        403: {
          description:
            'You started or confirmed it yourself, or lack a right that the action needs on a site',
        },
        409: { description: 'The run does not ask that, or has asked anew since' },
      },
      async handle({ admin, params, body }) {
        const { run } = await approvableRun(admin, params.id);
        const answer = { byPersonId: admin.personId, round: roundOf(run, body.round) };
        await runs.answer(run.id, 'approve', answer);
        if (body.note) await noteConsent(db, run.id, { ...answer, note: body.note });
        return reply(run.id);
      },
    }),
    route({
      method: 'post',
      path: '/v1/bulk-actions/{id}/decline',
      audit: { what: 'run.declined', isNotedByStatement: true },
      tag: 'bulk actions',
      summary: 'Decline to approve somebody else’s run',
      description: 'The run is cancelled with nothing written, and who started it hears of it.',
      params: runParams,
      body: declineSchema,
      replies: {
        ...REPLIES,
        403: {
          description:
            'You started or confirmed it yourself, or lack a right that the action needs on a site',
        },
        409: { description: 'The run does not wait for approval, or has asked anew since' },
      },
      async handle({ admin, params, body }) {
        const { run } = await approvableRun(admin, params.id);
        const answer = { byPersonId: admin.personId, round: roundOf(run, body.round), note: body.note };
        if (!(await declineApproval(db, run.id, answer)))
          throw new Refusal(
            'conflict',
            answer.round < run.askRound ? PLAN_HAS_CHANGED : notAsked('approved', run.state),
          );
        await runs.cancel(run.id, admin.personId).catch((error: unknown) => {
          log.warn({ err: error, bulkActionId: run.id }, 'the run reads of its cancel in the database');
        });
        return reply(run.id);
      },
    }),
    route({
      method: 'post',
      path: '/v1/bulk-actions/{id}/pause',
      audit: 'run.paused',
      tag: 'bulk actions',
      summary: 'Hold a run',
      description:
        'At the next edge of a chunk. It keeps its edit lock for a while; then others may have it, and what is left of ' +
        'the run is checked again when it is resumed.',
      params: runParams,
      replies: { ...REPLIES, 409: { description: 'The run is paused already, or has ended' } },
      async handle({ admin, params }) {
        const { run } = await runFor(db, admin, params.id, 'bulk-actions:run');
        if (!(await pauseRun(db, run.id, admin.personId)))
          throw new Refusal(
            'conflict',
            run.finishedAt
              ? 'The run has ended, so there is nothing to pause.'
              : 'The run is paused already. Resume it, or cancel it.',
          );
        await runs.pause(run.id, admin.personId).catch((error: unknown) => {
          log.warn({ err: error, bulkActionId: run.id }, 'the run reads of its pause in the database');
        });
        return reply(run.id);
      },
    }),
    route({
      method: 'post',
      path: '/v1/bulk-actions/{id}/resume',
      audit: 'run.resumed',
      tag: 'bulk actions',
      summary: 'Let a paused run go on',
      params: runParams,
      replies: { ...REPLIES, 409: { description: 'The run is not paused, or has ended' } },
      async handle({ admin, params }) {
        const { run } = await runFor(db, admin, params.id, 'bulk-actions:run');
        if (run.pausedAt === null || run.finishedAt !== null)
          throw new Refusal('conflict', 'The run is not paused, so there is nothing to resume.');
        await runs.resume(run.id, admin.personId);
        return reply(run.id);
      },
    }),
  ];

  /** The run; refuses with `forbidden` whoever may not answer to its wait for approval. */
  async function approvableRun(admin: Admin, id: string): Promise<BulkActionView> {
    const view = await runFor(db, admin, id, 'bulk-actions:read');
    const { run, consents } = view;
    const isOwn = [run.byPersonId, ...consents.map((one) => one.byPersonId)].includes(admin.personId);
    if (isOwn && run.state === 'awaiting-approval') throw new Refusal('forbidden', OWN_APPROVAL);
    await requireRightsTo(run.ask?.approvals ?? [], admin, run);
    return view;
  }

  /** Refuses with `forbidden` whoever could not do all of this themselves, on each site where it is planned. */
  async function requireRightsTo(
    actions: readonly Approvable[],
    admin: Admin,
    run: BulkActionRow,
  ): Promise<void> {
    const sites = await listPlannedOnSites(db, run.id, run.lockSiteIds ?? []);
    for (const planned of sites)
      for (const action of actions)
        if (isPlannedFor(planned, action)) await siteFor(db, admin, planned.siteId, `people:${action}`);
  }
}

/**
 * The round that is answered: the present one unless another is named. Refuses with `conflict` one that is still to come,
 * for the rights that were asked are those to the plan of now.
 */
function roundOf({ askRound }: BulkActionRow, round = askRound): number {
  if (round <= askRound) return round;
  throw new Refusal('conflict', 'The run has not asked that yet. Look at it again, then answer.');
}
