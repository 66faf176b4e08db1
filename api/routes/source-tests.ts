// Tests of the way to a source over HTTP: with settings that are saved, or not yet.
import { z } from 'zod';
import { siteFor } from '../access.ts';
import type { ApiDeps } from '../deps.ts';
import { languageOf, languageQuery } from '../language.ts';
import { idParams } from '../query.ts';
import { type Route, route } from '../route.ts';
import { getSourceFor, NOT_YOURS } from '../sources/access.ts';
import { secretToTry, triedPlace } from '../sources/connection-test.ts';
import { secretOf } from '../sources/settings.ts';
import { newSourceTestSchema, sourceTestResultSchema, sourceTestSchema } from '../wire-source-tests.ts';

const tag = 'sources';
const description =
  'It says what is there, which pattern each file matches and what belongs together; or, with 200 too, what is in the way. ' +
  'For an SFTP server of which no key is named it shows those that it has, and does not sign in. Nothing is saved or moved; ' +
  'it takes 15 seconds at most.';
const result = { description: 'What was found, or what is in the way', schema: sourceTestResultSchema };

export const sourceTestRoutes = (deps: ApiDeps): Route[] => [tryNew(deps), trySaved(deps)];

const tryNew = (deps: ApiDeps): Route =>
  route({
    method: 'post',
    path: '/v1/sources/test',
    audit: 'source.tested',
    tag,
    summary: 'Try settings of a source that are not saved yet',
    description,
    query: z.object(languageQuery),
    body: newSourceTestSchema,
    replies: {
      200: result,
      403: { description: 'You lack sources:write on the site' },
      404: { description: 'The site is not there, or not one of yours' },
    },
    async handle({ admin, body, request }) {
      await siteFor(deps.db, admin, body.siteId, 'sources:write');
      const { place, secret, parts = [], readiness, rowCount } = body;
      const rules = { parts, readiness, rowCount };
      const tried = await triedPlace(deps, place, () => secretOf(secret), rules, languageOf(request));
      return { status: 200, body: tried };
    },
  });

const trySaved = (deps: ApiDeps): Route =>
  route({
    method: 'post',
    path: '/v1/sources/{id}/test',
    audit: 'source.tested',
    tag,
    summary: 'Try the way to a source',
    description: `${description} What the body names is tried in place of what is saved; a secret goes nowhere else.`,
    params: idParams,
    query: z.object(languageQuery),
    body: sourceTestSchema.optional(),
    replies: { 200: result, ...NOT_YOURS },
    async handle({ admin, params, body = {}, request }) {
      const source = await getSourceFor(deps.db, admin, params.id, 'sources:write');
      const { place = source.place, secret, rowCount = source.rowCount } = body;
      const { parts = source.parts, readiness = source.readiness } = body;
      const rules = { parts, readiness, rowCount };
      const toTry = secretToTry(deps, source, place, secret, languageOf(request));
      return {
        status: 200,
        body: await triedPlace(deps, place, toTry, rules, languageOf(request)),
      };
    },
  });
