// Uploads over HTTP: streamed in, and looked at before anything runs.
import { z } from 'zod';
import { asUsers, findOneRoster } from '../../adapters/oneroster.ts';
import { previewTable } from '../../adapters/preview.ts';
import { readThrough } from '../../adapters/reading.ts';
import { openTable, type Table, type TableOptions } from '../../adapters/table.ts';
import type { Admin } from '../../db/queries/admins.ts';
import { findHomes, listKnownOrgs } from '../../db/queries/roster-orgs.ts';
import { getRowPlaces } from '../../db/queries/row-places.ts';
import { insertUpload, listUploads } from '../../db/queries/uploads.ts';
import type { BulkActionOptions } from '../../domain/bulk-action.ts';
import type { UserChoice } from '../../domain/oneroster/users.ts';
import { requireSomewhere, siteFor } from '../access.ts';
import { usableUpload } from '../begin-once.ts';
import type { ApiDeps } from '../deps.ts';
import { languageOf } from '../language.ts';
import { type ChosenPreset, chosenPreset, optionsFor } from '../preset-choice.ts';
import { type Route, route } from '../route.ts';
import { newId } from '../secrets.ts';
import { receiveFile } from '../uploads.ts';
import { fileSchema } from '../wire.ts';
import { fileReadingRequestSchema, fileReadingSchema, uploadLimitsSchema } from '../wire-imports.ts';
import { previewRequestSchema, previewSchema } from '../wire-previews.ts';

const megabytes = (bytes: number): number => Math.floor(bytes / 2 ** 20);

export function fileRoutes({ db, files, uploadBytesMax, zipBytesMax }: ApiDeps): Route[] {
  return [
    route({
      method: 'post',
      path: '/v1/files',
      audit: 'file.uploaded',
      tag: 'files',
      summary: 'Upload a file',
      description:
        `As multipart form data, or raw with its name in \`?name=\`. ${megabytes(uploadBytesMax)} MB at most, ` +
        `or ${megabytes(zipBytesMax)} MB by a name that ends in .zip: pictures come in zips. ` +
        'It is deleted once a run has read it, or after a day.',
      query: z.object({ name: z.string().max(500).optional() }),
      rawBody: ['multipart/form-data', 'text/csv', 'application/zip', 'application/octet-stream'],
      replies: {
        201: { description: 'The file is stored', schema: fileSchema },
        403: { description: 'You lack bulk-actions:run on every site' },
        413: { description: 'The file is too large; nothing of it is kept' },
      },
      async handle({ admin, query, request }) {
        requireSomewhere(admin, 'bulk-actions:run');
        const id = newId();
        const received = await receiveFile(request, files, id, {
          name: query.name,
          maxBytes: uploadBytesMax,
          zipBytesMax,
        });
        const file = { id, ...received };
        try {
          await insertUpload(db, { ...file, byPersonId: admin.personId });
        } catch (error) {
          await files.delete(id);
          throw error;
        }
        return { status: 201, body: file };
      },
    }),
    route({
      method: 'get',
      path: '/v1/files/limits',
      tag: 'files',
      summary: 'How large a file may be',
      replies: { 200: { description: 'In bytes', schema: uploadLimitsSchema } },
      async handle() {
        return { status: 200, body: { bytesMax: uploadBytesMax, zipBytesMax } };
      },
    }),
    route({
      method: 'post',
      path: '/v1/files/{id}/preview',
      audit: 'nothing',
      tag: 'files',
      summary: 'Look at a file as a run would read it',
      description:
        'Its first rows under these settings. What would stop a run is among `faults`. Nothing is written.',
      params: z.object({ id: z.string().max(40) }),
      body: previewRequestSchema,
      replies: {
        200: { description: 'How the file would be read', schema: previewSchema },
        403: { description: 'You lack bulk-actions:run on the site' },
        404: { description: 'The upload, the site or the preset is not there, or not one of yours' },
        410: { description: 'The upload has been used and deleted' },
      },
      async handle({ admin, params, body, request }) {
        const { look } = await lookAt({ db, files }, admin, params.id, body);
        const preview = await previewTable({
          ...look,
          rows: body.rows,
          language: languageOf(request),
        });
        return { status: 200, body: preview };
      },
    }),
    route({
      method: 'post',
      path: '/v1/files/{id}/read',
      audit: 'nothing',
      tag: 'files',
      summary: 'Read a file to its end',
      description:
        'How many rows it has, how it is written, where its header stands, and names by which one sees whether it ' +
        'reads well. Nothing is written.',
      params: z.object({ id: z.string().max(40) }),
      body: fileReadingRequestSchema,
      replies: {
        200: { description: 'What the file is', schema: fileReadingSchema },
        403: { description: 'You lack bulk-actions:run on the site' },
        404: { description: 'The upload, the site or the preset is not there, or not one of yours' },
        410: { description: 'The upload has been used and deleted' },
      },
      async handle({ admin, params, body, request }) {
        const { chosen, look } = await lookAt({ db, files }, admin, params.id, body);
        const { headerRow = chosen.saved?.options.headerRow } = body.options;
        const reading = await readThrough({
          ...look,
          isHeaderKnown: headerRow !== undefined,
          language: languageOf(request),
        });
        return { status: 200, body: reading };
      },
    }),
  ];
}

type Asked = Pick<z.output<typeof previewRequestSchema>, 'site' | 'preset' | 'options'>;

/** An upload as a run on the site would open it, with the preset by which; refuses what the admin may not look at. */
async function lookAt(deps: Pick<ApiDeps, 'db' | 'files'>, admin: Admin, id: string, asked: Asked) {
  const { db, files } = deps;
  const site = await siteFor(db, admin, asked.site, 'bulk-actions:run');
  const upload = usableUpload(await listUploads(db, [id]), id, admin);
  const [chosen, places] = await Promise.all([
    chosenPreset(db, asked.preset, site.id),
    getRowPlaces(db, site.id),
  ]);
  const options = optionsFor(chosen, asked.options);
  const look = {
    source: { open: () => files.read(upload.id) },
    open: bundleOpener(deps, upload.id, { chosen, options, siteId: site.id }),
    options,
    preset: chosen.preset,
    places,
  };
  return { chosen, look };
}

type Previewed = { chosen: ChosenPreset; options: BulkActionOptions; siteId: number };

/** How the users of a bundle are shown: sites and units that are not here yet are not made for a look. */
function bundleOpener(
  { db, files }: Pick<ApiDeps, 'db' | 'files'>,
  key: string,
  { chosen, options, siteId }: Previewed,
): ((options: TableOptions) => Promise<Table>) | undefined {
  if (chosen.preset.bundle === undefined) return undefined;
  return async (how) => {
    const bundle = await findOneRoster(files, key, options.action);
    const made = bundle?.orgs.map((org) => [org.sourcedId, { siteId, unit: null }] as const) ?? [];
    const roster = {
      places: new Map([...made, ...(await listKnownOrgs(db, siteId))]),
      findHomes: (choices: readonly UserChoice[]) => findHomes(db, choices),
    };
    if (bundle) return bundle.openUsers(roster, how);
    return asUsers(await openTable({ open: () => files.read(key) }, how), roster);
  };
}
