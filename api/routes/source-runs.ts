// What a source is told over HTTP: look now, look for days that have passed, rest, go on.
import type { Admin } from '../../db/queries/admins.ts';
import { insertAuditEvent } from '../../db/queries/audit-events.ts';
import { findAskingRun } from '../../db/queries/sources/source-looks.ts';
import { askForSync, pauseSource, resumeSource } from '../../db/queries/sources/source-states.ts';
import { findSource, type SourceRow } from '../../db/queries/sources/sources.ts';
import { Refusal } from '../../domain/refusal.ts';
import { blackoutEndsAt } from '../../domain/sources/schedule.ts';
import { siteFor } from '../access.ts';
import type { ApiDeps } from '../deps.ts';
import { languageOf, languageOnly } from '../language.ts';
import { idParams } from '../query.ts';
import { type Route, route } from '../route.ts';
import {
  followSource,
  getSourceFor,
  NOT_YOURS,
  noSuchSource,
  ownerOf,
  refuseLimitedKey,
} from '../sources/access.ts';
import { toSource } from '../sources/present.ts';
import { refuseParts } from '../sources/settings.ts';
import {
  askedSourceSchema,
  sourceBackfillSchema,
  sourcePauseSchema,
  sourceRunSchema,
} from '../wire-source-runs.ts';
import { sourceSchema } from '../wire-sources.ts';

const tag = 'sources';
const TEMPORAL_AWAY = { 503: { description: 'Temporal is away: nothing was asked for' } };

export const sourceRunRoutes = (deps: ApiDeps): Route[] => [
  runNow(deps),
  backfill(deps),
  pause(deps),
  resume(deps),
];

const runNow = (deps: ApiDeps): Route =>
  route({
    method: 'post',
    path: '/v1/sources/{id}/run',
    audit: { what: 'source.asked', details: ({ body }) => ({ isRemaster: body.remaster }) },
    tag,
    summary: 'Have a source look now',
    description:
      'Also while it is paused. Its runs are its owner’s, as always. With `remaster` nothing of the last good file is ' +
      'compared with: who is not in the next one is absent, whichever way they came; so that takes all that its runs need.',
    params: idParams,
    query: languageOnly,
    body: sourceRunSchema,
    replies: {
      202: {
        description: 'The source: it is looked at as soon as a worker is free',
        schema: askedSourceSchema,
      },
      ...NOT_YOURS,
      409: { description: 'It is being looked at now, or a run of it waits for an answer' },
      ...TEMPORAL_AWAY,
    },
    async handle({ admin, params, body, request }) {
      const { db, sourceSchedules } = deps;
      const source = await getSourceFor(db, admin, params.id, 'sources:write');
      if (body.remaster) {
        // More than its owner has set up: others than those that it has brought can be absent then.
        const site = await siteFor(db, admin, source.siteId, 'sources:write');
        await refuseParts({ ...deps, language: languageOf(request) }, admin, site, source.parts);
      }
      const { id } = await readySource(deps, source);
      if (!(await askForSync(db, id, { isRemaster: body.remaster }))) throw noSuchSource();
      await sourceSchedules.trigger(id);
      return { status: 202, body: await toAsked(deps, id, languageOf(request)) };
    },
  });

const backfill = (deps: ApiDeps): Route =>
  route({
    method: 'post',
    path: '/v1/sources/{id}/backfill',
    audit: { what: 'source.asked', details: ({ body: { from, to } }) => ({ from, to }) },
    tag,
    summary: 'Have a source look once for each look that it missed',
    description:
      'One after another, as many as its schedule had between the two times; 100 at most. A look takes all that is there, ' +
      'so this is for places that give another file each time. For all others run it once.',
    params: idParams,
    query: languageOnly,
    body: sourceBackfillSchema,
    replies: {
      202: { description: 'The source', schema: askedSourceSchema },
      400: { description: 'Times that are yet to come, or between which it had no look, or too many' },
      ...NOT_YOURS,
      409: { description: 'It is paused, being looked at now, or a run of it waits for an answer' },
      ...TEMPORAL_AWAY,
    },
    async handle({ admin, params, body, request }) {
      const source = await getSourceFor(deps.db, admin, params.id, 'sources:write');
      if (source.pausedAt !== null)
        throw new Refusal('conflict', 'The source is paused. Resume it first, or run it once.');
      const { id } = await readySource(deps, source);
      await deps.sourceSchedules.backfill(id, new Date(body.from), new Date(body.to));
      return { status: 202, body: await toAsked(deps, id, languageOf(request)) };
    },
  });

