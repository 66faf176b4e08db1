// People over HTTP: exported, read, made and changed one by one.
import { z } from 'zod';
import type { Database } from '../../db/client.ts';
import type { Admin } from '../../db/queries/admins.ts';
import { listCardsOfPerson } from '../../db/queries/cards/cards.ts';
import { listMailStops } from '../../db/queries/invitations/invitation-list.ts';
import { type Edit, findHolder, insertPerson, updatePerson } from '../../db/queries/people.ts';
import { contentOf, isSameContent } from '../../db/queries/person-content.ts';
import { getPersonFacts } from '../../db/queries/person-facts.ts';
import type { PersonRow } from '../../db/queries/person-row.ts';
import { findPhotoOf, type PhotoRow } from '../../db/queries/photos/photo-list.ts';
import { listRolesOfPerson } from '../../db/queries/roles/role-holders.ts';
import { getSite } from '../../db/queries/sites.ts';
import { Refusal } from '../../domain/refusal.ts';
import { requireRightsOf, siteFor, topsFor } from '../access.ts';
import type { ApiDeps } from '../deps.ts';
import { EXPORT_COLUMNS, exportedPeople, exportHeader } from '../people-export.ts';
import { exportQueryFrom, fieldsOfSites, narrowingOf } from '../people-query.ts';
import {
  ATTEMPTS_MAX,
  changedMeanwhile,
  EDIT_REPLIES,
  personFor,
  personReply,
  stillEdited,
  versionOf,
  writtenBy,
} from '../person-edits.ts';
import { checkedContent, type GivenPerson } from '../person-places.ts';
import { toHeldRole } from '../present.ts';
import { toCard } from '../present-card.ts';
import { toPhoto } from '../present-photo.ts';
import { idParams, ifMatchHeader, peopleQuery } from '../query.ts';
import { type Route, route } from '../route.ts';
import { sendCsv } from '../stream-reply.ts';
import { newPersonSchema, personPatchSchema, personSchema } from '../wire-person.ts';

/** As many as an address has room for. */
const exportedIds = z
  .string()
  .regex(/^\d{1,15}(,\d{1,15}){0,999}$/)
  .transform((text) => text.split(',').map(Number))
  .optional();

export function peopleRoutes({ db }: ApiDeps): Route[] {
  return [
    route({
      method: 'get',
      path: '/v1/people.csv',
      audit: { what: 'people.exported', details: ({ query }) => ({ narrowedBy: narrowingOf(query) }) },
      tag: 'people',
      summary: 'Export people as CSV',
      description:
        'Active people, unless a status is given; `all` leaves out anonymized ones. It can be edited and uploaded again. A cell that a spreadsheet ' +
        'would run gets a leading apostrophe, which is taken off again by an upload.',
      query: peopleQuery.extend({
        columns: z
          .enum(EXPORT_COLUMNS)
          .default('standard')
          .describe('all: display_name, org_unit and manager_email too, at the end'),
        ids: exportedIds.describe('None but these people, with commas between them'),
        except: exportedIds.describe('All but these'),
      }),
      replies: { 200: { description: exportHeader([]).join(', '), contentType: 'text/csv' } },
      async handle({ admin, query, response }) {
        const siteIds = await topsFor(db, admin, query.site, 'people:export');
        const definitions = await fieldsOfSites(db, siteIds);
        const { ids: personIds, except: exceptIds } = query;
        const wanted = { ...exportQueryFrom(query, siteIds, definitions), personIds, exceptIds };
        await sendCsv(
          response,
          'people.csv',
          exportHeader(definitions, query.columns),
          exportedPeople(db, wanted, definitions, query.columns),
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
        const person = await personFor(db, admin, params.id, 'people:read');
        const [roles, photo, cards, mailStops, facts] = await Promise.all([
          listRolesOfPerson(db, person.id),
          findPhotoOf(db, person.id),
          listCardsOfPerson(db, person.id, 'in-use'),
          listMailStops(db, person.id),
          getPersonFacts(db, person.id),
        ]);
        const reply = personReply(200, person);
        const beside = {
          ...facts,
          roles: roles.map(toHeldRole),
          photo: photo ? toShownPhoto(photo) : null,
          cards: cards.map(toCard),
          mailStops: mailStops.map(({ at, ...stop }) => ({ ...stop, at: new Date(at).toISOString() })),
        };
        return { ...reply, body: { ...reply.body, ...beside } };
      },
    }),
    route({
      method: 'post',
      path: '/v1/people',
      audit: 'person.created',
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
        const content = await checkedContent(db, site, body, null);
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
      audit: 'person.updated',
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

function toShownPhoto(row: PhotoRow) {
  const { id, pictureUrl, thumbnailUrl } = toPhoto(row);
  return { id, pictureUrl, thumbnailUrl };
}

async function patchPerson(
  db: Database,
  admin: Admin,
  id: number,
  given: GivenPerson & { handEdited?: readonly string[] | undefined },
  version: number | undefined,
): Promise<PersonRow> {
  for (let attempt = 1; attempt <= ATTEMPTS_MAX; attempt += 1) {
    const read = await personFor(db, admin, id, 'people:update');
    if (read.status !== 'active')
      throw new Refusal('conflict', `This person is ${read.status}. Only active people are changed.`);
    if (version !== undefined && version !== read.version) throw changedMeanwhile();
    const content = await checkedContent(db, await getSite(db, read.siteId), given, read);
    // By an identity provider, whoever has that email signs in as them.
    if (content.email !== read.email) await requireRightsOf(db, admin, read.id);
    const person = await writtenBy(db, await editOf(read, content));
    if (person) return person;
  }
  throw changedMeanwhile();

  /** An edit that changes nothing writes nothing; a run holds it up all the same. */
  async function editOf(read: PersonRow, content: ReturnType<typeof contentOf>): Promise<Edit> {
    const kept = stillEdited(read, given.handEdited);
    const isSame = isSameContent(contentOf(read), content) && kept.length === (read.handEdited ?? []).length;
    if (!isSame) return updatePerson(db, read, content, admin.personId, kept);
    const holder = await findHolder(db, read.siteId);
    return holder ? { kind: 'locked', holder } : { kind: 'written', person: read };
  }
}
