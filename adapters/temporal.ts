// The way to Temporal: addresses, TLS and API keys, for clients and for workers.
import { readFile } from 'node:fs/promises';
import { Client, Connection, type TLSConfig, WorkflowNotFoundError } from '@temporalio/client';
import type { NativeConnectionOptions, RuntimeOptions } from '@temporalio/worker';
import { type Log, temporalLogger } from './log.ts';

export type TemporalSettings = {
  /** Host and port. */
  address: string;
  namespace: string;
  /** Null for an open connection; `{}` in all but name where every path is null: TLS as the system has it. */
  tls: {
    certificatePath: string | null;
    keyPath: string | null;
    caPath: string | null;
    serverName: string | null;
  } | null;
  apiKey: string | null;
};

/**
 * A client that connects at its first call, so that the API starts while Temporal is away and finds it when it is
 * back. `client.connection.ensureConnected()` tells whether it is there; `client.connection.close()` ends it.
 */
export async function connectTemporal(settings: TemporalSettings): Promise<Client> {
  const connection = Connection.lazy({ ...(await connectionOptions(settings)), connectTimeout: '5s' });
  return new Client({ connection, namespace: settings.namespace });
}

/** What `NativeConnection.connect` takes. A worker without Temporal has nothing to do, so it connects at once. */
export async function nativeConnectionOptions(settings: TemporalSettings): Promise<NativeConnectionOptions> {
  return connectionOptions(settings);
}

async function connectionOptions({ address, tls, apiKey }: TemporalSettings) {
  return {
    address,
    tls: tls === null ? null : await tlsOptions(tls),
    ...(apiKey === null ? {} : { apiKey }),
  };
}

async function tlsOptions(tls: NonNullable<TemporalSettings['tls']>): Promise<TLSConfig> {
  const [certificate, key, authority] = await Promise.all(
    [tls.certificatePath, tls.keyPath, tls.caPath].map((path) =>
      path === null ? undefined : readFile(path),
    ),
  );
  return {
    ...(tls.serverName === null ? {} : { serverNameOverride: tls.serverName }),
    ...(authority ? { serverRootCACertificate: authority } : {}),
    ...(certificate && key ? { clientCertPair: { crt: certificate, key } } : {}),
  };
}

/**
 * What `Runtime.install` takes, once in a worker's process and before it connects: Temporal's lines join the log,
 * and its metrics are served at `metricsAddress` (host:port), if that is not null.
 */
export function runtimeOptions(log: Log, metricsAddress: string | null): RuntimeOptions {
  return {
    logger: temporalLogger(log),
    // The process listens for signals itself: it has more to end than its worker.
    shutdownSignals: [],
    telemetryOptions: {
      logging: { forward: {}, filter: { core: 'WARN', other: 'ERROR' } },
      ...(metricsAddress === null ? {} : { metrics: { prometheus: { bindAddress: metricsAddress } } }),
    },
  };
}

/** True where a workflow of this id is running now; false where it ended, however it did, or never was. */
export async function isRunning(client: Client, workflowId: string): Promise<boolean> {
  try {
    const { status } = await client.workflow.getHandle(workflowId).describe();
    return status.name === 'RUNNING';
  } catch (error) {
    if (error instanceof WorkflowNotFoundError) return false;
    throw error;
  }
}
