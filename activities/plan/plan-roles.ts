// The plan of a run on roles, and that of taking one back.
import type { Database } from '../../db/client.ts';
import { analyzeRows, clearPlan, getRowRange } from '../../db/queries/check/plans.ts';
import { insertRolePlans, refuseLastAdmins, refuseRolesNotYours } from '../../db/queries/check/role-plans.ts';
import { rolesOf } from '../../db/queries/roles/role-changes.ts';
import type { Run } from '../../db/queries/runs.ts';
import { cutEvenly } from '../../domain/batch.ts';
import type { CheckMeans } from '../kind.ts';
import { ANALYZED_ROWS_MIN } from './plan-rows.ts';

/** From this many rows on, the plan is made by several statements at once. */
const DIVIDED_ROWS_MIN = 20_000;

/** Plans everybody by themselves; then nobody is changed by somebody who may not, and somebody stays who gives roles. */
export async function planRoles(db: Database, run: Run, { lanes }: CheckMeans): Promise<void> {
  const roles = rolesOf(run);
  const rows = run.rowsTotal ?? 0;
  await clearPlan(db, run.id);
  const range = await getRowRange(db, run.id);
  const ranges = cutEvenly(range, rows >= DIVIDED_ROWS_MIN ? lanes : 1);
  await Promise.all(ranges.map((part) => insertRolePlans(db, run.id, roles, part)));
  if (rows >= ANALYZED_ROWS_MIN) await analyzeRows(db, 'bulk_plan');
  await refuseRolesNotYours(db, run.id, roles);
  await refuseLastAdmins(db, run.id, run.rootId, roles);
}
