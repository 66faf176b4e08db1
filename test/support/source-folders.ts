// A source over a real folder, for tests of what it takes and puts away: its steps without Temporal, with breaks where they are wanted.
import { mkdir, mkdtemp, readdir, readFile, rm, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { MockActivityEnvironment } from '@temporalio/testing';
import { DefaultLogger } from '@temporalio/worker';
import { sql } from 'drizzle-orm';
import { afterAll, beforeAll } from 'vitest';
import { sourceIntakeActivities } from '../../activities/sources/intake.ts';
import type { SourceIntakeDeps } from '../../activities/sources/intake-deps.ts';
import { type OpenPlace, openPlace } from '../../adapters/sources/place.ts';
import type { Database } from '../../db/client.ts';
import { insertBulkAction } from '../../db/queries/bulk-actions.ts';
import { type Delivery, getDelivery } from '../../db/queries/sources/deliveries.ts';
import { noteRunBegun, noteRunRows, noteRunsEnded, partKey } from '../../db/queries/sources/delivery-runs.ts';
import type { NewSource, SourceRow } from '../../db/queries/sources/sources.ts';
import { DEFAULT_OPTIONS } from '../../domain/bulk-action.ts';
import type { Engine } from './engine.ts';
import { makeOrganisation, type TestOrganisation } from './runs.ts';
import { addSource } from './source-rows.ts';

const MINUTE = 60_000;

type Steps = ReturnType<typeof sourceIntakeActivities>;

export type SourceFolder = {
  readonly organisation: TestOrganisation;
  readonly source: SourceRow;
  readonly path: string;
  /** Puts a file there that was changed so many minutes ago. */
  put(name: string, content: string | Buffer, minutesAgo?: number): Promise<void>;
  /** All names in the folder and those for what is done with, with these in front. */
  names(): Promise<string[]>;
  read(name: string): Promise<string>;
  look(): ReturnType<Steps['lookAtSource']>;
  take(deliveryId: number): Promise<string>;
  settle(deliveryId: number): Promise<void>;
  /** Looks, lets time pass, looks again and takes what is at rest: gives its id. */
  arrive(): Promise<number>;
  /** Runs a part as a sync does, to its end; gives the run's id. */
  run(deliveryId: number, part?: number): Promise<string>;
  /** As if what was seen had been seen so many minutes earlier. */
  age(minutes: number): Promise<void>;
  delivery(id: number): Promise<Delivery>;
};

export type SourceFolders = {
  make(given?: Partial<NewSource>, deps?: Partial<SourceIntakeDeps>): Promise<SourceFolder>;
};

/** To be called at the top of a test file. */
export function useSourceFolders(engine: Engine): SourceFolders {
  let root = '';
  beforeAll(async () => {
    root = await mkdtemp(join(tmpdir(), 'muster-sources-'));
  });
  afterAll(() => rm(root, { recursive: true, force: true }));
  return {
    async make(given = {}, deps = {}) {
      const path = await mkdtemp(join(root, 'in-'));
      const organisation = await makeOrganisation(engine.db);
      const place = { kind: 'directory', path } as const;
      const source = await addSource(engine.db, organisation, {
        place,
        parts: [{ patterns: ['people-*.csv'], preset: 'people', options: {} }],
        ...given,
      });
      const bounds = { allowedNetworks: [], directories: [root] };
      const all: SourceIntakeDeps = {
        db: engine.db,
        files: engine.files,
        openPlace: () => openPlace(place, null, bounds),
        uploadBytesMax: 2 ** 20,
        zipBytesMax: 2 ** 20,
        ...deps,
      };
      return folderOf({ engine, organisation, source, path, deps: all });
    },
  };
}

type Made = {
  engine: Engine;
  organisation: TestOrganisation;
  source: SourceRow;
  path: string;
  deps: SourceIntakeDeps;
};

function folderOf({ engine, organisation, source, path, deps }: Made): SourceFolder {
  const { db } = engine;
  const steps = sourceIntakeActivities(deps);
  const step = <Input, Result>(work: (input: Input) => Promise<Result>, input: Input): Promise<Result> =>
    new MockActivityEnvironment({}, { logger: new DefaultLogger('ERROR') }).run(work, input);
  const folder: SourceFolder = {
    ...{ organisation, source, path },
    async put(name, content, minutesAgo = 5) {
      await mkdir(join(path, name, '..'), { recursive: true });
      await writeFile(join(path, name), content);
      const time = new Date(Date.now() - minutesAgo * MINUTE);
      await utimes(join(path, name), time, time);
    },
    names: () => namesIn(path),
    read: (name) => readFile(join(path, name), 'utf8'),
    look: () => step(steps.lookAtSource, { id: source.id }),
    take: async (deliveryId) => (await step(steps.takeDelivery, { deliveryId })).what,
    settle: (deliveryId) => step(steps.settleDelivery, { deliveryId }),
    async arrive() {
      await folder.look();
      await folder.age(2);
      const { deliveryId } = await folder.look();
      if (deliveryId === null) throw new Error('nothing is at rest');
      return deliveryId;
    },
    run: async (deliveryId, part = 0) =>
      runPart(engine, { organisation, source }, await getDelivery(db, deliveryId), part),
    async age(minutes) {
      await db.execute(sql`
        update source_file set unchanged_since = unchanged_since - make_interval(mins => ${minutes})
        where source_id = ${source.id}`);
      await db.execute(sql`
        update source_delivery set first_seen_at = first_seen_at - make_interval(mins => ${minutes})
        where source_id = ${source.id}`);
    },
    delivery: (id) => getDelivery(db, id),
  };
  return folder;
}

async function namesIn(path: string): Promise<string[]> {
  const entries = await readdir(path, { withFileTypes: true, recursive: true });
  return entries
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name).slice(path.length + 1))
    .sort();
}

