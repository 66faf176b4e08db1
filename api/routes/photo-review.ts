// What admins say of photos that wait, over HTTP: approved, sent back with the reason, and taken back.
import { buffer } from 'node:stream/consumers';
import { type Quarters, turnedPicture } from '../../adapters/pictures.ts';
import type { Database } from '../../db/client.ts';
import type { Admin } from '../../db/queries/admins.ts';
import { listPhotoSites } from '../../db/queries/photos/photo-list.ts';
import {
  approvePhotos,
  type Decided,
  declinePhotos,
  reconsiderPhoto,
} from '../../db/queries/photos/photo-review.ts';
import { replacePicture } from '../../db/queries/photos/turn-photo.ts';
import { type Crop, DECISION_GRACE_SECONDS, type DeclineReason, isCropOf } from '../../domain/photo.ts';
import { Refusal } from '../../domain/refusal.ts';
import { hiddenAs, requireSomewhere, siteFor } from '../access.ts';
import type { ApiDeps } from '../deps.ts';
import { heldUp } from '../held-up.ts';
import { NO_PHOTO, photoFor } from '../photo-access.ts';
import { toDecision, toPhoto } from '../present-photo.ts';
import { DecidedBefore, InvalidRequest } from '../problems.ts';
import { erasePicture, storePicture } from '../received-picture.ts';
import { type Route, route } from '../route.ts';
import { pictureInTurn } from '../turnstile.ts';
import {
  approvalSchema,
  photoSchema,
  type Reviewed,
  reviewedSchema,
  reviewSchema,
  sendBackSchema,
  turnSchema,
} from '../wire-photo-review.ts';
import { photoParams } from './photos.ts';

const REPLIES = {
  200: { description: 'The photo', schema: photoSchema },
  403: { description: 'You lack photos:review on the site' },
  404: { description: 'The photo is not there, or not of your sites' },
  409: { description: 'Somebody has decided before: `decision` says who, and what' },
  423: { description: 'A run is changing the people of the site: `lock` says which one and how far it is' },
};

export function photoReviewRoutes(deps: ApiDeps): Route[] {
  const { db } = deps;
  const shown = async (admin: Admin, id: string) =>
    ({ status: 200, body: toPhoto(await photoFor(db, admin, id, 'photos:review')) }) as const;
  return [
    route({
      method: 'post',
      path: '/v1/photos/{id}/approve',
      audit: { what: 'photo.approved', isNotedByStatement: true },
      tag: 'photos',
      summary: 'Approve a photo',
      description:
        'It takes the place of the one before. Its cardholder is told by mail in ten seconds; until then the decision can ' +
        'be taken back.',
      params: photoParams,
      body: approvalSchema,
      replies: REPLIES,
      async handle({ admin, params, body }) {
        const photo = await photoFor(db, admin, params.id, 'photos:review');
        if (body.crop) requireInside(body.crop, photo);
        await told(deps, await approvePhotos(db, [photo.id], admin.personId, body.crop));
        return shown(admin, photo.id);
      },
    }),
    route({
      method: 'post',
      path: '/v1/photos/{id}/send-back',
      audit: { what: 'photo.sent-back', isNotedByStatement: true },
      tag: 'photos',
      summary: 'Send a photo back',
      description:
        'With the reason, a note, or both. Its cardholder is told by mail in ten seconds and can send another one; until ' +
        'then the decision can be taken back.',
      params: photoParams,
      body: sendBackSchema,
      replies: REPLIES,
      async handle({ admin, params, body }) {
        const photo = await photoFor(db, admin, params.id, 'photos:review');
        const { reasons, note } = body;
        await told(deps, await declinePhotos(db, [photo.id], admin.personId, reasons, note));
        return shown(admin, photo.id);
      },
    }),
    route({
      method: 'post',
      path: '/v1/photos/{id}/reconsider',
      audit: { what: 'photo.reconsidered', isNotedByStatement: true },
      tag: 'photos',
      summary: 'Take a decision about a photo back',
      description: 'As long as the mail about it has not left: the photo waits again.',
      params: photoParams,
      replies: { ...REPLIES, 409: { description: 'The mail has left, or another photo has come since' } },
      async handle({ admin, params }) {
        const photo = await photoFor(db, admin, params.id, 'photos:review');
        const result = await reconsiderPhoto(db, photo.id, admin.personId);
        if (result.kind === 'locked') throw await heldUp(db, result.holder);
        if (result.kind === 'missing') throw new Refusal('missing', NO_PHOTO);
        if (result.kind === 'too-late') throw new Refusal('conflict', TOO_LATE);
        await deps.followUps.nudge(result.runIds);
        return shown(admin, photo.id);
      },
    }),
    turnRoute(deps),
    bulkRoute(deps),
  ];
}

