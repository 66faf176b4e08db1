// The engine without Temporal: the real steps of a run, called one after the other, for tests of what they write.
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { MockActivityEnvironment } from '@temporalio/testing';
import { DefaultLogger } from '@temporalio/worker';
import { afterAll, beforeAll } from 'vitest';
import { applyActivities } from '../../activities/apply.ts';
import { type Checked, checkActivities } from '../../activities/check.ts';
import { endActivities } from '../../activities/end.ts';
import { openPictureDesk } from '../../activities/stage/picture-desk.ts';
import { stageActivities } from '../../activities/stage.ts';
import { type FileStore, openFiles } from '../../adapters/files.ts';
import { type Database, openDb } from '../../db/client.ts';
import { grantLocks } from '../../db/queries/edit-locks.ts';
import { type Ended, type Ending, getRun } from '../../db/queries/runs.ts';
import type { BatchSizes } from '../../domain/batch.ts';
import { PHASES } from '../../domain/bulk-action.ts';
import { useDatabase } from './database.ts';
import { insertRun, type RunRequest, type TestOrganisation } from './runs.ts';

type Content = string | Buffer | readonly string[];

/** As the settings have it where nobody says otherwise. */
const desk = openPictureDesk({ bytesMax: 5 * 2 ** 20, pixelsMax: 25e6, atOnce: 2 });

/** As the worker has it. Without it, a check of ten rows waits for the JIT. */
const SESSION_SETTINGS = { jit: 'off' };

/** A run that was checked under its lock. */
export type CheckedRun = Checked & { id: string; token: number };

export interface Engine {
  /** To be read inside tests and hooks only. */
  readonly db: Database;
  readonly url: string;
  readonly files: FileStore;
  /** A run whose rows are in the database: it is queued. */
  stage(organisation: TestOrganisation, content: Content, request?: RunRequest): Promise<string>;
  /** Stages a run that is in the database already. */
  stageRun(id: string): Promise<void>;
  /** The token of the run's lock, granted now. */
  lock(id: string): Promise<number>;
  check(id: string, token: number | null): Promise<CheckedRun>;
  /** Stage, lock, check. */
  plan(organisation: TestOrganisation, content: Content, request?: RunRequest): Promise<CheckedRun>;
  /** All batches, one after the other. Gives how many rows got an outcome. */
  apply(run: CheckedRun): Promise<number>;
  end(id: string, ending?: Ending): Promise<Ended>;
  /** The whole way, from upload to completed. */
  run(
    organisation: TestOrganisation,
    content: Content,
    request?: RunRequest,
  ): Promise<Ended & { id: string }>;
}

/** To be called at the top of a test file. */
export function useEngine(sizes: BatchSizes = { chunkRows: 5000, batchChunks: 5 }): Engine {
  const database = useDatabase();
  let db: Database | undefined;
  let files: FileStore | undefined;
  let folder = '';

  beforeAll(async () => {
    db = openDb(database.url, { applicationName: 'engine', sessionSettings: SESSION_SETTINGS });
    folder = await mkdtemp(join(tmpdir(), 'muster-engine-'));
    files = await openFiles(pathToFileURL(folder).href);
  });
  afterAll(async () => {
    await db?.close();
    await rm(folder, { recursive: true, force: true });
  });

  const means = () => {
    if (!db || !files) throw new Error('the engine is there inside tests and hooks only');
    return { db, files };
  };
  const step = <Input, Result>(work: (input: Input) => Promise<Result>, input: Input): Promise<Result> =>
    new MockActivityEnvironment({}, { logger: new DefaultLogger('ERROR') }).run(work, input);

  const engine: Engine = {
    get db() {
      return means().db;
    },
    url: database.url,
    get files() {
      return means().files;
    },
    async stage(organisation, content, request) {
      const id = await insertRun(means(), organisation, content, request);
      await engine.stageRun(id);
      return id;
    },
    async stageRun(id) {
      await step(stageActivities({ ...means(), desk }).stage, { id });
    },
    async lock(id) {
      const { lockSiteIds } = await getRun(means().db, id);
      const grant = await grantLocks(means().db, id, lockSiteIds ?? []);
      if (grant.kind === 'held') throw new Error(`held by ${grant.holders.join(', ')}`);
      return grant.token;
    },
    async check(id, token) {
      const { check } = checkActivities({ db: means().db, sizes, lanes: 2, consentMinutes: 60 });
      return { id, token: token ?? 0, ...(await step(check, { id, token })) };
    },
    async plan(organisation, content, request) {
      const id = await engine.stage(organisation, content, request);
      return engine.check(id, await engine.lock(id));
    },
    async apply({ id, token, batches }) {
      const { applyBatch } = applyActivities({ applyDb: means().db });
      let rows = 0;
      for (const phase of PHASES)
        for (const batch of batches.filter((one) => one.phase === phase))
          rows += (await step(applyBatch, { id, token, batch })).rows;
      return rows;
    },
    end: (id, ending = { state: 'completed' }) => step(endActivities(means()).end, { id, ending }),
    async run(organisation, content, request) {
      const planned = await engine.plan(organisation, content, request);
      await engine.apply(planned);
      return { id: planned.id, ...(await engine.end(planned.id)) };
    },
  };
  return engine;
}
