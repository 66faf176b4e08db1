// The real worker for a test file: its own database, its own Temporal namespace, a folder of files, a mail catcher.
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterAll, beforeAll } from 'vitest';
import { type FileStore, openFiles } from '../../adapters/files.ts';
import { openLog } from '../../adapters/log.ts';
import { type Config, readConfig } from '../../config.ts';
import { type CaughtMail, readMails, startMailCatcher } from '../../dev/mail-catcher.ts';
import { freePort } from '../../dev/ports.ts';
import { assembleWorker } from '../../worker.ts';
import { type TestDatabase, useDatabase } from './database.ts';
import { type TestTemporal, useTemporal } from './temporal.ts';

export interface TestWorker extends TestDatabase {
  readonly temporal: TestTemporal;
  /** To be read inside tests and hooks only, like the next. */
  readonly config: Config;
  readonly files: FileStore;
  mails(): Promise<CaughtMail[]>;
}

/** To be called at the top of a test file: the worker runs from before its first test until after its last. */
export function useWorker(env: Record<string, string> = {}, temporal = useTemporal()): TestWorker {
  const database = useDatabase();
  let config: Config | undefined;
  let files: FileStore | undefined;
  let folder = '';
  const endings: (() => Promise<unknown>)[] = [];

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'muster-worker-'));
    endings.push(() => rm(folder, { recursive: true, force: true }));
    const catcher = await startMailCatcher({ port: await freePort(), directory: mailFolder(folder) });
    endings.push(() => catcher.stop());
    config = readConfig({
      DATABASE_URL: database.url,
      TEMPORAL_ADDRESS: temporal.address,
      TEMPORAL_NAMESPACE: temporal.namespace,
      SMTP_URL: catcher.url,
      MAIL_FROM: 'Muster <muster@example.org>',
      FILES_URL: pathToFileURL(join(folder, 'files')).href,
      LOG_LEVEL: 'silent',
      ...env,
    });
    files = await openFiles(config.files.url);
    const log = openLog('worker', config.log);
    const assembled = await assembleWorker(config, log, { workflowBundle: temporal.workflowBundle });
    const ended = assembled.worker.run();
    endings.push(async () => {
      assembled.worker.shutdown();
      await ended;
      await assembled.close();
    });
  });

  afterAll(async () => {
    for (const end of endings.reverse()) await end();
  });

  return {
    get db() {
      return database.db;
    },
    url: database.url,
    temporal,
    get config() {
      return there(config);
    },
    get files() {
      return there(files);
    },
    mails: () => readMails(mailFolder(folder)),
  };
}

const mailFolder = (folder: string) => join(folder, 'mail');

function there<Part>(part: Part | undefined): Part {
  if (part === undefined) throw new Error('the worker is there inside tests and hooks only');
  return part;
}
