// Beginning a run on photos: everything that can be refused before it exists is refused here, in words.
import type { Database } from '../db/client.ts';
import type { Admin } from '../db/queries/admins.ts';
import { getRowPlaces } from '../db/queries/row-places.ts';
import type { SiteRow } from '../db/queries/sites.ts';
import { listUploads } from '../db/queries/uploads.ts';
import { type BulkActionOptions, DEFAULT_OPTIONS } from '../domain/bulk-action.ts';
import { askedLimits } from '../domain/limits.ts';
import { photoMatchFields } from '../domain/photo-match.ts';
import { siteFor } from './access.ts';
import { type BegunRun, bareRow, beginOnce, usableUpload } from './begin-once.ts';
import { refuseLimits, requireActionRights } from './new-run.ts';
import { InvalidRequest } from './problems.ts';
import type { NewPhotosRunRead } from './wire-photos.ts';

/** Puts a run on photos into the database. Nothing is started yet. */
export const beginPhotosRun = (
  db: Database,
  admin: Admin,
  asked: NewPhotosRunRead,
  idempotencyKey: string | null,
): Promise<BegunRun> =>
  beginOnce(db, admin, {
    content: asked,
    idempotencyKey,
    async look() {
      const [site, uploads] = await Promise.all([
        siteFor(db, admin, asked.site, 'bulk-actions:run'),
        listUploads(db, asked.files),
      ]);
      return { site, uploads };
    },
    async prepare({ site, uploads }) {
      const options = optionsOf(asked);
      requireActionRights(admin, options.action, site);
      await refuseLimits(db, admin, options, site);
      await refuseMatch(db, site, asked.options.match);
      const files = asked.files.map((id) => usableUpload(uploads, id, admin));
      return {
        row: {
          ...bareRow(site, asked, options),
          uploadIds: asked.files,
          fileName: files.map((file) => file.name).join(', '),
        },
      };
    },
  });

function optionsOf({ options }: NewPhotosRunRead): BulkActionOptions {
  const { match, existing, expect, replacesLimits } = options;
  return {
    ...DEFAULT_OPTIONS,
    action: 'add-photos',
    photoMatch: match,
    existing,
    expect,
    limits: askedLimits(options),
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
