// A real API for a test file: its own database, a real Temporal namespace, and admins to ask it with.
import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { Client } from '@temporalio/client';
import { Connection, Client as TemporalClient } from '@temporalio/client';
import type { Express } from 'express';
import { afterAll, beforeAll } from 'vitest';
import { openFiles } from '../../adapters/files.ts';
import { openLog } from '../../adapters/log.ts';
import { openMetrics } from '../../adapters/metrics.ts';
import { webhookTargets } from '../../adapters/webhooks-target.ts';
import { createApp } from '../../api/app.ts';
import { temporalDeliveries } from '../../api/deliveries.ts';
import type { ApiDeps } from '../../api/deps.ts';
import { openEventHub } from '../../api/event-hub.ts';
import { temporalFollowUps } from '../../api/follow-ups.ts';
import { openProgressHub } from '../../api/progress-hub.ts';
import { temporalRuns } from '../../api/runs.ts';
import { hashOf, hashPassword, newApiKey } from '../../api/secrets.ts';
import { sourceReadings } from '../../api/sources/readings.ts';
import { temporalSourceSchedules } from '../../api/sources/schedules.ts';
import type { Database } from '../../db/client.ts';
import { insertApiKey } from '../../db/queries/api-keys.ts';
import { setCredential } from '../../db/queries/credentials.ts';
import { ensurePerson } from '../../db/queries/people.ts';
import { assignRole, insertRole } from '../../db/queries/roles/roles.ts';
import { insertRootSite, insertSite } from '../../db/queries/sites.ts';
import { PERMISSIONS, type Permission } from '../../domain/rights.ts';
import { useDatabase } from '../support/database.ts';
import { type TestTemporal, useTemporal } from '../support/temporal.ts';

/** The organisation of every test: 1000, below it 1001 and 1002; a stranger's, 5000. */
export const ROOT = 1000;
export const NORTH = 1001;
export const SOUTH = 1002;
export const FOREIGN = 5000;
export const PASSWORD = 'correct horse battery staple';

export type Answer = {
  status: number;
  headers: Headers;
  text: string;
  /** The body as JSON; fails where it is none. */
  readonly json: ReturnType<typeof JSON.parse>;
};

export type Ask = (
  method: string,
  path: string,
  options?: { body?: unknown; raw?: string | FormData | Uint8Array; headers?: Record<string, string> },
) => Promise<Answer>;

export type TestApi = {
  readonly url: string;
  readonly db: Database;
  readonly temporal: Client;
  /** For a worker beside it: `useWorker({ DATABASE_URL: api.databaseUrl, … }, api.namespace)`. */
  readonly databaseUrl: string;
  readonly namespace: TestTemporal;
  /** Asks as the owner of the organisation, who may do everything on all of its sites. */
  readonly owner: Ask;
  readonly ownerId: number;
  /** Asks without saying who. */
  readonly anybody: Ask;
  /** Makes an admin with these rights on a site, and asks as that one. */
  admin(siteId: number, permissions: readonly Permission[]): Promise<Ask & { personId: number; key: string }>;
  /** What Express answers under /v1 and beside it, as `get /v1/people/{id}`. */
  readonly routes: readonly string[];
  /** What the file store holds. */
  storedFiles(): Promise<string[]>;
};

export type TestApiOptions = Partial<Omit<ApiDeps, 'followUps'>> & {
  /** What it does not say is done for real. */
  followUps?: Partial<ApiDeps['followUps']>;
  /** The address that it gives out is the one where it is: for browsers that are sent away and come back. */
  isReachable?: boolean;
  /** Nothing answers where Temporal should be. */
  isTemporalAway?: boolean;
  /** How often runs that are watched are read, whether they are said to have moved or not. */
  pollMs?: number;
};