const turnRoute = (deps: ApiDeps): Route =>
  route({
    method: 'post',
    path: '/v1/photos/{id}/turn',
    audit: { what: 'photo.turned', details: ({ body }) => ({ quarters: body.quarters }) },
    tag: 'photos',
    summary: 'Turn a photo that waits',
    description: 'All of it goes on the card then, until a part is chosen. Nobody is told.',
    params: photoParams,
    body: turnSchema,
    replies: {
      200: { description: 'The photo, turned', schema: photoSchema },
      403: { description: 'You lack photos:review on the site' },
      404: { description: 'The photo is not there, or not of your sites' },
      409: { description: 'Somebody has decided about it, or turned it, meanwhile' },
    },
    async handle({ admin, params, body }) {
      const { db, files } = deps;
      const photo = await photoFor(db, admin, params.id, 'photos:review');
      if (photo.state !== 'waiting') throw new Refusal('conflict', WAITS_NO_MORE);
      const content = await buffer(await files.read(photo.fileKey).catch(gone));
      const quarters = body.quarters as Quarters;
      const prepared = await pictureInTurn(() => turnedPicture(content, quarters, deps.photos));
      const picture = await storePicture({ db, files }, prepared);
      const isTurned = await replacePicture(db, photo, picture);
      // What is left behind, the sweep erases: as soon as it can be, it is done here.
      const left = isTurned ? photo.fileKey : picture.fileKey;
      await erasePicture(files, left);
      if (!isTurned) throw new Refusal('conflict', WAITS_NO_MORE);
      return { status: 200, body: toPhoto(await photoFor(db, admin, photo.id, 'photos:review')) };
    },
  });

const WAITS_NO_MORE = 'Somebody has decided about the photo, or turned it, meanwhile.';

/** Deleted since its row was read. */
function gone(error: unknown): never {
  throw error instanceof Refusal && error.code === 'gone' ? new Refusal('missing', NO_PHOTO) : error;
}

const bulkRoute = (deps: ApiDeps): Route =>
  route({
    method: 'post',
    path: '/v1/photos/review',
    audit: {
      what: 'photos.reviewed',
      details: ({ body, reply }) => ({ decision: body.decision, decided: (reply as Reviewed).decided }),
    },
    tag: 'photos',
    summary: 'Decide about many photos',
    description: 'Each by itself: what can’t be decided about stays as it is, and `outcome` says why.',
    body: reviewSchema,
    replies: {
      200: { description: 'What became of each, in their order', schema: reviewedSchema },
      403: { description: 'You lack photos:review on the site of one of them; nothing is decided' },
    },
    async handle({ admin, body }) {
      const { db } = deps;
      const ids = [...new Set(body.ids)];
      const mine = await reviewable(db, admin, ids);
      const decided =
        body.decision === 'approve'
          ? await approvePhotos(db, mine, admin.personId)
          : await declinePhotos(db, mine, admin.personId, body.reasons as DeclineReason[], body.note);
      await announce(deps, decided);
      const byId = new Map(decided.map((one) => [one.id, one]));
      const items = ids.map((id) => toOutcome(byId.get(id) ?? { id, kind: 'missing' }));
      return {
        status: 200,
        body: { items, decided: items.filter(({ outcome }) => outcome === 'decided').length },
      };
    },
  });

const TOO_LATE =
  'It is too late: the mail about the decision has left, or another photo has come. Decide about what is there now.';

/** Those of the photos that the admin sees. Refuses with `forbidden` where they may not decide about one of these. */
async function reviewable(db: Database, admin: Admin, ids: readonly string[]): Promise<string[]> {
  requireSomewhere(admin, 'photos:review');
  const found = await listPhotoSites(db, ids);
  const hidden = new Set<number>();
  for (const siteId of new Set(found.map((photo) => photo.siteId)))
    await siteFor(db, admin, siteId, 'photos:review')
      .catch(hiddenAs(NO_PHOTO))
      .catch((error: unknown) => {
        if (!(error instanceof Refusal && error.code === 'missing')) throw error;
        hidden.add(siteId);
      });
  return found.filter(({ siteId }) => !hidden.has(siteId)).map(({ id }) => id);
}

function requireInside(crop: Crop, { width, height }: { width: number | null; height: number | null }): void {
  if (width === null || height === null || isCropOf(crop, { width, height })) return;
  const message = `The crop reaches out of the picture, which has ${width} × ${height} pixels.`;
  throw new InvalidRequest([{ path: 'crop', message }]);
}

/** Tells of one decision; refuses where it could not be made. */
async function told(deps: ApiDeps, [one]: readonly Decided[]): Promise<void> {
  if (!one || one.kind === 'missing') throw new Refusal('missing', NO_PHOTO);
  if (one.kind === 'locked') throw await heldUp(deps.db, one.holder);
  if (one.kind === 'not-waiting') throw new DecidedBefore(toDecision(one.former));
  if (one.kind === 'not-active')
    throw new Refusal('conflict', 'This person is archived. Restore the person first, then decide.');
  await announce(deps, [one]);
}

/** Has mails sent and follow-ups count. What fails is made up for by the sweep: everything is in the database. */
async function announce({ cardholderMails, followUps, log }: ApiDeps, decided: readonly Decided[]) {
  const done = decided.flatMap((one) => (one.kind === 'decided' ? [one] : []));
  const mailIds = done.flatMap(({ mailId }) => (mailId === null ? [] : [mailId]));
  if (mailIds.length > 0)
    await cardholderMails
      .start(mailIds, { delayMs: DECISION_GRACE_SECONDS * 1000 })
      .catch((error: unknown) => {
        log.warn({ err: error, mails: mailIds.length }, 'mails about photos wait for the sweep');
      });
  const runIds = [...new Set(done.flatMap(({ runIds }) => runIds))];
  if (runIds.length > 0) await followUps.nudge(runIds);
}

function toOutcome(one: Decided): Reviewed['items'][number] {
  const { id, kind } = one;
  if (kind === 'not-waiting') return { id, outcome: kind, decision: toDecision(one.former) };
  if (kind === 'locked') return { id, outcome: kind, runId: one.holder.bulkActionId };
  return { id, outcome: kind };
}
