// People over HTTP: searched, exported, read, made and changed one by one.
import type { Database } from '../../db/client.ts';
import type { Admin } from '../../db/queries/admins.ts';
import { listFieldDefinitions } from '../../db/queries/field-definitions.ts';
import {
  contentOf,
  type Edit,
  findHolder,
  findPerson,
  insertPerson,
  isSameContent,
  type PersonRow,
  updatePerson,
} from '../../db/queries/people.ts';
import { listPeople } from '../../db/queries/people-list.ts';
import { Refusal } from '../../domain/refusal.ts';
import type { Permission } from '../../domain/rights.ts';
import { hiddenAs, siteFor, topsFor } from '../access.ts';
import type { ApiDeps } from '../deps.ts';
import { heldUp } from '../held-up.ts';
import { exportedPeople, exportHeader } from '../people-export.ts';
import { fieldsOfSites, peopleQueryFrom } from '../people-query.ts';
import { contentFrom, type GivenContent } from '../person-content.ts';
import { numberFromCursor, toPage, toPerson } from '../present.ts';
import { InvalidRequest } from '../problems.ts';
import { idParams, ifMatchHeader, pageQuery, peopleQuery } from '../query.ts';
import { type Route, route } from '../route.ts';
import { sendCsv } from '../stream-reply.ts';
import { newPersonSchema, pageOf, personPatchSchema, personSchema } from '../wire.ts';

/** Other edits may slip in between reading a person and writing; so many in a row are no chance any more. */
const ATTEMPTS_MAX = 5;

const EDIT_REPLIES = {
  409: {
    description: 'A unique value belongs to somebody else (`key-taken`), or the person has changed meanwhile',
  },
  423: { description: 'A run is changing the people of the site: `lock` says which one and how far it is' },
};

export function peopleRoutes({ db }: ApiDeps): Route[] {
  return [
    route({
      method: 'get',
      path: '/v1/people',
      tag: 'people',
      summary: 'Search people',
      description: 'Of a site and all below it, or of all your sites. Of any status, unless one is given.',
      query: peopleQuery.extend(pageQuery.shape),
      replies: { 200: { description: 'A page of people', schema: pageOf(personSchema) } },
      async handle({ admin, query }) {
        const siteIds = await topsFor(db, admin, query.site, 'people:read');
        const wanted = peopleQueryFrom(query, siteIds, await fieldsOfSites(db, siteIds));
        const after = numberFromCursor(query.cursor);
        const rows = await listPeople(db, wanted, { after, limit: query.limit + 1 });
        return { status: 200, body: toPage(rows, query.limit, toPerson, (person) => person.id) };
      },
    }),
    route({
      method: 'get',
      path: '/v1/people.csv',
      tag: 'people',
      summary: 'Export people as CSV',
      description:
        'Active people, unless a status is given. It can be edited and uploaded again. A cell that a spreadsheet ' +
        'would run gets a leading apostrophe, which is taken off again by an upload.',
      query: peopleQuery,
      replies: { 200: { description: exportHeader([]).join(', '), contentType: 'text/csv' } },
      async handle({ admin, query, response }) {
        const siteIds = await topsFor(db, admin, query.site, 'people:export');
        const definitions = await fieldsOfSites(db, siteIds);
        const wanted = peopleQueryFrom({ ...query, status: query.status ?? 'active' }, siteIds, definitions);
        await sendCsv(
          response,
          'people.csv',
          exportHeader(definitions),
          exportedPeople(db, wanted, definitions),
        );
        return undefined;
      },
    }),
    route({
      method: 'get',
      path: '/v1/people/{id}',
      tag: 'people',
      summary: 'One person',
      params: idParams,
      replies: {
        200: { description: 'The person; `ETag` is the version', schema: personSchema },
        404: { description: 'The person is not there, or not of your sites' },
      },
      async handle({ admin, params }) {
        return personReply(200, await personFor(db, admin, params.id, 'people:read'));
      },
    }),
    route({
      method: 'post',
      path: '/v1/people',
      tag: 'people',
      summary: 'Create a person',
      body: newPersonSchema,
      replies: {
        201: { description: 'The person', schema: personSchema },
        403: { description: 'You lack people:create on the site' },
        404: { description: 'The site is not there, or not one of yours' },
        ...EDIT_REPLIES,
      },
      async handle({ admin, body }) {
        const site = await siteFor(db, admin, body.siteId, 'people:create');
        const content = contentFrom(body, null, await listFieldDefinitions(db, site.id));
        const edit = await insertPerson(db, { ...content, siteId: site.id }, admin.personId);
        const person = await writtenBy(db, edit);
        if (!person) throw new Error('a new person can’t be stale');
        const reply = personReply(201, person);
        return { ...reply, headers: { ...reply.headers, Location: `/v1/people/${person.id}` } };
      },
    }),
    route({
      method: 'patch',
      path: '/v1/people/{id}',
      tag: 'people',
      summary: 'Change a person',
      description:
        'What is left out stays as it is; null clears. `version` or `If-Match` guards against lost changes.',
      params: idParams,
      headers: ifMatchHeader,
      body: personPatchSchema,
      replies: {
        200: { description: 'The person', schema: personSchema },
        403: { description: 'You lack people:update on the site' },
        404: { description: 'The person is not there, or not of your sites' },
        ...EDIT_REPLIES,
      },
      async handle({ admin, params, body, request }) {
        const version = body.version ?? versionOf(request.get('if-match'));
        return personReply(200, await patchPerson(db, admin, params.id, body, version));
      },
    }),
  ];
}