/** To be called at the top of a test file. */
export function useApi(options: TestApiOptions = {}): TestApi {
  const database = useDatabase();
  const temporal = useTemporal();
  const { isTemporalAway = false, isReachable = false, pollMs, ...deps } = options;
  let server: Server | undefined;
  let folder = '';
  let away: Connection | undefined;
  let progress: ReturnType<typeof openProgressHub> | undefined;
  let events: ReturnType<typeof openEventHub> | undefined;
  let owner: (Ask & { personId: number }) | undefined;
  let admins = 0;
  let port = 0;
  let routes: string[] = [];
  const url = () => `http://127.0.0.1:${port}`;

  beforeAll(async () => {
    const { db } = database;
    folder = await mkdtemp(join(tmpdir(), 'muster-files-'));
    const log = openLog('api', { level: 'silent', isJson: true });
    if (isTemporalAway) away = Connection.lazy({ address: '127.0.0.1:1' });
    progress = openProgressHub(db, log, pollMs);
    events = openEventHub(db, log, { runMs: 200, gatherMs: 50 });
    const client = away ? new TemporalClient({ connection: away }) : temporal.client;
    let app: Express | undefined;
    server = createServer((request, response) => app?.(request, response));
    await new Promise<void>((resolve) => server?.listen(0, '127.0.0.1', resolve));
    port = (server.address() as AddressInfo).port;
    app = createApp({
      db,
      runs: temporalRuns(client),
      deliveries: temporalDeliveries(client),
      webhookTargets: webhookTargets([]),
      files: await openFiles(pathToFileURL(folder).href),
      progress,
      events,
      log,
      metrics: openMetrics({ readSources: sourceReadings(db, { keptMs: 0 }) }),
      clock: () => new Date(),
      publicUrl: isReachable ? url() : 'http://muster.test',
      uploadBytesMax: 1024 * 1024,
      zipBytesMax: 2 * 1024 * 1024,
      photos: { bytesMax: 1024 * 1024, pixelsMax: 25e6 },
      cardholderPhotos: { bytesMax: 20 * 1024 * 1024, pixelsMax: 25e6 },
      cardholderMails: { start: async () => {} },
      sourceSchedules: temporalSourceSchedules(client, { db }),
      sourceBounds: { allowedNetworks: [], directories: [] },
      secretBox: null,
      ...deps,
      followUps: { ...temporalFollowUps(client, { db, log }), ...deps.followUps },
    });
    routes = routesOf(app);
    await insertRootSite(db, { id: ROOT, name: 'University' });
    await insertSite(db, { id: NORTH, name: 'North', parentId: ROOT });
    await insertSite(db, { id: SOUTH, name: 'South', parentId: ROOT });
    await insertRootSite(db, { id: FOREIGN, name: 'Another one' });
    owner = await admin(ROOT, PERMISSIONS);
  });

  afterAll(async () => {
    await progress?.close();
    await events?.close();
    server?.closeAllConnections();
    await new Promise((resolve) => server?.close(resolve));
    await away?.close();
    await rm(folder, { recursive: true, force: true });
  });

  async function admin(siteId: number, permissions: readonly Permission[]) {
    const { db } = database;
    admins += 1;
    const rootId = siteId === FOREIGN ? FOREIGN : ROOT;
    const email = `admin${admins}@example.org`;
    const person = await ensurePerson(db, {
      siteId,
      rootId,
      identifier: `admin-${admins}`,
      email,
      username: null,
      firstName: 'Admin',
      lastName: `No ${admins}`,
      displayName: null,
      fields: {},
    });
    const role = await insertRole(db, { siteId, name: `role ${admins}`, permissions });
    await assignRole(db, { personId: person.id, roleId: role.id, siteId });
    if (admins === 1)
      await setCredential(db, { personId: person.id, passwordHash: await hashPassword(PASSWORD) });
    const key = newApiKey();
    await insertApiKey(db, { name: 'test', keyHash: hashOf(key), personId: person.id });
    return Object.assign(askWith({ Authorization: `Bearer ${key}` }), { personId: person.id, key });
  }

  function askWith(own: Record<string, string>): Ask {
    return async (method, path, { body, raw, headers } = {}) => {
      const response = await fetch(`${url()}${path}`, {
        method,
        redirect: 'manual',
        headers: { ...own, ...(body !== undefined && { 'Content-Type': 'application/json' }), ...headers },
        ...(raw !== undefined && { body: raw, duplex: 'half' }),
        ...(body !== undefined && { body: JSON.stringify(body) }),
      } as RequestInit);
      const text = await response.text();
      return {
        status: response.status,
        headers: response.headers,
        text,
        get json() {
          return JSON.parse(text);
        },
      };
    };
  }

  const there = () => {
    if (!owner) throw new Error('the API is there inside tests and hooks only');
    return owner;
  };
  return {
    get url() {
      return url();
    },
    get db() {
      return database.db;
    },
    get temporal() {
      return temporal.client;
    },
    databaseUrl: database.url,
    namespace: temporal,
    get owner() {
      return there();
    },
    get ownerId() {
      return there().personId;
    },
    anybody: askWith({}),
    admin,
    get routes() {
      return routes;
    },
    storedFiles: () => readdir(folder),
  };
}

function routesOf(app: Express): string[] {
  const layers = app.router.stack as { route?: { path: string; stack: { method: string }[] } }[];
  return layers.flatMap(({ route }) =>
    route ? [`${route.stack[0]?.method} ${route.path.replace(/:(\w+)/g, '{$1}')}`] : [],
  );
}
