// Beginning the runs of sources: what a source has brought becomes a run of its owner, with the rights of now.
import type { Database } from '../../db/client.ts';
import { type Admin, findAdmin } from '../../db/queries/admins.ts';
import { partKey } from '../../db/queries/sources/delivery-runs.ts';
import { Refusal } from '../../domain/refusal.ts';
import { OWNERS_LACK, type SourceRunAsked, type SourceRunBegun } from '../../domain/sources/run.ts';
import { siteFor } from '../access.ts';
import { beginRun } from '../begin-run.ts';
import { faultsOf } from '../problems.ts';
import { isSmallRun } from '../small-run.ts';
import { type AskedOptionsRead, askedOptionsSchema } from '../wire.ts';

/** Runs of sources over a database. Refuses with `forbidden`, and OWNERS_LACK in its details, where the owner may not begin it any more. */
export const sourceRuns = (db: Database) => ({
  begin: (asked: SourceRunAsked): Promise<SourceRunBegun> => begin(db, asked),
});

async function begin(db: Database, asked: SourceRunAsked): Promise<SourceRunBegun> {
  const { sourceId, deliveryId, part, siteId, settings, uploadIds, isRemaster } = asked;
  const admin = await ownerOf(db, asked);
  const options = optionsOf(asked);
  const begun = await beginRun(
    db,
    admin,
    { kind: 'people', site: siteId, preset: settings.preset, files: [...uploadIds], options, dryRun: false },
    partKey(deliveryId, part),
    { sourceId, sourceDeliveryId: deliveryId, absentAmong: isRemaster ? 'site' : 'source' },
  ).catch(asNotOwner);
  const { id, rootId, kind, isDryRun, byPersonId } = begun.run;
  const { action } = begun.run.options;
  return { id, siteId, rootId, kind, action, isDryRun, byPersonId, isSmall: isSmallRun(begun) };
}

/** The options of the part as they would be asked for now, with what the source knows of its files. */
function optionsOf({ settings, rowsMin, trailer, expect }: SourceRunAsked): AskedOptionsRead {
  const { success, data, error } = askedOptionsSchema.safeParse({
    ...settings.options,
    // The part may want more than what the last file leads to.
    ...(rowsMin !== null && { rowsMin: Math.max(rowsMin, Number(settings.options['rowsMin'] ?? 0)) }),
    ...(trailer !== null && { trailer }),
    ...(expect !== null && { expect }),
  });
  if (success) return data;
  const [fault] = faultsOf(error);
  throw new Refusal(
    'invalid',
    `An option of the source is none any more (${fault?.path ?? 'options'}). Change the source.`,
  );
}

/** The owner of the source, as long as runs may be begun at its site. */
async function ownerOf(db: Database, { siteId, byPersonId }: SourceRunAsked): Promise<Admin> {
  const admin = byPersonId === null ? undefined : await findAdmin(db, byPersonId);
  if (!admin) throw new Refusal('forbidden', 'Who set the source up is gone.', OWNERS_LACK);
  await siteFor(db, admin, siteId, 'bulk-actions:run').catch((error: unknown) => {
    if (error instanceof Refusal && error.code === 'missing')
      throw new Refusal(
        'forbidden',
        `Who set the source up has no rights at site ${siteId} any more.`,
        OWNERS_LACK,
      );
    return asNotOwner(error);
  });
  return admin;
}

function asNotOwner(error: unknown): never {
  if (error instanceof Refusal && error.code === 'forbidden')
    throw new Refusal('forbidden', error.message.replace(/^You lack/, 'Who set the source up lacks'), {
      ...error.details,
      ...OWNERS_LACK,
    });
  throw error;
}
