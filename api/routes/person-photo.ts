// The photo of one person over HTTP: shown, set and deleted by an admin.
import type { Database } from '../../db/client.ts';
import type { Admin } from '../../db/queries/admins.ts';
import type { Edit } from '../../db/queries/people.ts';
import type { PersonRow } from '../../db/queries/person-row.ts';
import { deletePersonPhoto, setPersonPhoto } from '../../db/queries/photos/person-photo.ts';
import { findPhotoOf } from '../../db/queries/photos/photo-list.ts';
import { listInvitingRuns } from '../../db/queries/photos/photos.ts';
import { Refusal } from '../../domain/refusal.ts';
import type { ApiDeps } from '../deps.ts';
import {
  ATTEMPTS_MAX,
  changedMeanwhile,
  EDIT_REPLIES,
  personFor,
  versionOf,
  versionQuery,
  writtenBy,
} from '../person-edits.ts';
import { toPhoto } from '../present-photo.ts';
import { idParams, ifMatchHeader } from '../query.ts';
import { erasePicture, receivePicture, storePicture } from '../received-picture.ts';
import { type Route, route } from '../route.ts';
import { photoSchema } from '../wire-photo-review.ts';

const ASKED = { params: idParams, query: versionQuery, headers: ifMatchHeader };
const NO_PHOTO = 'This person has no photo.';
const REPLIES = {
  403: { description: 'You lack photos:write on the site' },
  ...EDIT_REPLIES,
  409: { description: 'The person is not active, or has changed meanwhile' },
};

export function personPhotoRoutes(deps: ApiDeps): Route[] {
  const { db, files } = deps;
  return [
    route({
      method: 'get',
      path: '/v1/people/{id}/photo',
      tag: 'photos',
      summary: 'The photo of a person',
      description: 'The approved one, which is on the card.',
      params: idParams,
      replies: {
        200: { description: 'The photo', schema: photoSchema },
        404: { description: 'The person has none, is not there, or not of your sites' },
      },
      async handle({ admin, params }) {
        const person = await personFor(db, admin, params.id, 'people:read');
        return { status: 200, body: await getPhotoOf(db, person.id) };
      },
    }),
    route({
      method: 'put',
      path: '/v1/people/{id}/photo',
      audit: { what: 'photo.added', details: () => ({}) },
      tag: 'photos',
      summary: 'Set the photo of a person',
      description:
        `A JPEG or PNG, as multipart form data or raw, ${Math.floor(deps.photos.bytesMax / 2 ** 20)} MB at most. It is ` +
        'approved at once and takes the place of the one before, and of one that waits.',
      ...ASKED,
      rawBody: ['multipart/form-data', 'image/jpeg', 'image/png', 'application/octet-stream'],
      replies: {
        200: { description: 'The photo', schema: photoSchema },
        404: { description: 'The person is not there, or not of your sites' },
        413: { description: 'The picture has too many bytes' },
        ...REPLIES,
      },
      async handle({ admin, params, query, request }) {
        const version = query.version ?? versionOf(request.get('if-match'));
        // Rights and version first: a large picture is not read in vain.
        await editable(db, admin, params.id, version);
        const prepared = await receivePicture(request, deps.photos);
        const picture = await storePicture({ db, files }, prepared);
        const write = (read: PersonRow) => setPersonPhoto(db, read, picture, admin.personId);
        const person = await edited(db, admin, params.id, version, write).catch(async (error: unknown) => {
          // After an outage nobody knows whether it is somebody's by now.
          if (error instanceof Refusal) await erasePicture(files, picture.fileKey);
          throw error;
        });
        await deps.followUps.nudge(await listInvitingRuns(db, person.id));
        return { status: 200, body: await getPhotoOf(db, person.id) };
      },
    }),
    route({
      method: 'delete',
      path: '/v1/people/{id}/photo',
      audit: 'photo.deleted',
      tag: 'photos',
      summary: 'Delete the photo of a person',
      description:
        'With those that it has replaced; proof is left that they are gone. One that waits for a look stays: send it back.',
      ...ASKED,
      replies: {
        204: { description: 'The person has no photo any more' },
        404: { description: 'The person has none, is not there, or not of your sites' },
        ...REPLIES,
      },
      async handle({ admin, params, query, request }) {
        const version = query.version ?? versionOf(request.get('if-match'));
        const person = await edited(db, admin, params.id, version, async (read) => {
          if (!(await findPhotoOf(db, read.id))) throw new Refusal('missing', NO_PHOTO);
          return deletePersonPhoto(db, read, admin.personId);
        });
        await deps.followUps.nudge(await listInvitingRuns(db, person.id));
        return { status: 204 };
      },
    }),
  ];
}

async function getPhotoOf(db: Database, personId: number) {
  const photo = await findPhotoOf(db, personId);
  if (!photo) throw new Refusal('missing', NO_PHOTO);
  return toPhoto(photo);
}

/** The person as read, if the admin may change the photo and the person is of the version that they saw. */
async function editable(db: Database, admin: Admin, id: number, version: number | undefined) {
  const read = await personFor(db, admin, id, 'photos:write');
  if (read.status !== 'active')
    throw new Refusal('conflict', `This person is ${read.status}. Only active people are changed.`);
  if (version !== undefined && version !== read.version) throw changedMeanwhile();
  return read;
}

async function edited(
  db: Database,
  admin: Admin,
  id: number,
  version: number | undefined,
  write: (read: PersonRow) => Promise<Edit>,
): Promise<PersonRow> {
  for (let attempt = 1; attempt <= ATTEMPTS_MAX; attempt += 1) {
    const person = await writtenBy(db, await write(await editable(db, admin, id, version)));
    if (person) return person;
  }
  throw changedMeanwhile();
}
