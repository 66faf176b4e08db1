// Sources for tests below the API: a directory that is fed, its row, and syncs of it.
import { mkdir, mkdtemp, readdir, rm, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { eq, sql } from 'drizzle-orm';
import { afterAll, beforeAll } from 'vitest';
import { insertSource, type NewSource, type SourceRow } from '../../db/queries/sources/sources.ts';
import { source } from '../../db/schema/sources.ts';
import {
  type SourceSyncResult,
  type SyncPatience,
  sourceSyncWorkflowId,
  TASK_QUEUE,
} from '../../workflows/contract.ts';
import type { TestOrganisation } from './runs.ts';
import type { TestWorker } from './worker.ts';

/** A folder under which directories of sources lie. To be called at the top of a test file. */
export function useFolders() {
  let root = '';
  beforeAll(async () => {
    root = await mkdtemp(join(tmpdir(), 'muster sources '));
  });
  afterAll(() => rm(root, { recursive: true, force: true }));
  return {
    /** To be read inside tests and hooks only. */
    get root() {
      return root;
    },
    /** A new one, and what is done with it. */
    async make(): Promise<Folder> {
      const path = await mkdtemp(join(root, 'in-'));
      return folderOf(path);
    },
  };
}

/** A folder outside of a test's own hooks. */
export async function makeFolder(): Promise<{ folder: Folder; remove(): Promise<void> }> {
  const path = await mkdtemp(join(tmpdir(), 'muster source '));
  return { folder: folderOf(path), remove: () => rm(path, { recursive: true, force: true }) };
}

export type Folder = ReturnType<typeof folderOf>;

export const folderOf = (path: string) => ({
  path,
  /** Puts a file there that has been at rest for an hour. */
  async put(name: string, content: string): Promise<void> {
    await mkdir(path, { recursive: true });
    await writeFile(join(path, name), content);
    const before = new Date(Date.now() - 60 * 60_000);
    await utimes(join(path, name), before, before);
  },
  list: async (folder: '' | 'completed' | 'failed' = ''): Promise<string[]> =>
    (await readdir(join(path, folder), { withFileTypes: true }).catch(() => []))
      .filter((entry) => entry.isFile())
      .map(({ name }) => name)
      .sort(),
});

let names = 0;

/** A source of people at the organisation's site, which takes whatever lies in the folder. */
export async function addSource(
  { db }: Pick<TestWorker, 'db'>,
  { siteId, rootId, adminId }: TestOrganisation,
  folder: Pick<Folder, 'path'>,
  more: Partial<NewSource> = {},
): Promise<SourceRow> {
  names += 1;
  return insertSource(db, {
    siteId,
    rootId,
    name: `Source ${names}`,
    place: { kind: 'directory', path: folder.path },
    secret: null,
    parts: [{ patterns: ['*.csv'], preset: 'people', options: {} }],
    schedule: {
      when: { kind: 'cron', cron: '0 2 * * *' },
      timeZone: 'UTC',
      jitterSeconds: 0,
      blackouts: [],
    },
    readiness: { kind: 'rest', restSeconds: 0 },
    rowCount: null,
    fewerRowsPercentMax: null,
    setWaitMinutes: 0,
    notify: [`told@${rootId}.example`],
    tells: 'problems',
    freshHours: null,
    by: { personId: adminId, name: 'Ada Admin' },
    ...more,
  });
}

/** Soon rather than late, so that a test need not wait. */
const PATIENCE: Partial<SyncPatience> = { placeTries: 2, arrivingMs: 5_000, lookMs: 200, lookMsMax: 1_000 };

let syncs = 0;

/** Starts a sync, as the source's Schedule does. */
export async function startSync(worker: TestWorker, id: number, patience: Partial<SyncPatience> = {}) {
  syncs += 1;
  const workflowId = `${sourceSyncWorkflowId(id)}-${syncs}`;
  const { workflow } = worker.temporal.client;
  await workflow.start('sourceSync', {
    workflowId,
    taskQueue: TASK_QUEUE,
    args: [{ id, patience: { ...PATIENCE, ...patience } }],
  });
  return workflow.getHandle<() => Promise<SourceSyncResult>>(workflowId);
}

/** A night: a sync from its start to its end. */
export async function sync(worker: TestWorker, id: number): Promise<SourceSyncResult> {
  return (await startSync(worker, id)).result();
}

export async function sourceOf({ db }: Pick<TestWorker, 'db'>, id: number): Promise<SourceRow> {
  const [found] = await db.select().from(source).where(eq(source.id, id));
  if (!found) throw new Error(`there is no source ${id}`);
  return found;
}

export type DeliveryRecord = {
  id: number;
  state: string;
  outcome: string | null;
  code: string | null;
  rows: number | null;
};

export async function listDeliveriesOf(
  { db }: Pick<TestWorker, 'db'>,
  id: number,
): Promise<DeliveryRecord[]> {
  const rows = await db.execute<DeliveryRecord>(sql`
    select id::float8 as id, state, outcome, problem_code as code, rows from source_delivery
    where source_id = ${id} order by id`);
  return [...rows];
}

/** What mails the source has noted, in order. */
export async function listMailsOf({ db }: Pick<TestWorker, 'db'>, id: number): Promise<string[]> {
  const rows = await db.execute<{ what: string }>(sql`
    select what from outgoing_mail where source_id = ${id} order by id`);
  return [...rows].map(({ what }) => what);
}

/** The runs of a source, in order. */
export async function listRunsOf(
  { db }: Pick<TestWorker, 'db'>,
  id: number,
): Promise<{ id: string; state: string; counts: Record<string, number> | null }[]> {
  const rows = await db.execute<{ id: string; state: string; counts: Record<string, number> | null }>(sql`
    select id, state, counts from bulk_action where source_id = ${id} order by created_at, id`);
  return [...rows];
}
