// A real HTTPS server on this machine, with a certificate of an authority of its own, both made by openssl.
import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import type { IncomingMessage, RequestListener, ServerResponse } from 'node:http';
import { createServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, onTestFinished } from 'vitest';

const run = promisify(execFile);

type Pair = { key: string; cert: string };

/** To be read inside tests and hooks only. */
export interface TestAuthority {
  /** The authority, as PEM. */
  readonly authority: string;
  /** The key and certificate of a server at 127.0.0.1 or localhost. */
  readonly pair: Pair;
}

type Asked = { method: string; url: string; headers: IncomingMessage['headers'] };
export type TestHttps = {
  /** `https://127.0.0.1:PORT`. */
  origin: string;
  /** What was asked for, in order. */
  asked: Asked[];
  stop(): Promise<void>;
};

/** To be called at the top of a test file. */
export function useAuthority(): TestAuthority {
  let made: TestAuthority | undefined;
  beforeAll(async () => {
    made = await newAuthority();
  }, 60_000);
  afterAll(() => {
    made = undefined;
  });
  const there = () => {
    if (made === undefined) throw new Error('the authority is there inside tests and hooks only');
    return made;
  };
  return {
    get authority() {
      return there().authority;
    },
    get pair() {
      return there().pair;
    },
  };
}

/** A server that ends with the test. */
export async function useHttps(
  { pair }: TestAuthority,
  respond: (request: IncomingMessage, response: ServerResponse) => void,
): Promise<TestHttps> {
  const server = await startHttps(pair, respond);
  onTestFinished(() => server.stop());
  return server;
}

async function startHttps(pair: Pair, respond: RequestListener): Promise<TestHttps> {
  const asked: Asked[] = [];
  const server = createServer(pair, (request, response) => {
    asked.push({ method: request.method ?? '', url: request.url ?? '', headers: request.headers });
    respond(request, response);
  });
  server.listen(0, '127.0.0.1');
  await new Promise((resolve) => server.once('listening', resolve));
  const { port } = server.address() as AddressInfo;
  return {
    origin: `https://127.0.0.1:${port}`,
    asked,
    async stop() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

async function newAuthority(): Promise<TestAuthority> {
  const folder = await mkdtemp(join(tmpdir(), 'muster-tls-'));
  const path = (name: string) => join(folder, name);
  const curve = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes'];
  try {
    await run('openssl', [
      ...['req', '-x509', ...curve, '-days', '2', '-subj', '/CN=Muster tests'],
      ...['-keyout', path('ca.key'), '-out', path('ca.pem')],
    ]);
    await run('openssl', [
      ...['req', ...curve, '-subj', '/CN=localhost'],
      ...['-keyout', path('key.pem'), '-out', path('request.pem')],
    ]);
    await writeFile(path('names'), 'subjectAltName=DNS:localhost,IP:127.0.0.1\n');
    await run('openssl', [
      ...['x509', '-req', '-days', '2', '-in', path('request.pem'), '-extfile', path('names')],
      ...['-CA', path('ca.pem'), '-CAkey', path('ca.key'), '-CAcreateserial', '-out', path('cert.pem')],
    ]);
    const [authority, key, cert] = await Promise.all(
      ['ca.pem', 'key.pem', 'cert.pem'].map((name) => readFile(path(name), 'utf8')),
    );
    return { authority: authority ?? '', pair: { key: key ?? '', cert: cert ?? '' } };
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}
