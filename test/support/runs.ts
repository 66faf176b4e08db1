// Runs for tests below the API: an organisation, an upload, a run's row, its workflow, and what came of it.
import { randomBytes } from 'node:crypto';
import { Readable } from 'node:stream';
import { sql } from 'drizzle-orm';
import { temporalRuns } from '../../api/runs.ts';
import type { Database } from '../../db/client.ts';
import { insertBulkAction } from '../../db/queries/bulk-actions.ts';
import { insertFieldDefinition } from '../../db/queries/field-definitions.ts';
import { ensurePerson } from '../../db/queries/people.ts';
import { assignRole, insertRole } from '../../db/queries/roles/roles.ts';
import { getRun } from '../../db/queries/runs.ts';
import { insertRootSite, insertSite } from '../../db/queries/sites.ts';
import { insertUpload } from '../../db/queries/uploads.ts';
import { type BulkActionOptions, DEFAULT_OPTIONS, type Outcome } from '../../domain/bulk-action.ts';
import { getPreset } from '../../domain/presets/catalogue.ts';
import type { Reason } from '../../domain/problems.ts';
import { type Grant, PERMISSIONS, type Permission } from '../../domain/rights.ts';
import { type BulkActionResult, bulkActionWorkflowId } from '../../workflows/contract.ts';
import type { TestWorker } from './worker.ts';

export type TestOrganisation = { rootId: number; siteId: number; adminId: number };

let organisations = 0;

/** A new organisation with one site below its root, some fields, and an admin. */
export async function makeOrganisation(db: Database): Promise<TestOrganisation> {
  organisations += 1;
  const rootId = organisations * 1000;
  const siteId = rootId + 1;
  await insertRootSite(db, { id: rootId, name: `Organisation ${rootId}` });
  await insertSite(db, { id: siteId, name: `Site ${siteId}`, parentId: rootId });
  const field = { siteId: rootId, required: false, unique: false, pattern: null, choices: null };
  await insertFieldDefinition(db, { ...field, name: 'programme', label: 'Programme', type: 'text' });
  await insertFieldDefinition(db, { ...field, name: 'entry_year', label: 'Entry year', type: 'number' });
  await insertFieldDefinition(db, { ...field, name: 'badge', label: 'Badge', type: 'text', unique: true });
  const admin = await ensurePerson(db, {
    siteId: rootId,
    rootId,
    identifier: 'admin',
    email: `admin@${rootId}.example`,
    firstName: 'Ada',
    lastName: 'Admin',
    username: null,
    fields: {},
    displayName: null,
  });
  const role = await insertRole(db, { siteId: rootId, name: 'Owner', permissions: [...PERMISSIONS] });
  await assignRole(db, { personId: admin.id, roleId: role.id, siteId: rootId });
  return { rootId, siteId, adminId: admin.id };
}

/** What a run is asked for; without a preset it is one of people. */
export type RunRequest = Partial<BulkActionOptions> & {
  preset?: string;
  /** What the admin could do when the run began, and to what an API key was limited. */
  grants?: Grant[];
  scopes?: Permission[];
  isDryRun?: boolean;
  /** The source that begins it. */
  sourceId?: number;
};

/** Puts one upload or several and a run over them into the database. Its workflow is not started. */
export async function insertRun(
  { db, files }: Pick<TestWorker, 'db' | 'files'>,
  { rootId, siteId, adminId }: TestOrganisation,
  content: string | Buffer | readonly string[],
  { preset = 'people', grants, scopes, isDryRun = false, sourceId, ...options }: RunRequest = {},
): Promise<string> {
  const id = randomBytes(5).toString('hex');
  const contents = typeof content === 'string' || Buffer.isBuffer(content) ? [content] : content;
  const uploadIds = contents.map((_, n) => (n === 0 ? id : `${id}-${n}`));
  for (const [n, uploadId] of uploadIds.entries()) {
    const bytes = Buffer.from(contents[n] as string);
    const stored = await files.write(uploadId, Readable.from([bytes]), { maxBytes: 2 ** 30 });
    await insertUpload(db, { id: uploadId, name: 'people.csv', ...stored, byPersonId: adminId });
  }
  await insertBulkAction(db, {
    id,
    siteId,
    rootId,
    kind: 'people',
    preset,
    options: { ...DEFAULT_OPTIONS, action: getPreset(preset).actions[0], ...options },
    uploadIds,
    fileName: 'people.csv',
    byPersonId: adminId,
    byName: 'Ada Admin',
    notifyEmail: `admin@${rootId}.example`,
    grants: grants ?? null,
    scopes: scopes ?? null,
    isDryRun,
    sourceId: sourceId ?? null,
    idempotencyKey: null,
    requestHash: id,
  });
  return id;
}

/** Starts the workflow of a run, as the API does. */
export async function startRun(
  worker: TestWorker,
  organisation: TestOrganisation,
  id: string,
  isSmall = true,
) {
  const { rootId, siteId, adminId } = organisation;
  const { client } = worker.temporal;
  const { isDryRun } = await getRun(worker.db, id);
  await temporalRuns(client).start({
    id,
    siteId,
    rootId,
    kind: 'people',
    action: 'create-or-update',
    byPersonId: adminId,
    isDryRun,
    isSmall,
  });
  return client.workflow.getHandle<() => Promise<BulkActionResult>>(bulkActionWorkflowId(id));
}

/** Runs a CSV from upload to its end. */
export async function runCsv(
  worker: TestWorker,
  organisation: TestOrganisation,
  csv: string | Buffer,
  options: Partial<BulkActionOptions> = {},
): Promise<BulkActionResult & { id: string }> {
  const id = await insertRun(worker, organisation, csv, options);
  const handle = await startRun(worker, organisation, id);
  return { id, ...(await handle.result()) };
}

export type PlannedRow = { row: number; outcome: Outcome | null; reasons: Reason[] };

/** The outcome of each row, in order. */
export async function listOutcomes(db: Database, id: string): Promise<PlannedRow[]> {
  const rows = await db.execute<PlannedRow>(sql`
    select row_number as row, outcome, coalesce(reasons, '[]') as reasons
    from bulk_plan where bulk_action_id = ${id} order by row_number`);
  return [...rows];
}

export type PersonRecord = {
  identifier: string;
  email: string;
  username: string | null;
  first_name: string | null;
  last_name: string | null;
  fields: Record<string, unknown>;
  version: number;
};

/** The people of a site but its admin, by identifier. */
export async function listPeople(db: Database, siteId: number): Promise<PersonRecord[]> {
  const rows = await db.execute<PersonRecord>(sql`
    select identifier, email, username, first_name, last_name, fields, version
    from person where site_id = ${siteId} order by identifier collate "C"`);
  return [...rows];
}
