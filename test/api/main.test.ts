// The API's process put together as it is run: it listens, answers, and ends when it is told to.
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { expect, test } from 'vitest';
import { openLog } from '../../adapters/log.ts';
import { startApi } from '../../api/main.ts';
import { readConfig } from '../../config.ts';
import { useDatabase } from '../support/database.ts';
import { useTemporal } from '../support/temporal.ts';

const database = useDatabase();
const temporal = useTemporal();

test('it answers on its port until it is closed, and leaves no connection behind', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'muster-api-'));
  const config = readConfig({
    DATABASE_URL: database.url,
    TEMPORAL_ADDRESS: temporal.address,
    TEMPORAL_NAMESPACE: temporal.namespace,
    SMTP_URL: 'smtp://127.0.0.1:1',
    MAIL_FROM: 'muster@example.org',
    FILES_URL: pathToFileURL(folder).href,
    MUSTER_DEV_MAIL_DIR: join(folder, 'mail'),
    PORT: '0',
    LOG_LEVEL: 'silent',
  });
  const api = await startApi(config, openLog('api', config.log));
  const ask = (path: string) => fetch(`http://127.0.0.1:${api.port}${path}`);
  expect(await (await ask('/readyz')).json()).toEqual({ database: 'ok', temporal: 'ok' });
  expect((await ask('/dev/mail.json')).status).toBe(200);
  expect(await (await ask('/')).text()).toContain('<div id="console">');
  await api.close();
  await expect(ask('/livez')).rejects.toThrow();
  await rm(folder, { recursive: true, force: true });
});
