// The worker's process: puts workflows and their steps together with the database, the files and the mail server.
import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { Client } from '@temporalio/client';
import { NativeConnection, Runtime, Worker, type WorkflowBundleOption } from '@temporalio/worker';
import { applyActivities } from './activities/apply.ts';
import { ActivityBridge } from './activities/bridge.ts';
import { checkActivities } from './activities/check.ts';
import { consentActivities } from './activities/consents.ts';
import { endActivities } from './activities/end.ts';
import { followUpActivities } from './activities/follow-ups.ts';
import type { Activities } from './activities/index.ts';
import { invitationActivities } from './activities/invitations.ts';
import { lockActivities } from './activities/locks.ts';
import { mailActivities } from './activities/mail.ts';
import { purgeActivities } from './activities/purge.ts';
import { sourceIntakeActivities } from './activities/sources/intake.ts';
import { sourceRunActivities } from './activities/sources/run.ts';
import { openPictureDesk, type PictureDesk } from './activities/stage/picture-desk.ts';
import { stageActivities } from './activities/stage.ts';
import { sweepActivities } from './activities/sweep.ts';
import { webhookActivities } from './activities/webhooks.ts';
import { type FileStore, openFiles } from './adapters/files.ts';
import { type Log, openLog } from './adapters/log.ts';
import { type Lanes, openLanes } from './adapters/mail/lanes.ts';
import { type Mailer, openMailer } from './adapters/mail/transport.ts';
import { openSecretBox } from './adapters/secrets.ts';
import { openSourcePlace } from './adapters/sources/source-place.ts';
import { tellable } from './adapters/tellable-error.ts';
import { isRunning, nativeConnectionOptions, runtimeOptions } from './adapters/temporal.ts';
import { openWebhookSender } from './adapters/webhooks.ts';
import { webhookTargets } from './adapters/webhooks-target.ts';
import { temporalCardholderMails } from './api/cardholder-mails.ts';
import { ensureSchedules } from './api/clock.ts';
import { temporalDeliveries } from './api/deliveries.ts';
import { temporalFollowUps } from './api/follow-ups.ts';
import { temporalRuns } from './api/runs.ts';
import { sourceRuns } from './api/sources/runs.ts';
import { temporalSourceSchedules } from './api/sources/schedules.ts';
import { type Config, ConfigError, readConfig } from './config.ts';
import { type Database, openDb } from './db/client.ts';
import { migrate } from './db/migrate.ts';
import {
  bulkActionWorkflowId,
  FILES_TASK_QUEUE,
  outgoingMailWorkflowId,
  TASK_QUEUE,
} from './workflows/contract.ts';

/** Statements of one step: enough that being scheduled weighs little, few enough that a lost step costs little. */
const BATCH_CHUNKS = 5;

/** Zips that are read at once, for each picture that is: reading waits for the desk most of its time. */
const ZIPS_FOR_EACH_PICTURE = 4;

/** Heartbeats carry a cancel to the step: it must not take longer to arrive than people are ready to wait. */
const HEARTBEAT_INTERVAL = '2s';

/** Files are read whole, joins are hashed: the check of a large file wants memory, and never pays for the JIT. */
const CHECK_SETTINGS = { jit: 'off', work_mem: '64MB' };

/** Chunks find their few rows among many: index probes beat every scan, which default costs do not see. */
const APPLY_SETTINGS = { ...CHECK_SETTINGS, enable_seqscan: 'off', random_page_cost: '1.1' };

/** No one waits for the Schedule of a source to be written, but for the sweep. */
const SCHEDULE_CALL_MS = 15_000;

/** Workers that have not begun to run, as one, and how to end what they hold once they have run. */
export type AssembledWorker = {
  worker: { run(): Promise<void>; shutdown(): void };
  client: Client;
  close(): Promise<void>;
};

/**
 * Puts a worker together. Connects to Temporal; everything else is connected to when it is first needed.
 * `code`: the workflows, bundled or as sources.
 */
