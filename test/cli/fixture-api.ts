// An API of a few lines, to see how the command line takes what a real one says only now and then.
import { once } from 'node:events';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { BulkAction } from '../../api/wire.ts';
import { type Counts, NO_COUNTS } from '../../domain/bulk-action.ts';

export type Seen = {
  method: string;
  path: string;
  query: URLSearchParams;
  headers: IncomingMessage['headers'];
  body: string;
};
export type Exchange = { seen: Seen; request: IncomingMessage; response: ServerResponse; params: string[] };
type Handler = (exchange: Exchange) => void | Promise<void>;

export type FixtureApi = {
  env: { MUSTER_URL: string; MUSTER_API_KEY: string };
  /** Every request so far, in order. */
  seen: Seen[];
  on(method: string, path: RegExp, handler: Handler): void;
  /** As if the API were killed: connections are cut, the port is closed. */
  stop(): Promise<void>;
  /** Back on the same port. */
  start(): Promise<void>;
};

export async function startFixtureApi(): Promise<FixtureApi> {
  const seen: Seen[] = [];
  const handlers: { method: string; path: RegExp; handler: Handler }[] = [];
  let server: Server | undefined;
  let port = 0;
  const answer = async (request: IncomingMessage, response: ServerResponse) => {
    const url = new URL(request.url ?? '/', 'http://fixture');
    const handler = handlers.findLast(
      ({ method, path }) => method === request.method && path.test(url.pathname),
    );
    const isUpload = url.pathname === '/v1/files';
    const body = isUpload ? '' : await textOf(request);
    const { method = '', headers } = request;
    const entry = { method, path: url.pathname, query: url.searchParams, headers, body };
    seen.push(entry);
    if (!handler) return problem(response, 404, 'missing', 'There is nothing at this address.');
    const params = handler.path.exec(url.pathname)?.slice(1) ?? [];
    await handler.handler({ seen: entry, request, response, params });
  };
  const start = async () => {
    const begun = createServer((request, response) => {
      answer(request, response).catch(() => response.destroy());
    }).listen(port, '127.0.0.1');
    await once(begun, 'listening');
    port = (begun.address() as AddressInfo).port;
    server = begun;
  };
  const stop = async () => {
    server?.closeAllConnections();
    await new Promise((resolve) => server?.close(resolve));
  };
  await start();
  return {
    env: { MUSTER_URL: `http://127.0.0.1:${port}`, MUSTER_API_KEY: 'key-of-a-test' },
    seen,
    on: (method, path, handler) => handlers.push({ method, path, handler }),
    stop,
    start,
  };
}

async function textOf(request: IncomingMessage): Promise<string> {
  let text = '';
  for await (const chunk of request.setEncoding('utf8')) text += chunk;
  return text;
}

export function json(response: ServerResponse, status: number, body: unknown): void {
  response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));
}

export function problem(
  response: ServerResponse,
  status: number,
  code: string,
  detail: string,
  headers: Record<string, string> = {},
): void {
  const body = { type: `urn:muster:problem:${code}`, title: code, status, code, detail };
  response
    .writeHead(status, { 'content-type': 'application/problem+json', ...headers })
    .end(JSON.stringify(body));
}

/** One event with a run, as the API sends it. */
export const eventOf = (id: number, run: BulkAction): string =>
  `id: ${id}\nevent: progress\ndata: ${JSON.stringify(run)}\n\n`;

export const countsOf = (counts: Partial<Counts>): Counts => ({ ...NO_COUNTS, ...counts });

export const RUN: BulkAction = {
  id: 'r7k2m9q4',
  site: 1042,
  kind: 'people',
  preset: 'people',
  savedPreset: null,
  fileName: 'students.csv',
  undoes: null,
  undoneBy: null,
  options: {
    action: 'create-or-update',
    existing: 'overwrite',
    overwriteEdited: false,
    undoCreated: 'archive',
    limits: {},
    replacesLimits: false,
    invite: 'none',
    photoMatch: null,
    roles: null,
    cardsOfId: null,
    headerRow: 1,
    mapping: {},
    clearBlank: [],
    expect: null,
    rowsMin: null,
    trailer: null,
    absent: 'archive',
    absentAmong: 'site',
    matchBy: null,
    cardIdType: 'decimal',
    cardValidFrom: null,
    cardValidUntil: null,
    encoding: null,
    delimiter: null,
  },
  state: 'staging',
  phase: null,
  progress: { done: 0, total: null },
  counts: NO_COUNTS,
  error: null,
  format: null,
  columns: null,
  startedBy: 'Ada Admin',
  startedById: 1,
  isDryRun: false,
  ask: null,
  paused: null,
  cancelReason: null,
  isCancelling: false,
  followUp: null,
  mail: null,
  workflowId: 'bulk-action/r7k2m9q4',
  createdAt: '2026-03-01T10:00:00.000Z',
  stagedAt: null,
  lockedAt: null,
  checkedAt: null,
  finishedAt: null,
  discardedAt: null,
};

export const completed = (counts: Partial<Counts>): BulkAction => ({
  ...RUN,
  state: 'completed',
  counts: countsOf(counts),
  progress: { done: counts.total ?? 0, total: counts.total ?? 0 },
  finishedAt: '2026-03-01T10:00:04.200Z',
});

/** Takes uploads and starts `RUN`, which is then as `current` says, with one event at once. */
export function serveRun(api: FixtureApi, current: () => BulkAction): void {
  api.on('POST', /^\/v1\/files$/, async ({ request, response }) => {
    let bytes = 0;
    for await (const chunk of request) bytes += (chunk as Buffer).length;
    json(response, 201, { id: 'f1', name: 'students.csv', bytes, sha256: 'x' });
  });
  api.on('POST', /^\/v1\/bulk-actions$/, ({ response }) => json(response, 202, RUN));
  api.on('GET', /^\/v1\/bulk-actions\/[^/]+$/, ({ response }) => json(response, 200, current()));
  api.on('GET', /\/events$/, ({ response }) => {
    response.writeHead(200, { 'content-type': 'text/event-stream' }).end(eventOf(1, current()));
  });
}
