// `muster up`: everything on this machine, in one terminal, until Ctrl-C.
import { mkdir } from 'node:fs/promises';
import { MUSTER } from '../cli/command-name.ts';
import { complain, say } from '../cli/output.ts';
import { summaryLines } from '../cli/summary.ts';
import { type Database, openDb } from '../db/client.ts';
import { migrate } from '../db/migrate.ts';
import { listBulkActions } from '../db/queries/bulk-actions.ts';
import { Refusal } from '../domain/refusal.ts';
import {
  type DataFolder,
  keepPort,
  keepSecrets,
  keepSecretsKeys,
  openDataFolder,
  removeLocal,
  type Secrets,
  writeLocal,
} from './data-folder.ts';
import { DEMO, EMPTY, type Organisation } from './demo.ts';
import { runFirstImport } from './first-import.ts';
import { followForgottenMails } from './forgotten-mails.ts';
import { type RunningMailCatcher, startMailCatcher } from './mail-catcher.ts';
import {
  type Addresses,
  apiPart,
  environmentOf,
  filesUrlOf,
  postgresPart,
  temporalPart,
  workerPart,
} from './parts.ts';
import { findPortHolder } from './port-holder.ts';
import { freePort, isFree } from './ports.ts';
import { seed } from './seed.ts';
import { type Supervisor, supervise } from './supervisor.ts';

export interface UpOptions {
  /** Of the API. */
  port: number;
  dataDir: string;
  /** One root site and its admin, in place of the demo organisation. */
  isEmpty: boolean;
}

interface Session {
  options: UpOptions;
  folder: DataFolder;
  secrets: Secrets;
  organisation: Organisation;
  supervisor: Supervisor;
  addresses: Partial<Addresses>;
  /** Null where mails go to a real server. */
  mailPath: string | null;
  catcher?: RunningMailCatcher;
  forgetting?: { stop(): Promise<void> };
  url: string;
  isAnnounced: boolean;
}

const SMTP_PORT = 1025;
// npm hands Ctrl-C on to a program that the terminal has told already.
const SAME_CTRL_C_MS = 1000;

/** Starts what the environment does not name already, and ends the process on Ctrl-C, SIGTERM or SIGHUP. */
export async function up(options: UpOptions): Promise<void> {
  const session = await openSession(options);
  const stop = stopOnSignal(session);
  try {
    await refuseTakenPort(options.port);
    await startAll(session);
    await importFirst(session);
    greet(session);
  } catch (error) {
    if (stop.isAsked()) return stop.done;
    await stopAll(session);
    // A part that was still being fetched or started would hold up the end.
    setTimeout(() => process.exit(), 500).unref();
    throw error;
  }
  await stop.done;
}

async function refuseTakenPort(port: number): Promise<void> {
  if (await isFree(port)) return;
  const holder = await findPortHolder(port);
  const next = await freePort(port + 1, port + 2, port + 3);
  throw new Refusal(
    'conflict',
    `Port ${port} is taken${holder ? ` (by ${holder})` : ''}. Start with --port ${next}, or stop the other program.`,
  );
}

async function openSession(options: UpOptions): Promise<Session> {
  const folder = await openDataFolder(options.dataDir);
  const secrets = await keepSecrets(folder, options.isEmpty ? 'empty' : 'demo');
  if ((secrets.organisation === 'empty') !== options.isEmpty) {
    complain(
      `${folder.path} holds ${secrets.organisation === 'demo' ? 'the demo' : 'an empty'} organisation, which stays. Another one needs another --data.`,
    );
  }
  const session: Session = {
    options,
    folder,
    secrets,
    organisation: secrets.organisation === 'demo' ? DEMO : EMPTY,
    addresses: {},
    mailPath: null,
    url: `http://localhost:${options.port}`,
    isAnnounced: false,
    supervisor: supervise({ report: complain, onChange: () => announce(session) }),
  };
  return session;
}

async function startAll(session: Session): Promise<void> {
  const { folder, supervisor, options } = session;
  say(`Starting Muster in ${folder.path} …`);
  await Promise.all([
    startDatabase(session),
    startTemporalServer(session),
    catchMail(session),
    openFiles(session),
  ]);
  const addresses = session.addresses as Addresses;
  if (session.catcher) session.forgetting = followForgottenMails(addresses.databaseUrl, session.catcher);
  const env = environmentOf(addresses, {
    url: session.url,
    port: options.port,
    mailPath: session.mailPath,
    secretsKeysFile: await keepSecretsKeys(folder),
  });
  await Promise.all([supervisor.start(workerPart(folder, env)), supervisor.start(apiPart(folder, env))]);
  session.isAnnounced = true;
  await announce(session);
}

async function startDatabase(session: Session): Promise<void> {
  const { addresses, folder, supervisor } = session;
  const given = process.env['DATABASE_URL'];
  if (given) addresses.databaseUrl = given;
  else await supervisor.start(postgresPart(folder, (url) => (addresses.databaseUrl = url)));
  const url = addresses.databaseUrl ?? '';
  await migrate(url);
  await withDb(url, (db) => seed(db, session.organisation, session.secrets));
  say(`  Postgres is ready${given ? ', as DATABASE_URL says' : ''}.`);
}