/** The source, if nobody and nothing is at work for it. Throws where Temporal is away: nothing is noted then. */
async function readySource({ db, sourceSchedules, clock }: ApiDeps, source: SourceRow): Promise<SourceRow> {
  const asking = await findAskingRun(db, source.id);
  if (asking !== undefined)
    throw new Refusal(
      'conflict',
      `Run ${asking} of this source waits for an answer. Confirm it, approve it or cancel it: then the source goes on.`,
      { bulkActionId: asking },
    );
  if (!(await sourceSchedules.isRunning(source.id))) return source;
  const until = blackoutEndsAt(source.schedule, clock());
  throw new Refusal(
    'conflict',
    until === null
      ? 'It is being looked at now. Whatever has come by then is taken along: wait until it has ended.'
      : `It is being looked at now. A run of it may start from ${until.toISOString()} on, after its blackout hours.`,
  );
}

/** The source as it is by now, and from when its runs may start where that is not at once. */
async function toAsked(deps: ApiDeps, id: number, language: ReturnType<typeof languageOf>) {
  const row = await stillThere(deps, id);
  const until = blackoutEndsAt(row.schedule, deps.clock());
  return { ...(await toSource(deps, row, language)), runsMayStartAt: until?.toISOString() ?? null };
}

async function stillThere({ db }: ApiDeps, id: number): Promise<SourceRow> {
  const row = await findSource(db, id);
  if (!row) throw noSuchSource();
  return row;
}

/** Notes that a source goes on that Temporal alone holds still. Refuses with `conflict` one that nobody holds. */
async function noteLetGo({ db, sourceSchedules }: ApiDeps, admin: Admin, source: SourceRow): Promise<void> {
  const look = await sourceSchedules.look(source.id);
  // Nobody knows while Temporal is away: this throws then, as it does for all that asks it.
  if (look === undefined) await sourceSchedules.isRunning(source.id);
  if (!look?.isHeld) throw new Refusal('conflict', 'The source is not paused.');
  await insertAuditEvent(db, {
    rootId: source.rootId,
    siteId: source.siteId,
    byPersonId: admin.personId,
    what: 'source.resumed',
    subject: 'source',
    subjectId: String(source.id),
    details: {},
  });
}

const pause = (deps: ApiDeps): Route =>
  route({
    method: 'post',
    path: '/v1/sources/{id}/pause',
    audit: { what: 'source.paused', isNotedByStatement: true },
    tag,
    summary: 'Pause a source',
    description:
      'It looks no more by itself until somebody resumes it. A run of it that is under way goes on: pause or cancel that by itself.',
    params: idParams,
    query: languageOnly,
    body: sourcePauseSchema,
    replies: { 200: { description: 'The source, paused', schema: sourceSchema }, ...NOT_YOURS },
    async handle({ admin, params, body, request }) {
      const { id } = await getSourceFor(deps.db, admin, params.id, 'sources:write');
      // Where it was paused by somebody before, that stands.
      await pauseSource(deps.db, id, { reason: 'asked', byPersonId: admin.personId, note: body.note });
      await followSource(deps, id);
      return { status: 200, body: await toSource(deps, await stillThere(deps, id), languageOf(request)) };
    },
  });

const resume = (deps: ApiDeps): Route =>
  route({
    method: 'post',
    path: '/v1/sources/{id}/resume',
    audit: { what: 'source.resumed', isNotedByStatement: true },
    tag,
    summary: 'Have a paused source go on',
    description:
      'Its runs are yours from then on, so it takes all that they need. Failures of before count no longer. It looks when ' +
      'its schedule says so next; run it to have it look at once.',
    params: idParams,
    query: languageOnly,
    replies: {
      200: { description: 'The source', schema: sourceSchema },
      ...NOT_YOURS,
      409: { description: 'It is not paused, in Temporal neither' },
      503: { description: 'It is not paused, and Temporal is away: nobody knows whether it holds it still' },
    },
    async handle({ admin, params, request }) {
      const { db } = deps;
      const source = await getSourceFor(db, admin, params.id, 'sources:write');
      await refuseLimitedKey(db, admin);
      const site = await siteFor(db, admin, source.siteId, 'sources:write');
      await refuseParts({ ...deps, language: languageOf(request) }, admin, site, source.parts);
      const isResumed = await resumeSource(db, source.id, { by: ownerOf(admin) });
      if (!isResumed) await noteLetGo(deps, admin, source);
      await followSource(deps, source.id);
      return {
        status: 200,
        body: await toSource(deps, await stillThere(deps, source.id), languageOf(request)),
      };
    },
  });
