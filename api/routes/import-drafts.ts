// Drafts of imports over HTTP: what an admin prepares, in whichever browser, before there is a run.
import { z } from 'zod';
import type { FileStore } from '../../adapters/files.ts';
import type { Database } from '../../db/client.ts';
import type { Admin } from '../../db/queries/admins.ts';
import {
  deleteImportDraft,
  getImportDraft,
  type ImportDraftRow,
  insertImportDraft,
  listImportDrafts,
  updateImportDraft,
} from '../../db/queries/import-drafts.ts';
import { listUploads, listUploadsLetGo, markUploadDeleted } from '../../db/queries/uploads.ts';
import { type DraftSettings, NEW_DRAFT } from '../../domain/import-draft.ts';
import { requireSomewhere, siteFor } from '../access.ts';
import { usableUpload } from '../begin-once.ts';
import type { ApiDeps } from '../deps.ts';
import { chosenPreset } from '../preset-choice.ts';
import { type Route, route } from '../route.ts';
import { runFor } from '../run-access.ts';
import { newId } from '../secrets.ts';
import { pageOf } from '../wire.ts';
import {
  type ImportDraft,
  importDraftPatchSchema,
  importDraftSchema,
  newImportDraftSchema,
} from '../wire-imports.ts';

const params = z.object({ id: z.string().max(40) });
const LACKING = { 403: { description: 'You lack bulk-actions:run on every site' } };
const NO_SUCH_DRAFT = { ...LACKING, 404: { description: 'There is no such draft, or it is not yours' } };

export function importDraftRoutes({ db, files }: ApiDeps): Route[] {
  return [
    route({
      method: 'get',
      path: '/v1/import-drafts',
      tag: 'imports',
      summary: 'The imports that you are preparing',
      description: 'Yours alone, the one that was changed last first.',
      replies: {
        200: { description: 'All of them, on one page', schema: pageOf(importDraftSchema) },
        ...LACKING,
      },
      async handle({ admin }) {
        requireImporter(admin);
        const drafts = await listImportDrafts(db, admin.personId);
        return { status: 200, body: { items: drafts.map(toDraft), next: null } };
      },
    }),
    route({
      method: 'post',
      path: '/v1/import-drafts',
      audit: 'nothing',
      tag: 'imports',
      summary: 'Begin to prepare an import',
      description:
        'Nothing of a site is changed by a draft. It goes thirty days after it was touched last, with its uploads.',
      body: newImportDraftSchema,
      replies: {
        201: { description: 'The draft', schema: importDraftSchema },
        403: { description: 'You lack bulk-actions:run on the site' },
        404: { description: 'The site or the preset is not there, or not one of yours' },
      },
      async handle({ admin, body }) {
        const site = await siteFor(db, admin, body.siteId, 'bulk-actions:run');
        await chosenPreset(db, body.preset, site.id);
        const settings: DraftSettings = { ...NEW_DRAFT, preset: body.preset };
        const wanted = { id: newId(), siteId: site.id, byPersonId: admin.personId, settings };
        return { status: 201, body: toDraft(await insertImportDraft(db, wanted)) };
      },
    }),
    route({
      method: 'get',
      path: '/v1/import-drafts/{id}',
      tag: 'imports',
      summary: 'One of them',
      params,
      replies: { 200: { description: 'The draft', schema: importDraftSchema }, ...NO_SUCH_DRAFT },
      async handle({ admin, params: { id } }) {
        requireImporter(admin);
        return { status: 200, body: toDraft(await getImportDraft(db, id, admin.personId)) };
      },
    }),
    route({
      method: 'patch',
      path: '/v1/import-drafts/{id}',
      audit: 'nothing',
      tag: 'imports',
      summary: 'Change a draft',
      description:
        'What is left out stays. Its uploads are kept until it goes, or until a run of it has written something.',
      params,
      body: importDraftPatchSchema,
      replies: {
        200: { description: 'The draft as it is now', schema: importDraftSchema },
        ...LACKING,
        404: { description: 'The draft, an upload or the run is not there, or not one of yours' },
        409: { description: 'It has been changed since the version that you saw' },
        410: { description: 'An upload has been used and deleted' },
      },
      async handle({ admin, params: { id }, body }) {
        requireImporter(admin);
        await refuseOthers(db, admin, body);
        const { settings, ...change } = body;
        const gone = await updateImportDraft(
          db,
          { id, byPersonId: admin.personId },
          { ...change, settings: settings as DraftSettings | undefined },
        );
        await letGo({ db, files }, gone);
        return { status: 200, body: toDraft(await getImportDraft(db, id, admin.personId)) };
      },
    }),
    route({
      method: 'delete',
      path: '/v1/import-drafts/{id}',
      audit: 'nothing',
      tag: 'imports',
      summary: 'Discard a draft',
      description: 'Its uploads are deleted, unless a run is still reading them.',
      params,
      replies: { 204: { description: 'It is gone' }, ...NO_SUCH_DRAFT },
      async handle({ admin, params: { id } }) {
        requireImporter(admin);
        await letGo({ db, files }, await deleteImportDraft(db, id, admin.personId));
        return { status: 204 };
      },
    }),
  ];
}

/** A draft is its owner's, but not every key of theirs may import. */
const requireImporter = (admin: Admin) => requireSomewhere(admin, 'bulk-actions:run');

/** Refuses uploads and runs that are not the admin's to name. */
async function refuseOthers(
  db: Database,
  admin: Admin,
  { files, bulkActionId }: z.output<typeof importDraftPatchSchema>,
): Promise<void> {
  if (files) {
    const ids = files.map((file) => file.id);
    const uploads = await listUploads(db, ids);
    for (const id of ids) usableUpload(uploads, id, admin);
  }
  if (bulkActionId) await runFor(db, admin, bulkActionId, 'bulk-actions:read');
}

/** Deletes what nobody needs any more. What can't be deleted now the sweep takes. */
async function letGo(
  { db, files }: { db: Database; files: FileStore },
  ids: readonly string[],
): Promise<void> {
  for (const id of await listUploadsLetGo(db, ids)) {
    await files.delete(id);
    await markUploadDeleted(db, id);
  }
}

const toDraft = ({ createdAt, updatedAt, settings, ...draft }: ImportDraftRow): ImportDraft => ({
  ...draft,
  // Lists are read-only here, and those of the wire are not.
  settings: settings as ImportDraft['settings'],
  createdAt: createdAt.toISOString(),
  updatedAt: updatedAt.toISOString(),
});