async function runPart(
  engine: Engine,
  { organisation, source }: Pick<Made, 'organisation' | 'source'>,
  delivery: Delivery,
  part: number,
): Promise<string> {
  const { db } = engine;
  const deliveryId = delivery.id;
  const id = `run${deliveryId}x${part}`;
  await insertBulkAction(db, {
    id,
    siteId: source.siteId,
    rootId: source.rootId,
    kind: 'people',
    preset: 'people',
    options: { ...DEFAULT_OPTIONS },
    uploadIds: delivery.files.filter((file) => file.part === part).flatMap(({ uploadId }) => uploadId ?? []),
    fileName: null,
    sourceId: source.id,
    sourceDeliveryId: deliveryId,
    byPersonId: organisation.adminId,
    byName: 'Ada Admin',
    notifyEmail: null,
    grants: null,
    scopes: null,
    idempotencyKey: partKey(deliveryId, part),
    requestHash: id,
  });
  await noteRunBegun(db, { deliveryId, part, runId: id });
  await engine.stageRun(id);
  await engine.apply(await engine.check(id, await engine.lock(id)));
  await engine.end(id);
  await noteRunRows(db, deliveryId, part);
  return id;
}

/** Notes that the runs of a delivery went well. */
export const endWell = (db: Database, deliveryId: number): Promise<void> =>
  noteRunsEnded(db, deliveryId, { outcome: 'imported', problem: null });

/** A place that breaks at its n-th call, before it does anything or once it has: as if the worker had died there. */
export function breakingPlace(place: OpenPlace, at: number, when: 'before' | 'after'): OpenPlace {
  let calls = 0;
  const breaking =
    <Args extends unknown[], Result>(work: (...args: Args) => Promise<Result>) =>
    async (...args: Args): Promise<Result> => {
      const isIt = calls++ === at;
      if (isIt && when === 'before') throw new Error('killed');
      const result = await work(...args);
      if (isIt) throw new Error('killed');
      return result;
    };
  return {
    canMove: place.canMove,
    list: breaking(place.list),
    read: breaking(place.read),
    move: breaking(place.move),
    exists: breaking(place.exists),
    write: breaking(place.write),
    remove: breaking(place.remove),
    close: place.close,
  };
}