async function startTemporalServer({ addresses, folder, supervisor }: Session): Promise<void> {
  const given = process.env['TEMPORAL_ADDRESS'];
  if (given) {
    addresses.temporalAddress = given;
    addresses.temporalUiUrl = process.env['TEMPORAL_UI_URL'] || null;
  } else {
    const part = temporalPart(folder, complain, ({ address, uiUrl }) => {
      addresses.temporalAddress = address;
      addresses.temporalUiUrl = uiUrl;
    });
    await supervisor.start(part);
  }
  say(`  Temporal is ready${given ? ', as TEMPORAL_ADDRESS says' : ''}.`);
}

async function catchMail(session: Session): Promise<void> {
  const { addresses, folder } = session;
  const given = process.env['SMTP_URL'];
  if (given) {
    addresses.smtpUrl = given;
    return;
  }
  const port = await keepPort(folder, 'smtp', SMTP_PORT);
  session.catcher = await startMailCatcher({ port, directory: folder.mail });
  session.mailPath = folder.mail;
  addresses.smtpUrl = session.catcher.url;
}

async function openFiles({ addresses, folder }: Session): Promise<void> {
  const given = process.env['FILES_URL'];
  if (!given) await mkdir(folder.files, { recursive: true, mode: 0o700 });
  addresses.filesUrl = given || filesUrlOf(folder);
}

// Whoever finds `local.json` finds a Muster that answers: it is not there before, and not after.
async function announce(session: Session): Promise<void> {
  if (!session.isAnnounced) return;
  const { folder, secrets, organisation, supervisor, mailPath, url } = session;
  const addresses = session.addresses as Addresses;
  await writeLocal(folder, {
    url,
    apiKey: secrets.apiKey,
    adminEmail: organisation.admin.email,
    adminPassword: secrets.adminPassword,
    databaseUrl: addresses.databaseUrl,
    temporalAddress: addresses.temporalAddress,
    temporalUiUrl: addresses.temporalUiUrl,
    filesPath: process.env['FILES_URL'] ? null : folder.files,
    mailPath,
    logPath: folder.logs,
    pids: { up: process.pid, ...supervisor.pids() },
  });
}

async function importFirst({ organisation, addresses, secrets, url }: Session): Promise<void> {
  const { firstImport, root } = organisation;
  if (!firstImport) return;
  const runs = await withDb(addresses.databaseUrl ?? '', (db) =>
    listBulkActions(db, [root.id], { limit: 1 }),
  );
  if (runs.length > 0) return;
  say(`\nThe first import: examples/${firstImport.file} into site ${firstImport.siteId}.`);
  const run = await runFirstImport({ url, apiKey: secrets.apiKey, ...firstImport });
  say(...summaryLines(run));
}

function greet({ url, organisation, secrets, addresses, mailPath, folder }: Session): void {
  const lines: [string, string | null][] = [
    [
      'Import',
      `${MUSTER} import FILE.csv --site ${organisation.firstImport?.siteId ?? organisation.root.id}`,
    ],
    ['Results', `${MUSTER} runs, then ${MUSTER} results RUN -o FILE.csv`],
    ['Console', url],
    ['API', `${url}/docs`],
    ['Sign in', `${organisation.admin.email} with ${secrets.adminPassword}`],
    ['Mails', mailPath && `${url}/dev/mail`],
    ['Temporal', addresses.temporalUiUrl ?? null],
    ['Data', `${folder.path} (logs in ${folder.logs})`],
  ];
  const shown = lines
    .filter(([, value]) => value !== null)
    .map(([name, value]) => `  ${name.padEnd(10)}${value}`);
  say('\nMuster is ready.', ...shown, '\nCtrl-C stops everything.');
}

function stopOnSignal(session: Session): { isAsked(): boolean; done: Promise<void> } {
  let askedAt: number | undefined;
  const done = new Promise<void>((_resolve, reject) => {
    const onSignal = () => {
      const isAgain = askedAt !== undefined && Date.now() - askedAt > SAME_CTRL_C_MS;
      // What we started ends by itself when we are gone.
      if (isAgain) process.exit(130);
      if (askedAt !== undefined) return;
      askedAt = Date.now();
      say('\nStopping …');
      stopAll(session).then(() => {
        say('Stopped. The data stays.');
        process.exit(0);
      }, reject);
    };
    for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, onSignal);
  });
  done.catch(() => {});
  return { isAsked: () => askedAt !== undefined, done };
}

async function stopAll({ supervisor, catcher, forgetting, folder }: Session): Promise<void> {
  await removeLocal(folder);
  await forgetting?.stop();
  await supervisor.stop();
  await catcher?.stop();
  await folder.lock.release();
}

async function withDb<Result>(url: string, work: (db: Database) => Promise<Result>): Promise<Result> {
  const db = openDb(url, { poolMax: 1 });
  try {
    return await work(db);
  } finally {
    await db.close();
  }
}
