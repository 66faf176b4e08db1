// Saved lists of people over HTTP: kept under a name, for oneself or for everybody of the site.
import { z } from 'zod';
import type { Database } from '../../db/client.ts';
import type { Admin } from '../../db/queries/admins.ts';
import { countPeople } from '../../db/queries/people-page.ts';
import {
  deletePeopleView,
  findPeopleView,
  insertPeopleView,
  listPeopleViews,
  type PeopleViewRow,
  updatePeopleView,
} from '../../db/queries/people-views.ts';
import { getSite } from '../../db/queries/sites.ts';
import type { FieldDefinition } from '../../domain/field-definition.ts';
import { type PersonFilter, readPersonFilter } from '../../domain/person-filter.ts';
import { Refusal } from '../../domain/refusal.ts';
import { isAllowed } from '../../domain/rights.ts';
import { requirePermission, siteFor } from '../access.ts';
import type { ApiDeps } from '../deps.ts';
import { fieldsOfSites } from '../people-query.ts';
import { filtersFrom } from '../person-content.ts';
import { InvalidRequest } from '../problems.ts';
import { idParams, siteQuery } from '../query.ts';
import { type Route, route } from '../route.ts';
import {
  newPeopleViewSchema,
  type PeopleViewWire,
  peopleViewPatchSchema,
  peopleViewSchema,
} from '../wire-people.ts';

const VIEWS_MAX = 30;

/** Fields that name somebody: what a view is filtered by is kept, and shown to others. */
const NAMING: readonly string[] = [
  'identifier',
  'email',
  'username',
  'first_name',
  'last_name',
  'display_name',
  'supervisor',
];

const REPLIES = {
  400: { description: 'A filter is of no field of the site, or would name somebody' },
  403: { description: 'You lack people:read on the site, or people:update where everybody has the view' },
  404: { description: 'The view or the site is not there, or not one of yours' },
} as const;

export function peopleViewRoutes({ db }: ApiDeps): Route[] {
  return [
    route({
      method: 'get',
      path: '/v1/people-views',
      tag: 'people',
      summary: 'Saved lists of people',
      description: 'Of a site and those above it: your own, and those that everybody has.',
      query: z.object({
        site: siteQuery,
        counts: z
          .enum(['true', 'false'])
          .default('false')
          .describe('true: how many people each finds at the site'),
      }),
      replies: {
        200: { description: 'The views', schema: z.object({ items: z.array(peopleViewSchema) }) },
        403: REPLIES[403],
        404: REPLIES[404],
      },
      async handle({ admin, query }) {
        const site = await siteFor(db, admin, query.site, 'people:read');
        const rows = await listPeopleViews(db, site.path, admin.personId);
        const definitions =
          query.counts === 'true' && rows.length > 0 ? await fieldsOfSites(db, [site.id]) : [];
        const items = [];
        for (const row of rows) {
          const people =
            query.counts === 'true' ? { people: await countOf(db, row, site.id, definitions) } : {};
          items.push({ ...(await toView(db, admin, row)), ...people });
        }
        return { status: 200, body: { items } };
      },
    }),
    route({
      method: 'post',
      path: '/v1/people-views',
      audit: {
        what: 'people-view.saved',
        details: ({ body }) => ({ siteId: body.siteId, isShared: body.isShared }),
      },
      tag: 'people',
      summary: 'Save a list of people',
      body: newPeopleViewSchema,
      replies: {
        201: { description: 'The view', schema: peopleViewSchema },
        409: { description: `There are ${VIEWS_MAX} already` },
        ...REPLIES,
      },
      async handle({ admin, body }) {
        const site = await siteFor(db, admin, body.siteId, 'people:read');
        if (body.isShared) requirePermission(admin, 'people:update', site);
        await refuseFilters(db, site.id, body.view.filters);
        const byPersonId = body.isShared ? null : admin.personId;
        const row = await insertPeopleView(
          db,
          { siteId: site.id, byPersonId, name: body.name, view: body.view },
          VIEWS_MAX,
        );
        if (!row)
          throw new Refusal(
            'conflict',
            `There are ${VIEWS_MAX} views already. Remove one that nobody needs.`,
          );
        return { status: 201, body: await toView(db, admin, row) };
      },
    }),
    route({
      method: 'patch',
      path: '/v1/people-views/{id}',
      audit: 'people-view.saved',
      tag: 'people',
      summary: 'Rename a saved list of people, or change what it finds',
      params: idParams,
      body: peopleViewPatchSchema,
      replies: { 200: { description: 'The view', schema: peopleViewSchema }, ...REPLIES },
      async handle({ admin, params, body }) {
        const view = await viewToChange(db, admin, params.id);
        if (body.view) await refuseFilters(db, view.siteId, body.view.filters);
        const row = await updatePeopleView(db, view.id, body);
        if (!row) throw missing(params.id);
        return { status: 200, body: await toView(db, admin, row) };
      },
    }),
    route({
      method: 'delete',
      path: '/v1/people-views/{id}',
      audit: 'people-view.removed',
      tag: 'people',
      summary: 'Remove a saved list of people',
      description: 'The people stay as they are.',
      params: idParams,
      replies: { 204: { description: 'It is gone' }, 403: REPLIES[403], 404: REPLIES[404] },
      async handle({ admin, params }) {
        const view = await viewToChange(db, admin, params.id);
        await deletePeopleView(db, view.id);
        return { status: 204 };
      },
    }),
  ];
}

