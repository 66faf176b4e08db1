// Uploads as tables: each as it is, or the users of a bundle, whose sites and org units are seen to before.
import { asUsers, findOneRoster, type RosterPlaces } from '../../adapters/oneroster.ts';
import { openTable, type Table, type TableOptions } from '../../adapters/table.ts';
import { ensureOrgs, findHomes, findSiteExternalId, listKnownOrgs } from '../../db/queries/roster-orgs.ts';
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
  const rosterAt = (places: RosterPlaces['places']): RosterPlaces => ({
    places,
    findHomes: (choices) => findHomes(db, choices),
  });
  const found = await findOneRoster(files, key, run.options.action);
  const [here, ownId] = [await listKnownOrgs(db, run.siteId), await findSiteExternalId(db, run.siteId)];
  if (found === undefined)
    return async (id, options) => asUsers(await openAsItIs(id, options), rosterAt(here));
  const places = await ensureOrgs(db, run, planOrgs(found.orgs, ownId, here), here);
  return (_, options) => found.openUsers(rosterAt(places), options);
}
