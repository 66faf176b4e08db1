// Uploads as tables: each as it is, or the users of a bundle, whose sites and org units are seen to before.
import { findOneRoster } from '../../adapters/oneroster.ts';
import { openTable, type Table, type TableOptions } from '../../adapters/table.ts';
import { ensureOrgs, findSiteExternalId } from '../../db/queries/roster-orgs.ts';
import type { StagingRun } from '../../db/queries/staging.ts';
import { planOrgs } from '../../domain/oneroster/orgs.ts';
import type { Preset } from '../../domain/preset.ts';
import type { StageMeans } from '../kind.ts';

export type OpenUpload = (id: string, options: TableOptions) => Promise<Table>;

/** How the uploads of a run are opened. Of a bundle, the sites and org units are there from now on. Safe to repeat. */
export async function uploadOpener(
  { db, files }: Pick<StageMeans, 'db' | 'files'>,
  run: StagingRun,
  { bundle }: Preset,
): Promise<OpenUpload> {
  const openAsItIs: OpenUpload = (id, options) => openTable({ open: () => files.read(id) }, options);
  const [key] = run.uploadIds;
  if (bundle === undefined || key === undefined) return openAsItIs;
  const found = await findOneRoster(files, key, run.options.action);
  if (found === undefined) return openAsItIs;
  const places = await ensureOrgs(db, run, planOrgs(found.orgs, await findSiteExternalId(db, run.siteId)));
  return (_, options) => found.openUsers(places, options);
}
