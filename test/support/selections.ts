// Runs over a selection of people without Temporal: a run's row with its selection in the database, and the steps of its way.
import { randomBytes } from 'node:crypto';
import type { Database } from '../../db/client.ts';
import { insertBulkAction } from '../../db/queries/bulk-actions.ts';
import {
  type BulkActionOptions,
  DEFAULT_OPTIONS,
  type Kind,
  type RoleChange,
} from '../../domain/bulk-action.ts';
import type { Permission } from '../../domain/rights.ts';
import type { Selection } from '../../domain/selection.ts';
import type { CheckedRun, Engine } from './engine.ts';
import type { TestOrganisation } from './runs.ts';

export type SelectionRequest = Partial<BulkActionOptions> & {
  kind?: Kind;
  isDryRun?: boolean;
  /** Where the run begins; the site of the organisation unless told. */
  at?: number;
  /** Who starts it; the admin of the organisation unless told. */
  by?: number;
  scopes?: Permission[];
};

/** Puts a run over a selection into the database. Its workflow is not started. */
export async function insertSelectionRun(
  db: Database,
  { rootId, siteId, adminId }: TestOrganisation,
  selection: Selection,
  { kind = 'roles', isDryRun = false, at = siteId, by = adminId, scopes, ...options }: SelectionRequest,
): Promise<string> {
  const id = randomBytes(5).toString('hex');
  const run = {
    id,
    siteId: at,
    rootId,
    kind,
    preset: 'people',
    options: { ...DEFAULT_OPTIONS, action: 'change-roles' as const, ...options },
    uploadIds: [],
    fileName: null,
    isDryRun,
    byPersonId: by,
    byName: 'Ada Admin',
    notifyEmail: `admin@${rootId}.example`,
    scopes: scopes ?? null,
    idempotencyKey: null,
    requestHash: id,
  };
  await insertBulkAction(db, run, selection);
  return id;
}

/** Stages, locks and checks a run that gives and takes roles. */
export async function planRolesOf(
  engine: Engine,
  organisation: TestOrganisation,
  selection: Selection,
  roles: Partial<RoleChange>,
  request: SelectionRequest = {},
): Promise<CheckedRun> {
  const all = { ...request, roles: { add: [], remove: [], ...roles } };
  const id = await insertSelectionRun(engine.db, organisation, selection, all);
  await engine.stageRun(id);
  return engine.check(id, await engine.lock(id));
}

/** Gives and takes roles of a selection, from beginning to end. Gives the run's id and what became of its rows. */
export async function changeRoles(
  engine: Engine,
  organisation: TestOrganisation,
  selection: Selection,
  roles: Partial<RoleChange>,
  request?: SelectionRequest,
) {
  const planned = await planRolesOf(engine, organisation, selection, roles, request);
  await engine.apply(planned);
  return { id: planned.id, ...(await engine.end(planned.id)) };
}
