// Photos over HTTP: the queue of those that wait, what was decided, and the pictures themselves.
import { z } from 'zod';
import {
  countWaitingPhotos,
  type ListedPhoto,
  listPhotos,
  type PhotoPlace,
} from '../../db/queries/photos/photo-list.ts';
import { CARDHOLDER_WORDS } from '../../domain/invitation-words.ts';
import { DECLINE_REASONS } from '../../domain/photo.ts';
import { DECLINE_WORDS } from '../../domain/photo-words.ts';
import { topsFor } from '../access.ts';
import type { ApiDeps } from '../deps.ts';
import { languageOf, languageQuery } from '../language.ts';
import { photoFor, sendPicture } from '../photo-access.ts';
import { fromCursor, toPage } from '../present.ts';
import { toPhoto } from '../present-photo.ts';
import { InvalidRequest } from '../problems.ts';
import { pageQuery, siteQuery } from '../query.ts';
import { type Route, route } from '../route.ts';
import { pageOf } from '../wire.ts';
import {
  declineReason,
  declineReasonsSchema,
  photoCountsSchema,
  photoId,
  photoSchema,
} from '../wire-photo-review.ts';

export const photoParams = z.object({ id: photoId });

const listQuery = pageQuery.extend({
  site: siteQuery.optional(),
  state: z.enum(['waiting', 'approved', 'declined']).default('waiting'),
  reason: declineReason.optional().describe('Photos that were sent back for it'),
});

const SEEN = { 404: { description: 'The photo is not there, or not of your sites' } };
const PICTURE = {
  200: { description: 'The picture; `ETag` changes with it', contentType: 'image/jpeg' },
  304: { description: 'You have it already, as `If-None-Match` says' },
  403: { description: 'You lack people:read on the site' },
  ...SEEN,
};

export function photoRoutes(deps: ApiDeps): Route[] {
  const { db } = deps;
  return [
    route({
      method: 'get',
      path: '/v1/photos',
      tag: 'photos',
      summary: 'Photos of cardholders',
      description:
        'Of a site and all below it, or of all sites where you review photos. Those that wait, of active people: the ' +
        'oldest first; others: the newest decision first.',
      query: listQuery,
      replies: {
        200: { description: 'A page of photos', schema: pageOf(photoSchema) },
        403: { description: 'You lack photos:review' },
      },
      async handle({ admin, query }) {
        const siteIds = await topsFor(db, admin, query.site, 'photos:review');
        const page = { after: placeFrom(query.cursor), limit: query.limit + 1 };
        const rows = await listPhotos(db, { siteIds, state: query.state, reason: query.reason }, page);
        const cursorOf = ({ micros, id }: ListedPhoto) => `${micros} ${id}`;
        return { status: 200, body: toPage(rows, query.limit, toPhoto, cursorOf) };
      },
    }),
    route({
      method: 'get',
      path: '/v1/photos/counts',
      tag: 'photos',
      summary: 'How many photos wait for a look',
      query: z.object({ site: siteQuery.optional() }),
      replies: {
        200: { description: 'The number', schema: photoCountsSchema },
        403: { description: 'You lack photos:review' },
      },
      async handle({ admin, query }) {
        const siteIds = await topsFor(db, admin, query.site, 'photos:review');
        return { status: 200, body: { waiting: await countWaitingPhotos(db, siteIds) } };
      },
    }),
    route({
      method: 'get',
      path: '/v1/photos/decline-reasons',
      tag: 'photos',
      summary: 'Why a photo can be sent back',
      query: z.object(languageQuery),
      replies: { 200: { description: 'The reasons, with their words', schema: declineReasonsSchema } },
      async handle({ request }) {
        const language = languageOf(request);
        const items = DECLINE_REASONS.map((reason) => ({
          reason,
          label: DECLINE_WORDS[language][reason],
          sentence: CARDHOLDER_WORDS[language].reasons[reason],
        }));
        return { status: 200, headers: { 'Content-Language': language }, body: { items } };
      },
    }),
    route({
      method: 'get',
      path: '/v1/photos/{id}',
      tag: 'photos',
      summary: 'One photo',
      params: photoParams,
      replies: {
        200: { description: 'The photo', schema: photoSchema },
        403: { description: 'You lack people:read on the site' },
        ...SEEN,
      },
      async handle({ admin, params }) {
        return { status: 200, body: toPhoto(await photoFor(db, admin, params.id, 'people:read')) };
      },
    }),
    ...pictureRoutes(deps),
  ];
}

const pictureRoutes = ({ db, files }: ApiDeps): Route[] => [
  route({
    method: 'get',
    path: '/v1/photos/{id}/picture',
    audit: 'nothing',
    tag: 'photos',
    summary: 'The picture of a photo',
    params: photoParams,
    query: z.object({
      cropped: z.enum(['true', 'false']).optional().describe('true: the part that goes on the card alone'),
    }),
    replies: PICTURE,
    async handle({ admin, params, query, request, response }) {
      const photo = await photoFor(db, admin, params.id, 'people:read');
      const part = query.cropped === 'true' ? 'cropped' : 'whole';
      await sendPicture({ request, response, files }, photo, part);
      return undefined;
    },
  }),
  route({
    method: 'get',
    path: '/v1/photos/{id}/thumbnail',
    audit: 'nothing',
    tag: 'photos',
    summary: 'The picture of a photo, small',
    params: photoParams,
    replies: PICTURE,
    async handle({ admin, params, request, response }) {
      const photo = await photoFor(db, admin, params.id, 'people:read');
      await sendPicture({ request, response, files }, photo, 'thumbnail');
      return undefined;
    },
  }),
];

function placeFrom(cursor: string | undefined): PhotoPlace | undefined {
  if (cursor === undefined) return undefined;
  const place = /^(\d{1,16}) ([\w-]{1,64})$/.exec(fromCursor(cursor));
  if (place) return { micros: Number(place[1]), id: place[2] ?? '' };
  throw new InvalidRequest([{ path: 'query.cursor', message: 'Take `next` of the page before, as it is.' }]);
}
