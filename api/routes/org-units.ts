// Org units over HTTP: listed, made by hand or by a file, renamed, moved and removed.
import { z } from 'zod';
import type { Database } from '../../db/client.ts';
import type { Admin } from '../../db/queries/admins.ts';
import {
  deleteOrgUnit,
  findOrgUnit,
  findOrgUnitByName,
  insertOrgUnit,
  insertOrgUnits,
  listNamedOrgUnits,
  listOrgUnits,
  type OrgUnitRow,
  updateOrgUnit,
} from '../../db/queries/org-units.ts';
import { planOrgUnits } from '../../domain/org-unit.ts';
import { Refusal } from '../../domain/refusal.ts';
import { hiddenAs, siteFor, topsFor } from '../access.ts';
import type { ApiDeps } from '../deps.ts';
import { heldUp } from '../held-up.ts';
import { languageOf, languageQuery } from '../language.ts';
import { LIST_FILE_TYPES, readListFile } from '../list-file.ts';
import { importList } from '../list-import.ts';
import { numberFromCursor, toPage } from '../present.ts';
import { InvalidRequest } from '../problems.ts';
import { idParams, pageQuery, siteQuery } from '../query.ts';
import { type Route, route } from '../route.ts';
import { pageOf } from '../wire.ts';
import { importedSchema, newOrgUnitSchema, orgUnitPatchSchema, orgUnitSchema } from '../wire-org.ts';

const FILE = { name: 'needed', parent: 'optional' } as const;

export function orgUnitRoutes({ db }: ApiDeps): Route[] {
  return [
    route({
      method: 'get',
      path: '/v1/org-units',
      tag: 'org units',
      summary: 'The org units of your sites',
      description: 'Of a site and all below it, or of all your sites.',
      query: pageQuery.extend({
        site: siteQuery.optional(),
        people: z.enum(['true', 'false']).optional().describe('true: with how many people are in each'),
      }),
      replies: { 200: { description: 'A page of org units', schema: pageOf(orgUnitSchema) } },
      async handle({ admin, query }) {
        const tops = await topsFor(db, admin, query.site, 'sites:read');
        const page = { after: numberFromCursor(query.cursor), limit: query.limit + 1 };
        const rows = await listOrgUnits(db, tops, { ...page, isCounted: query.people === 'true' });
        return {
          status: 200,
          body: toPage(
            rows,
            query.limit,
            (unit) => unit,
            (unit) => unit.id,
          ),
        };
      },
    }),
    route({
      method: 'post',
      path: '/v1/org-units',
      audit: 'org-unit.created',
      tag: 'org units',
      summary: 'Make an org unit',
      description:
        'On a site, below another unit of it or at the top. The same name and parent again give the same unit.',
      body: newOrgUnitSchema,
      replies: {
        201: { description: 'The org unit', schema: orgUnitSchema },
        403: { description: 'You lack org-units:write on the site' },
        404: { description: 'The site is not there, or not one of yours; or there is no such unit above' },
        409: { description: 'The name is taken on the site' },
      },
      async handle({ admin, body }) {
        await siteFor(db, admin, body.siteId, 'org-units:write');
        const parentId = (await parentFrom(db, body.siteId, body)) ?? null;
        return { status: 201, body: await insertOrgUnit(db, { ...body, parentId }) };
      },
    }),
    route({
      method: 'post',
      path: '/v1/org-units/import',
      audit: 'org-units.imported',
      tag: 'org units',
      summary: 'Add the org units of a file',
      description:
        'CSV or XLSX with the columns `name` and `parent`, a blank parent for one at the top. Parents may stand in the ' +
        'same file, in any order. What is there stays: a row with another parent is refused, nothing is moved.',
      query: z.object({ site: siteQuery, ...languageQuery }),
      rawBody: LIST_FILE_TYPES,
      replies: {
        200: { description: 'What came of its rows', schema: importedSchema },
        403: { description: 'You lack org-units:write on the site' },
        404: { description: 'The site is not there, or not one of yours' },
        413: { description: 'The file is too large' },
        422: { description: 'The file can’t be read, has no rows, or lacks a column' },
      },
      async handle({ admin, query, request }) {
        const site = await siteFor(db, admin, query.site, 'org-units:write');
        const rows = await readListFile(request, FILE);
        const imported = await importList(
          async () => planOrgUnits(rows, await listNamedOrgUnits(db, site.id)),
          (units) => insertOrgUnits(db, site.id, units),
          languageOf(request),
        );
        return { status: 200, body: imported };
      },
    }),
    route({
      method: 'patch',
      path: '/v1/org-units/{id}',
      audit: 'org-unit.updated',
      tag: 'org units',
      summary: 'Rename or move an org unit',
      description: 'Within its site. Its people, and the units below it, go along.',
      params: idParams,
      body: orgUnitPatchSchema,
      replies: {
        200: { description: 'The org unit', schema: orgUnitSchema },
        403: { description: 'You lack org-units:write on its site' },
        404: { description: 'It is not there, or not one of yours; or there is no such unit above' },
        409: { description: 'The name is taken, or it would come to stand below itself' },
      },
      async handle({ admin, params, body }) {
        const unit = await orgUnitFor(db, admin, params.id);
        const parentId = await parentFrom(db, unit.siteId, body);
        await updateOrgUnit(db, unit, {
          ...(body.name !== undefined && { name: body.name }),
          ...(parentId !== undefined && { parentId }),
        });
        return { status: 200, body: (await findOrgUnit(db, unit.id)) ?? unit };
      },
    }),
    route({
      method: 'delete',
      path: '/v1/org-units/{id}',
      audit: 'org-unit.deleted',
      tag: 'org units',
      summary: 'Remove an org unit',
      params: idParams,
      replies: {
        204: { description: 'The org unit is gone' },
        403: { description: 'You lack org-units:write on its site' },
        404: { description: 'It is not there, or not one of yours' },
        409: { description: 'People are in it, or units below it: the message says how many' },
        423: { description: 'A run is changing people who may be in it' },
      },
      async handle({ admin, params }) {
        const holder = await deleteOrgUnit(db, await orgUnitFor(db, admin, params.id));
        if (holder) throw await heldUp(db, holder);
        return { status: 204 };
      },
    }),
  ];
}

async function orgUnitFor(db: Database, admin: Admin, id: number): Promise<OrgUnitRow> {
  const message = 'There is no such org unit, or it is not one of yours.';
  const unit = await findOrgUnit(db, id);
  if (!unit) throw new Refusal('missing', message);
  await siteFor(db, admin, unit.siteId, 'org-units:write').catch(hiddenAs(message));
  return unit;
}

/** The unit above, by its id or its name; undefined where nothing is said of it. */
async function parentFrom(
  db: Database,
  siteId: number,
  { parentId, parent }: { parentId?: number | null | undefined; parent?: string | undefined },
): Promise<number | null | undefined> {
  if (parent === undefined) return parentId;
  if (parentId !== undefined)
    throw new InvalidRequest([
      { path: 'parent', message: 'Name the org unit above by id or by name, not both.' },
    ]);
  const found = await findOrgUnitByName(db, siteId, parent);
  if (!found)
    throw new Refusal('missing', `Site ${siteId} has no org unit of the name that the one above is to have.`);
  return found.id;
}