const personReply = <Status extends number>(status: Status, person: PersonRow) => ({
  status,
  headers: { ETag: `"${person.version}"` },
  body: toPerson(person),
});

/** The person of this id, if the admin may do this there; one of a site out of sight is `missing`. */
async function personFor(db: Database, admin: Admin, id: number, permission: Permission): Promise<PersonRow> {
  const message = 'There is no such person at your sites.';
  const person = await findPerson(db, id);
  if (!person) throw new Refusal('missing', message);
  await siteFor(db, admin, person.siteId, permission).catch(hiddenAs(message));
  return person;
}

async function patchPerson(
  db: Database,
  admin: Admin,
  id: number,
  given: GivenContent,
  version: number | undefined,
): Promise<PersonRow> {
  for (let attempt = 1; attempt <= ATTEMPTS_MAX; attempt += 1) {
    const read = await personFor(db, admin, id, 'people:update');
    if (read.status !== 'active')
      throw new Refusal('conflict', `This person is ${read.status}. Only active people are changed.`);
    if (version !== undefined && version !== read.version) throw changedMeanwhile();
    const content = contentFrom(given, contentOf(read), await listFieldDefinitions(db, read.siteId));
    const person = await writtenBy(db, await editOf(read, content));
    if (person) return person;
  }
  throw changedMeanwhile();

  /** An edit that changes nothing writes nothing; a run holds it up all the same. */
  async function editOf(read: PersonRow, content: ReturnType<typeof contentOf>): Promise<Edit> {
    if (!isSameContent(contentOf(read), content)) return updatePerson(db, read, content, admin.personId);
    const holder = await findHolder(db, read.siteId);
    return holder ? { kind: 'locked', holder } : { kind: 'written', person: read };
  }
}

/** The written person, or undefined where it had changed since it was read; refuses where a run holds it up. */
async function writtenBy(db: Database, edit: Edit): Promise<PersonRow | undefined> {
  if (edit.kind === 'locked') throw await heldUp(db, edit.holder);
  return edit.kind === 'written' ? edit.person : undefined;
}

const changedMeanwhile = () =>
  new Refusal(
    'conflict',
    'The person has changed since you read it. Read it again, then repeat your change.',
    {
      reason: 'changed-meanwhile',
    },
  );

function versionOf(ifMatch: string | undefined): number | undefined {
  if (ifMatch === undefined || ifMatch === '*') return undefined;
  const version = /^"(\d{1,9})"$/.exec(ifMatch)?.[1];
  if (version === undefined)
    throw new InvalidRequest([{ path: 'If-Match', message: 'Send the ETag of the person as you read it.' }]);
  return Number(version);
}