const missing = (id: number) => new Refusal('missing', `There is no view ${id}, or it is not one of yours.`);

/** A view that the admin may change. One of somebody else, or out of sight, is `missing`. */
async function viewToChange(db: Database, admin: Admin, id: number): Promise<PeopleViewRow> {
  const view = await findPeopleView(db, id, admin.personId);
  if (!view) throw missing(id);
  const site = await siteFor(db, admin, view.siteId, 'people:read').catch((error: unknown) => {
    throw error instanceof Refusal && error.code === 'missing' ? missing(id) : error;
  });
  if (view.byPersonId === null) requirePermission(admin, 'people:update', site);
  return view;
}

async function toView(db: Database, admin: Admin, row: PeopleViewRow): Promise<PeopleViewWire> {
  const { id, siteId, byPersonId, name, view } = row;
  const isShared = byPersonId === null;
  const isMine = !isShared || isAllowed(admin.grants, 'people:update', (await getSite(db, siteId)).path);
  return {
    id,
    siteId,
    name,
    isShared,
    isMine,
    view: {
      filters: [...view.filters],
      columns: [...view.columns],
      sort: view.sort as PeopleViewWire['view']['sort'],
    },
  };
}

/** Refuses words that are no filters there, and those that would keep who somebody is. */
async function refuseFilters(db: Database, siteId: number, words: readonly string[]): Promise<void> {
  const definitions = await fieldsOfSites(db, [siteId]);
  filtersFrom(words, definitions, 'view.filters');
  // What is unique is one person's, as a passport's number is.
  const names = [...NAMING, ...definitions.flatMap(({ name, unique }) => (unique ? [name] : []))];
  const naming = words.find((word) => names.includes(word.split(/[=~]/, 1)[0] ?? ''));
  if (naming !== undefined)
    throw new InvalidRequest([
      {
        path: 'view.filters',
        message: 'A saved view names nobody. Leave filters by name, email, identifier and unique fields out.',
      },
    ]);
}

/** How many people a view finds at a site; null where a field that it filters by is gone, or does not hold there. */
async function countOf(
  db: Database,
  { view }: PeopleViewRow,
  siteId: number,
  definitions: readonly FieldDefinition[],
): Promise<number | null> {
  const custom = new Set(definitions.map(({ name }) => name));
  const filters = view.filters.map((word) => readPersonFilter(word, custom));
  if (filters.some((filter) => filter === undefined)) return null;
  return countPeople(db, { siteIds: [siteId], filters: filters as PersonFilter[] });
}