export async function assembleWorker(
  config: Config,
  log: Log,
  code: WorkflowCode = workflowCode(),
): Promise<AssembledWorker> {
  const connection = await NativeConnection.connect(await nativeConnectionOptions(config.temporal));
  const { namespace } = config.temporal;
  const client = new Client({ connection, namespace });
  const { url, poolMax } = config.database;
  const db = openDb(url, { poolMax, applicationName: 'muster-worker', sessionSettings: CHECK_SETTINGS });
  const applyDb = openDb(url, { poolMax, applicationName: 'muster-apply', sessionSettings: APPLY_SETTINGS });
  const mailer = openMailer(config.mail);
  const mailLanes = openLanes(config.mail, config.invitations.connections);
  const files = await openFiles(config.files.url);
  const desk = openPictureDesk(config.photos);
  const common = {
    connection,
    namespace,
    interceptors: { activity: [() => ({ inbound: new ActivityBridge() })] },
    maxHeartbeatThrottleInterval: HEARTBEAT_INTERVAL,
    defaultHeartbeatThrottleInterval: HEARTBEAT_INTERVAL,
    shutdownGraceTime: config.shutdownGraceMs,
  };
  const rowWorker = await Worker.create({
    ...common,
    ...code,
    taskQueue: TASK_QUEUE,
    activities: assembleActivities(config, { db, applyDb, client, files, desk, mailer, mailLanes, log }),
    maxConcurrentActivityTaskExecutions: config.worker.activitiesMax,
  });
  const fileWorker = await Worker.create({
    ...common,
    taskQueue: FILES_TASK_QUEUE,
    activities: stageActivities({ db, files, desk }),
    // Runs take turns at the desk, picture by picture: a small zip need not wait for a large one.
    maxConcurrentActivityTaskExecutions: ZIPS_FOR_EACH_PICTURE * config.photos.atOnce,
  });
  const close = async () => {
    mailer.close();
    mailLanes.close();
    await Promise.all([db.close(), applyDb.close()]);
    await connection.close();
  };
  return { worker: together([rowWorker, fileWorker]), client, close };
}

/** Several workers as one: they stop together, also where one of them fails. */
function together(workers: readonly Worker[]): AssembledWorker['worker'] {
  const shutdown = () => {
    for (const worker of workers) if (worker.getState() === 'RUNNING') worker.shutdown();
  };
  const runOne = async (worker: Worker) => {
    try {
      await worker.run();
    } finally {
      shutdown();
    }
  };
  return {
    shutdown,
    async run() {
      for (const ended of await Promise.allSettled(workers.map(runOne)))
        if (ended.status === 'rejected') throw ended.reason;
    },
  };
}

type WorkflowCode = { workflowBundle: WorkflowBundleOption } | { workflowsPath: string };

type Means = {
  db: Database;
  applyDb: Database;
  client: Client;
  files: FileStore;
  desk: PictureDesk;
  mailer: Mailer;
  mailLanes: Lanes;
  log: Log;
};

