// The way to Temporal: a client of a real server, and what TLS and API keys become.
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, inject, onTestFinished, test } from 'vitest';
import { openLog } from '../../adapters/log.ts';
import {
  connectTemporal,
  isRunning,
  nativeConnectionOptions,
  runtimeOptions,
} from '../../adapters/temporal.ts';
import '../support/provided.ts';

const OPEN = { address: 'localhost:7233', namespace: 'default', tls: null, apiKey: null };
const NO_FILES = { certificatePath: null, keyPath: null, caPath: null, serverName: null };

test('a client finds the server, and learns that a workflow is not there', async () => {
  const client = await connectTemporal({ ...OPEN, address: inject('temporalAddress') });
  onTestFinished(() => client.connection.close());
  await client.connection.ensureConnected();
  expect(await isRunning(client, 'bulk-action/nobody')).toBe(false);
});

test('a client of a server that is away is there all the same', async () => {
  const client = await connectTemporal({ ...OPEN, address: '127.0.0.1:1' });
  onTestFinished(() => client.connection.close());
  await expect(client.workflow.getHandle('bulk-action/x').describe()).rejects.toThrow();
});

test('TLS takes the files and the name that are given, an API key stands beside it', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'muster-tls-'));
  onTestFinished(() => rm(folder, { recursive: true }));
  const [certificatePath, keyPath, caPath] = ['cert', 'key', 'ca'].map((name) => join(folder, name));
  if (!certificatePath || !keyPath || !caPath) throw new Error('no paths');
  await Promise.all([certificatePath, keyPath, caPath].map((path) => writeFile(path, path)));
  const tls = { certificatePath, keyPath, caPath, serverName: 'temporal.example.org' };
  expect(await nativeConnectionOptions({ ...OPEN, tls, apiKey: 'secret' })).toEqual({
    address: 'localhost:7233',
    apiKey: 'secret',
    tls: {
      serverNameOverride: 'temporal.example.org',
      serverRootCACertificate: Buffer.from(caPath),
      clientCertPair: { crt: Buffer.from(certificatePath), key: Buffer.from(keyPath) },
    },
  });
  expect((await nativeConnectionOptions({ ...OPEN, tls: NO_FILES })).tls).toEqual({});
  expect((await nativeConnectionOptions(OPEN)).tls).toBeNull();
});

test('metrics are served where an address is given', () => {
  const log = openLog('test', { level: 'silent', isJson: true });
  expect(runtimeOptions(log, '0.0.0.0:9464').telemetryOptions?.metrics).toEqual({
    prometheus: { bindAddress: '0.0.0.0:9464' },
  });
  expect(runtimeOptions(log, null).telemetryOptions).not.toHaveProperty('metrics');
});
