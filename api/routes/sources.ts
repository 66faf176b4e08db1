// Sources over HTTP: set up, listed, changed and removed. Their secrets go in and never come out.
import { insertSource, listSources, removeSource, updateSource } from '../../db/queries/sources/sources.ts';
import { Refusal } from '../../domain/refusal.ts';
import { siteFor, topsFor } from '../access.ts';
import type { ApiDeps } from '../deps.ts';
import { languageOf, languageOnly, languageQuery } from '../language.ts';
import { numberFromCursor, toPage } from '../present.ts';
import { idParams, pageQuery, siteQuery } from '../query.ts';
import { type Route, route } from '../route.ts';
import {
  followSource,
  getSourceFor,
  NOT_YOURS,
  noSuchSource,
  ownerOf,
  refuseLimitedKey,
} from '../sources/access.ts';
import { toSource, toSources } from '../sources/present.ts';
import { changedSettings, newSettings } from '../sources/settings.ts';
import { pageOf } from '../wire.ts';
import { newSourceSchema, sourcePatchSchema, sourceSchema } from '../wire-sources.ts';

const tag = 'sources';

export const sourceRoutes = (deps: ApiDeps): Route[] => [
  ...readRoutes(deps),
  create(deps),
  change(deps),
  remove(deps),
];

const readRoutes = (deps: ApiDeps): Route[] => [
  route({
    method: 'get',
    path: '/v1/sources',
    tag,
    summary: 'The sources of your sites',
    query: pageQuery.extend({
      site: siteQuery.optional().describe('Those of this site and of all below it'),
      ...languageQuery,
    }),
    replies: {
      200: { description: 'A page of sources, without their secrets', schema: pageOf(sourceSchema) },
      403: { description: 'You lack bulk-actions:read' },
      404: { description: 'The site is not there, or not one of yours' },
    },
    async handle({ admin, query, request }) {
      const tops = await topsFor(deps.db, admin, query.site, 'bulk-actions:read');
      const after = numberFromCursor(query.cursor);
      const rows = await listSources(deps.db, tops, { after, limit: query.limit + 1 });
      const shown = await toSources(deps, rows, languageOf(request));
      const page = toPage(
        shown,
        query.limit,
        (source) => source,
        ({ id }) => id,
      );
      return { status: 200, body: page };
    },
  }),
  route({
    method: 'get',
    path: '/v1/sources/{id}',
    tag,
    summary: 'One source',
    params: idParams,
    query: languageOnly,
    replies: { 200: { description: 'The source, without its secret', schema: sourceSchema }, ...NOT_YOURS },
    async handle({ admin, params, request }) {
      const row = await getSourceFor(deps.db, admin, params.id, 'bulk-actions:read');
      return { status: 200, body: await toSource(deps, row, languageOf(request)) };
    },
  }),
];

const create = (deps: ApiDeps): Route =>
  route({
    method: 'post',
    path: '/v1/sources',
    audit: 'source.created',
    tag,
    summary: 'Have files taken from somewhere by themselves',
    description:
      'Its runs are yours from then on, with the rights that you have by then: so it takes all that its runs need, beside ' +
      'sources:write. Try the settings first by POST /v1/sources/test.',
    query: languageOnly,
    body: newSourceSchema,
    replies: {
      201: { description: 'The source, without its secret', schema: sourceSchema },
      400: { description: 'Something about it would never work; each fault says what' },
      403: { description: 'You lack sources:write, or a right that its runs need' },
      404: { description: 'The site is not there, or not one of yours' },
      409: { description: 'The site has another source of that name' },
    },
    async handle({ admin, body, request }) {
      const { db } = deps;
      const site = await siteFor(db, admin, body.siteId, 'sources:write');
      await refuseLimitedKey(db, admin);
      const { settings, secret } = await newSettings(
        { ...deps, language: languageOf(request) },
        admin,
        site,
        body,
      );
      const by = ownerOf(admin);
      const row = await insertSource(db, { ...settings, siteId: site.id, rootId: site.rootId, secret, by });
      await followSource(deps, row.id);
      return { status: 201, body: await toSource(deps, row, languageOf(request)) };
    },
  });

const change = (deps: ApiDeps): Route =>
  route({
    method: 'patch',
    path: '/v1/sources/{id}',
    audit: 'source.changed',
    tag,
    summary: 'Change a source',
    description:
      'What is named is replaced whole, the rest stays; its runs are yours from then on. A secret that is left out stays, ' +
      'unless the place leads elsewhere: then it is given again, so that none is ever sent to somebody else. A paused source stays paused.',
    params: idParams,
    query: languageOnly,
    body: sourcePatchSchema,
    replies: {
      200: { description: 'The source, without its secret', schema: sourceSchema },
      400: { description: 'Something about it would never work; each fault says what' },
      ...NOT_YOURS,
      409: { description: 'Somebody has changed it meanwhile, or the site has another source of that name' },
    },
    async handle({ admin, params, body, request }) {
      const { db } = deps;
      const before = await getSourceFor(db, admin, params.id, 'sources:write');
      await refuseLimitedKey(db, admin);
      if (body.version !== undefined && body.version !== before.version) throw movedOn();
      const site = await siteFor(db, admin, before.siteId, 'sources:write');
      const { patch, secret } = await changedSettings(
        { ...deps, language: languageOf(request) },
        admin,
        site,
        before,
        body,
      );
      const changing = { by: ownerOf(admin), version: before.version };
      const row = await updateSource(
        db,
        before.id,
        { ...patch, ...(secret !== undefined && { secret }) },
        changing,
      );
      if (!row) throw movedOn();
      await followSource(deps, row.id);
      return { status: 200, body: await toSource(deps, row, languageOf(request)) };
    },
  });

const movedOn = () =>
  new Refusal('conflict', 'The source has been changed meanwhile. Read it again, then change it.');

const remove = (deps: ApiDeps): Route =>
  route({
    method: 'delete',
    path: '/v1/sources/{id}',
    audit: 'source.removed',
    tag,
    summary: 'Remove a source',
    description:
      'It looks no more, and its secret is gone at once. Its runs stay; files that it has not taken stay where they are.',
    params: idParams,
    replies: { 204: { description: 'It is removed' }, ...NOT_YOURS },
    async handle({ admin, params }) {
      const { id } = await getSourceFor(deps.db, admin, params.id, 'sources:write');
      if (!(await removeSource(deps.db, id))) throw noSuchSource();
      await followSource(deps, id);
      return { status: 204 };
    },
  });
