// How a site invites, over HTTP: who writes, in how many days, and under which logo.
import { createHash } from 'node:crypto';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { z } from 'zod';
import { prepareLogo } from '../../adapters/logo.ts';
import { PictureProblem } from '../../adapters/pictures.ts';
import type { Database } from '../../db/client.ts';
import {
  findLogo,
  getInvitationSettingsOfSite,
  putInvitationSettings,
  putLogo,
} from '../../db/queries/invitations/invitation-settings.ts';
import { LOGO_BYTES_MAX } from '../../domain/invitation-settings.ts';
import { Refusal } from '../../domain/refusal.ts';
import { siteFor } from '../access.ts';
import type { ApiDeps } from '../deps.ts';
import { siteQuery } from '../query.ts';
import { pictureFault, receiveBytes } from '../received-picture.ts';
import { type Route, route } from '../route.ts';
import { newId } from '../secrets.ts';
import {
  type InvitationSettingsWire,
  invitationSettingsPutSchema,
  invitationSettingsSchema,
} from '../wire-invitations.ts';

const params = z.object({ id: siteQuery });
const NOT_YOURS = { description: 'It is not there, or not one of yours' };
const LACKING = { description: 'You lack invitations:write on it' };
const SETTINGS = '/v1/sites/{id}/invitation-settings';

export function invitationSettingsRoutes(deps: ApiDeps): Route[] {
  return [...settingsRoutes(deps), ...logoRoutes(deps)];
}

function settingsRoutes({ db }: ApiDeps): Route[] {
  return [
    route({
      method: 'get',
      path: SETTINGS,
      tag: 'invitations',
      summary: 'How a site invites',
      description: 'What it says itself, and what holds there: each as the nearest site upwards says.',
      params,
      replies: { 200: { description: 'Its settings', schema: invitationSettingsSchema }, 404: NOT_YOURS },
      async handle({ admin, params: { id } }) {
        await siteFor(db, admin, id, 'sites:read');
        return { status: 200, body: await settingsOf(db, id) };
      },
    }),
    route({
      method: 'put',
      path: SETTINGS,
      audit: { what: 'invitation-settings.updated', details: ({ body }) => ({ fields: Object.keys(body) }) },
      tag: 'invitations',
      summary: 'Say how a site invites',
      description:
        'All of it at once; null leaves a setting to the site above. It holds for the sites below too, unless those say ' +
        'otherwise, and for mails that have not left. Reminders and deadlines of runs that wait stay as they are.',
      params,
      body: invitationSettingsPutSchema,
      replies: {
        200: { description: 'Its settings', schema: invitationSettingsSchema },
        403: LACKING,
        404: NOT_YOURS,
      },
      async handle({ admin, params: { id }, body }) {
        await siteFor(db, admin, id, 'invitations:write');
        await putInvitationSettings(db, id, body);
        return { status: 200, body: await settingsOf(db, id) };
      },
    }),
  ];
}

async function settingsOf(db: Database, siteId: number): Promise<InvitationSettingsWire> {
  // Lists are read-only here, and those of the wire are not.
  return { siteId, ...(await getInvitationSettingsOfSite(db, siteId)) } as InvitationSettingsWire;
}

const NO_LOGO = 'No logo stands in the mails of this site.';

function logoRoutes({ db, files }: ApiDeps): Route[] {
  const path = `${SETTINGS}/logo`;
  return [
    route({
      method: 'get',
      path,
      audit: 'nothing',
      tag: 'invitations',
      summary: 'The logo in the mails of a site',
      description: 'Its own, or that of the nearest site above.',
      params,
      replies: {
        200: { description: 'The picture, a PNG or JPEG', contentType: 'image/png' },
        404: { description: 'There is none; or the site is not one of yours' },
      },
      async handle({ admin, params: { id }, response }) {
        await siteFor(db, admin, id, 'sites:read');
        const logo = await findLogo(db, id);
        if (!logo) throw new Refusal('missing', NO_LOGO);
        const content = await files.read(logo.fileKey);
        const tag = createHash('sha256').update(logo.fileKey).digest('hex').slice(0, 16);
        response.type(logo.mediaType).set({ ETag: `"${tag}"`, 'Cache-Control': 'private, no-cache' });
        await pipeline(content, response);
        return undefined;
      },
    }),
    route({
      method: 'put',
      path,
      audit: { what: 'invitation-settings.updated', details: () => ({ fields: ['logo'] }) },
      tag: 'invitations',
      summary: 'Set the logo of a site',
      description: `A PNG or JPEG by its content, raw or multipart, ${LOGO_BYTES_MAX / 1024} KB at most. It is made to fit.`,
      params,
      rawBody: ['multipart/form-data', 'image/png', 'image/jpeg', 'application/octet-stream'],
      replies: {
        204: { description: 'It stands in the mails from now on' },
        403: LACKING,
        404: NOT_YOURS,
        413: { description: 'The file has too many bytes' },
      },
      async handle({ admin, params: { id }, request }) {
        await siteFor(db, admin, id, 'invitations:write');
        const content = await receiveBytes(request, LOGO_BYTES_MAX);
        const { picture, mediaType } = await prepareLogo(content).catch((error: unknown) => {
          throw error instanceof PictureProblem ? pictureFault(error) : error;
        });
        const fileKey = `logo-${newId()}`;
        await files.write(fileKey, Readable.from([picture]), { maxBytes: picture.length });
        const before = await putLogo(db, id, { fileKey, mediaType });
        if (before) await files.delete(before);
        return { status: 204 };
      },
    }),
    route({
      method: 'delete',
      path,
      audit: { what: 'invitation-settings.updated', details: () => ({ fields: ['logo'] }) },
      tag: 'invitations',
      summary: 'Leave the logo to the site above',
      params,
      replies: { 204: { description: 'The site has none of its own' }, 403: LACKING, 404: NOT_YOURS },
      async handle({ admin, params: { id } }) {
        await siteFor(db, admin, id, 'invitations:write');
        const before = await putLogo(db, id, null);
        if (before) await files.delete(before);
        return { status: 204 };
      },
    }),
  ];
}
