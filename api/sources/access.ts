// Which sources an admin sees and may change, and what their Schedules are told once they have.
import type { Database } from '../../db/client.ts';
import { type Admin, findAdmin } from '../../db/queries/admins.ts';
import { findSource, type SourceOwner, type SourceRow } from '../../db/queries/sources/sources.ts';
import { Refusal } from '../../domain/refusal.ts';
import type { Permission } from '../../domain/rights.ts';
import { hiddenAs, siteFor } from '../access.ts';
import type { ApiDeps } from '../deps.ts';

const NO_SUCH_SOURCE = 'There is no such source, or it is not one of yours.';

/** The source, if the admin holds the right on its site. Out of sight it is `missing`. */
export async function getSourceFor(
  db: Database,
  admin: Admin,
  id: number,
  permission: Permission,
): Promise<SourceRow> {
  const source = await findSource(db, id);
  if (!source) throw noSuchSource();
  await siteFor(db, admin, source.siteId, permission).catch(hiddenAs(NO_SUCH_SOURCE));
  return source;
}

export const noSuchSource = () => new Refusal('missing', NO_SUCH_SOURCE);

/**
 * Refuses with `forbidden` a key that is limited to less than its person may do: a source works with all rights of its
 * owner, and so would this key, by way of it.
 */
export async function refuseLimitedKey(db: Database, { personId, scopes }: Admin): Promise<void> {
  if (scopes === null) return;
  const whole = await findAdmin(db, personId);
  const lacking = whole?.grants
    .flatMap(({ permissions }) => permissions)
    .filter((one) => !scopes.includes(one));
  if (lacking?.length === 0) return;
  throw new Refusal(
    'forbidden',
    'A source works with all rights of its owner, and this API key is limited to some of them. Sign in, or use a key without that limit.',
  );
}

/** An admin as the owner of a source. */
export const ownerOf = ({ personId, name, email }: Admin): SourceOwner => ({
  personId,
  name: name || email || 'an admin',
});

/** Brings the Schedule of a source up to date; where Temporal is away, the sweep does it later. */
export async function followSource(
  { sourceSchedules, log }: Pick<ApiDeps, 'sourceSchedules' | 'log'>,
  sourceId: number,
): Promise<void> {
  try {
    await sourceSchedules.ensure(sourceId);
  } catch (error) {
    log.warn({ err: error, sourceId }, 'Temporal is away: the Schedule of a source follows when it is back');
  }
}

/** Replies of every route for one source. */
export const NOT_YOURS = {
  403: { description: 'You lack the right on its site' },
  404: { description: 'It is not there, or not one of yours' },
};