function assembleActivities(
  config: Config,
  { db, applyDb, client, files, desk, mailer, mailLanes, log }: Means,
): Activities {
  const runs = temporalRuns(client);
  const followUps = temporalFollowUps(client, { db, log });
  const secretBox = openSecretBox(config.secrets);
  const sourceSchedules = temporalSourceSchedules(client, { db, timeoutMs: SCHEDULE_CALL_MS });
  const { chunkRows, lanes } = config.worker;
  return {
    ...stageActivities({ db, files, desk }),
    ...checkActivities({
      db,
      lanes,
      sizes: { chunkRows, batchChunks: BATCH_CHUNKS },
      consentMinutes: config.consents.consentMinutes,
    }),
    ...consentActivities({ db, terms: config.consents }),
    ...applyActivities({ applyDb }),
    ...endActivities({ db, files, nudgeFollowUps: followUps.nudge }),
    ...followUpActivities({ db }),
    ...invitationActivities({
      db,
      files,
      lanes: mailLanes,
      perSecond: config.invitations.perSecond,
      publicUrl: config.publicUrl,
      log,
    }),
    ...lockActivities({ db, client, workflowIdOf: bulkActionWorkflowId }),
    ...mailActivities({ db, mailer, publicUrl: config.publicUrl, log }),
    ...purgeActivities({ db, resultsDays: config.resultsDays, log }),
    ...sourceIntakeActivities({
      db,
      files,
      openPlace: (source) => openSourcePlace(source, secretBox, config.sources),
      uploadBytesMax: config.http.uploadBytesMax,
      zipBytesMax: config.photos.zipBytesMax,
    }),
    ...webhookActivities({
      db,
      sender: openWebhookSender(webhookTargets(config.webhooks.allowedNetworks)),
      publicUrl: config.publicUrl,
      clock: () => new Date(),
      sendingMax: Math.ceil(config.worker.activitiesMax / 2),
      log,
    }),
    ...sourceRunActivities({
      db,
      clock: () => new Date(),
      beginRun: sourceRuns(db).begin,
      isSyncAlive: (workflowId) => isRunning(client, workflowId),
      ensureSchedule: (id) =>
        sourceSchedules.ensure(id).catch((error: unknown) => {
          log.warn({ err: error, sourceId: id }, 'the sweep writes the Schedule of a source');
        }),
    }),
    ...sweepActivities({
      db,
      files,
      log,
      startRun: (run) => runs.start({ ...run, isSmall: false }),
      cancelRun: (id) => runs.cancel(id, null),
      tellMended: runs.mended,
      startMail: (mailId) => startMail(client, mailId),
      startCardholderMails: (mailIds) => temporalCardholderMails(client).start(mailIds, { delayMs: 0 }),
      startDelivery: (id) => temporalDeliveries(client).start(id),
      isRunAlive: (id) => isRunning(client, bulkActionWorkflowId(id)),
      ensureFollowUp: followUps.ensure,
      listRunningFollowUps: followUps.listRunning,
      ensureSource: sourceSchedules.ensure,
      restoreSources: sourceSchedules.restore,
      triggerSource: sourceSchedules.trigger,
    }),
  };
}

async function startMail(client: Client, mailId: number): Promise<void> {
  await client.workflow.start('outgoingMail', {
    workflowId: outgoingMailWorkflowId(mailId),
    taskQueue: TASK_QUEUE,
    args: [{ mailId }],
    workflowIdConflictPolicy: 'USE_EXISTING',
  });
}

/** The bundle made by the build where this file is built code; otherwise the sources, bundled at start. */
function workflowCode(): WorkflowCode {
  const bundle = fileURLToPath(new URL('./workflow-bundle.js', import.meta.url));
  if (existsSync(bundle)) return { workflowBundle: { codePath: bundle } };
  return { workflowsPath: fileURLToPath(new URL('./workflows/index.ts', import.meta.url)) };
}

async function main(): Promise<void> {
  const config = readConfig(process.env);
  const log = openLog('worker', config.log);
  const metricsAddress = config.metrics.port === null ? null : `0.0.0.0:${config.metrics.port}`;
  Runtime.install(runtimeOptions(log, metricsAddress));
  await migrate(config.database.url);
  const { worker, client, close } = await assembleWorker(config, log);
  await ensureSchedules(client);
  const running = worker.run();
  for (const signal of ['SIGINT', 'SIGTERM'] as const)
    process.once(signal, () => {
      log.info(`${signal}: finishing what is begun`);
      worker.shutdown();
    });
  process.send?.({ type: 'ready' });
  log.info(
    { taskQueues: [TASK_QUEUE, FILES_TASK_QUEUE], namespace: config.temporal.namespace },
    'worker is ready',
  );
  await running;
  await close();
}

if (process.argv[1] && fileURLToPath(import.meta.url) === process.argv[1])
  main().then(
    () => process.exit(0),
    (error: unknown) => {
      console.error(error instanceof ConfigError ? error.message : tellable(error));
      process.exit(1);
    },
  );
