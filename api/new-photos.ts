// Beginning a run on photos: everything that can be refused before it exists is refused here, in words.
import type { Database } from '../db/client.ts';
import type { Admin } from '../db/queries/admins.ts';
import { findByIdempotencyKey, insertBulkAction, type NewBulkActionRow } from '../db/queries/bulk-actions.ts';
import { getRowPlaces } from '../db/queries/row-places.ts';
import type { SiteRow } from '../db/queries/sites.ts';
import { listUploads } from '../db/queries/uploads.ts';
import { type BulkActionOptions, DEFAULT_OPTIONS } from '../domain/bulk-action.ts';
import { type Limits, withMaxChange } from '../domain/limits.ts';
import { photoMatchFields } from '../domain/photo-match.ts';
import { siteFor } from './access.ts';
import {
  type BegunRun,
  refuseLimits,
  requireActionRights,
  sameRequest,
  starterOf,
  usableUpload,
} from './new-run.ts';
import { InvalidRequest } from './problems.ts';
import { hashOf, newId } from './secrets.ts';
import type { NewPhotosRunRead } from './wire-photos.ts';

/** Puts a run on photos into the database. Nothing is started yet. */
export async function beginPhotosRun(
  db: Database,
  admin: Admin,
  asked: NewPhotosRunRead,
  idempotencyKey: string | null,
): Promise<BegunRun> {
  const requestHash = hashOf(JSON.stringify(asked));
  const [site, uploads, before] = await Promise.all([
    siteFor(db, admin, asked.site, 'bulk-actions:run'),
    listUploads(db, asked.files),
    idempotencyKey === null ? undefined : findByIdempotencyKey(db, admin.personId, idempotencyKey),
  ]);
  const uploadBytes = uploads.reduce((sum, upload) => sum + upload.bytes, 0);
  if (before) return { run: sameRequest(before, requestHash), isNew: false, uploadBytes };
  const options = optionsOf(asked);
  requireActionRights(admin, options.action, site);
  await refuseLimits(db, admin, options, site);
  await refuseMatch(db, site, asked.options.match);
  const files = asked.files.map((id) => usableUpload(uploads, id, admin));
  const row: NewBulkActionRow = {
    id: newId(),
    siteId: site.id,
    rootId: site.rootId,
    kind: asked.kind,
    preset: 'people',
    options,
    uploadIds: asked.files,
    fileName: files.map((file) => file.name).join(', '),
    isDryRun: asked.dryRun,
    ...starterOf(admin),
    idempotencyKey,
    requestHash,
  };
  const inserted = await insertBulkAction(db, row);
  if (inserted) return { run: inserted, isNew: true, uploadBytes };
  // The same request came in twice in one moment, and the other one was first.
  return beginPhotosRun(db, admin, asked, idempotencyKey);
}

function optionsOf({ options }: NewPhotosRunRead): BulkActionOptions {
  const { match, existing, expect, limits, maxChangePercent, replacesLimits } = options;
  const given = (limits ?? {}) as Limits;
  return {
    ...DEFAULT_OPTIONS,
    action: 'add-photos',
    photoMatch: match,
    existing,
    expect,
    limits: maxChangePercent === undefined ? given : withMaxChange(given, maxChangePercent),
    replacesLimits,
  };
}

/** A name must say who is meant: by any other field a file could be the picture of several people. */
async function refuseMatch(db: Database, site: SiteRow, match: string): Promise<void> {
  const { definitions } = await getRowPlaces(db, site.id);
  const usable = photoMatchFields(definitions);
  if (usable.includes(match)) return;
  const isField = definitions.some(({ name }) => name === match);
  const why = isField ? `The field ${match} is not unique` : `There is no field ${match} here`;
  throw new InvalidRequest([
    {
      path: 'options.match',
      message: `${why}. Pictures are matched by a field that is: ${usable.join(', ')}.`,
    },
  ]);
}
