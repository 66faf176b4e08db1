// The console beside a real worker: the API on the worker's own database, and a browser signed in to it.
import { afterAll, beforeAll } from 'vitest';
import { openLog } from '../../adapters/log.ts';
import { type RunningApi, startApi } from '../../api/main.ts';
import { type TestConsole, useConsole } from './console.ts';
import type { TestWorker } from './worker.ts';

/** To be called at the top of a test file. The worker must have been given the port 0. */
export function useWorkerConsole(worker: TestWorker): TestConsole {
  let api: RunningApi | undefined;
  beforeAll(async () => {
    api = await startApi(worker.config, openLog('api', worker.config.log));
  });
  afterAll(async () => {
    await api?.close();
  });
  return useConsole(() => {
    if (!api) throw new Error('the API is there inside tests and hooks only');
    return { url: `http://127.0.0.1:${api.port}`, db: worker.db };
  });
}
