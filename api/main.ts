// The API's process: puts the application together with the database, Temporal and the files, and listens.
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { fileURLToPath } from 'node:url';
import type { Router } from 'express';
import { openFiles } from '../adapters/files.ts';
import { type Log, openLog } from '../adapters/log.ts';
import { openMetrics } from '../adapters/metrics.ts';
import { openSecretBox } from '../adapters/secrets.ts';
import { tellable } from '../adapters/tellable-error.ts';
import { connectTemporal } from '../adapters/temporal.ts';
import { webhookTargets } from '../adapters/webhooks-target.ts';
import { type Config, ConfigError, readConfig } from '../config.ts';
import { openDb } from '../db/client.ts';
import { migrate } from '../db/migrate.ts';
import { createApp } from './app.ts';
import { temporalCardholderMails } from './cardholder-mails.ts';
import { temporalDeliveries } from './deliveries.ts';
import { openEventHub } from './event-hub.ts';
import { temporalFollowUps } from './follow-ups.ts';
import { openProgressHub } from './progress-hub.ts';
import { temporalRuns } from './runs.ts';
import { sourceReadings } from './sources/readings.ts';
import { temporalSourceSchedules } from './sources/schedules.ts';

/** A large file over a slow line takes its time. */
const REQUEST_TIMEOUT_MS = 60 * 60 * 1000;

export type RunningApi = { port: number; close(): Promise<void> };

/** Starts the API and gives the port on which it listens. Temporal may be away: runs then start when it is back. */
export async function startApi(config: Config, log: Log): Promise<RunningApi> {
  await migrate(config.database.url);
  const db = openDb(config.database.url, {
    poolMax: config.database.poolMax,
    applicationName: 'muster-api',
  });
  const temporal = await connectTemporal(config.temporal);
  const progress = openProgressHub(db, log);
  const events = openEventHub(db, log);
  const app = createApp({
    db,
    runs: temporalRuns(temporal),
    deliveries: temporalDeliveries(temporal),
    followUps: temporalFollowUps(temporal, { db, log }),
    sourceSchedules: temporalSourceSchedules(temporal, { db }),
    sourceBounds: config.sources,
    secretBox: openSecretBox(config.secrets),
    cardholderMails: temporalCardholderMails(temporal),
    webhookTargets: webhookTargets(config.webhooks.allowedNetworks),
    files: await openFiles(config.files.url),
    progress,
    events,
    log,
    metrics: openMetrics({ readSources: sourceReadings(db) }),
    clock: () => new Date(),
    publicUrl: config.publicUrl,
    uploadBytesMax: config.http.uploadBytesMax,
    zipBytesMax: config.photos.zipBytesMax,
    photos: config.photos,
    cardholderPhotos: { bytesMax: config.photos.cardholderBytesMax, pixelsMax: config.photos.pixelsMax },
    oidc: config.oidc,
    resultsDays: config.resultsDays,
    trustProxy: config.http.trustProxy,
    temporalUi:
      config.temporal.uiUrl === null
        ? null
        : { url: config.temporal.uiUrl, namespace: config.temporal.namespace },
    extraRouters: await devPages(config),
  });
  const server = createServer({ requestTimeout: REQUEST_TIMEOUT_MS }, app);
  await listen(server, config.http);
  return {
    port: (server.address() as AddressInfo).port,
    async close() {
      const ended = closed(server, config.shutdownGraceMs);
      await progress.close();
      await events.close();
      await ended;
      await temporal.connection.close();
      await db.close();
    },
  };
}

/** The caught mails, where there is a folder of them. */
async function devPages({ http }: Config): Promise<Router[]> {
  if (http.devMailDir === null) return [];
  const { mailPages } = await import('../dev/mail-pages.ts');
  return [mailPages(http.devMailDir)];
}

const listen = (server: Server, { host, port }: Config['http']): Promise<void> =>
  new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, host, resolve);
  });

/** Requests under way may finish; those that take longer than the grace are cut off. */
function closed(server: Server, graceMs: number): Promise<void> {
  const timer = setTimeout(() => server.closeAllConnections(), graceMs);
  return new Promise((resolve) => {
    server.close(() => {
      clearTimeout(timer);
      resolve();
    });
    server.closeIdleConnections();
  });
}

async function main(): Promise<void> {
  const config = readConfig(process.env);
  const log = openLog('api', config.log);
  const api = await startApi(config, log);
  log.info({ url: config.publicUrl, port: api.port }, 'API is ready');
  process.send?.({ type: 'ready' });
  const signal = await new Promise<string>((resolve) => {
    for (const name of ['SIGINT', 'SIGTERM'] as const) process.once(name, () => resolve(name));
  });
  log.info(`${signal}: finishing the requests under way`);
  await api.close();
}

if (process.argv[1] && fileURLToPath(import.meta.url) === process.argv[1])
  main().then(
    () => process.exit(0),
    (error: unknown) => {
      console.error(error instanceof ConfigError ? error.message : tellable(error));
      process.exit(1);
    },
  );
