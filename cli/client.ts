// The way to the API: one request as it is meant here, sent again where that is safe, its refusals as errors.
import { randomUUID } from 'node:crypto';
import type { Page } from '../api/wire.ts';
import type { Language } from '../domain/language.ts';
import { type Connection, findConnection } from './connection.ts';
import { problemOf, type Retrying, Unreachable } from './faults.ts';
import { languageIn } from './language.ts';
import { withRetries } from './retry.ts';

/** Before the API has answered once it may just not be there; after that it is surely coming back. */
const PATIENCE_FIRST_MS = 15_000;
const PATIENCE_MS = 10 * 60_000;
/** From here on a wait is worth telling. */
const SILENT_WAIT_MS = 1000;
const ANSWER_TIMEOUT_MS = 60_000;
const PAGE_ROWS = 100;

/** A list stands for a parameter that is given several times. */
export type Query = Readonly<Record<string, string | number | readonly string[] | undefined>>;

export type Call = {
  method?: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';
  path: string;
  query?: Query;
  headers?: Readonly<Record<string, string>>;
  /** Makes the body anew for each attempt. */
  body?: () => NonNullable<RequestInit['body']>;
  /** Whether it does no harm to send the request a second time; a GET unless told. */
  isRepeatable?: boolean;
  /** Until the answer begins; 0 for any time. */
  timeoutMs?: number;
  /** How long to try again, once the API has been seen; ten minutes unless told. */
  patienceMs?: number;
  signal?: AbortSignal;
};

export type Client = {
  readonly url: string;
  /** Sends a call and hands its answer to `consume`, which is part of the attempt: a cut in the body is a fault too. */
  call<Result>(call: Call, consume: (response: Response) => Promise<Result>): Promise<Result>;
  get<Result>(path: string, query?: Query): Promise<Result>;
  /** `key` makes the call safe to repeat: the API does it once for each key. */
  post<Result>(path: string, body: unknown, key?: string): Promise<Result>;
  patch<Result>(path: string, body: unknown): Promise<Result>;
  /** Takes something away. Sent once: a second time would find it gone, and tell of that. */
  remove(path: string, query?: Query): Promise<void>;
  /** All items of a list, page by page, up to `max`. */
  list<Item>(path: string, query?: Query, max?: number): Promise<Item[]>;
};

export const newIdempotencyKey = (): string => randomUUID();

/** A client of the Muster that this environment and folder lead to. `note` hears what a person should know meanwhile. */
export const openClient = (note: (line: string) => void): Client =>
  clientOf({ ...findConnection(process.env, process.cwd()), language: languageIn(process.env) }, note);

/** A Muster, and the language in which it is asked to answer. */
type Spoken = Connection & { language?: Language | undefined };

/** A client of one Muster. Every call throws `ApiProblem` for a refusal and `Unreachable` where nobody answers. */
export function clientOf(connection: Spoken, note: (line: string) => void): Client {
  let isThere = false;
  let hasTold = false;
  const onWait = (fault: Error, sinceMs: number) => {
    if (hasTold || sinceMs < SILENT_WAIT_MS) return;
    hasTold = true;
    const words = fault instanceof Unreachable ? 'does not answer' : 'is busy';
    note(`Muster at ${connection.url} ${words}; trying again …`);
  };
  const call: Client['call'] = (call, consume) =>
    withRetries(
      async () => {
        try {
          const response = await request(connection, call);
          isThere = true;
          if (!response.ok) throw await problemOf(response);
          const result = await consume(response);
          hasTold = false;
          return result;
        } catch (error) {
          const outage = outageOf(error, connection.url);
          // A connection that broke was one: something is there, and may be starting again.
          isThere ||= outage?.retrying === 'if-repeatable';
          throw outage ?? error;
        }
      },
      {
        isRepeatable: call.isRepeatable ?? (call.method ?? 'GET') === 'GET',
        patienceMs: () => (isThere ? (call.patienceMs ?? PATIENCE_MS) : PATIENCE_FIRST_MS),
        onWait,
      },
    );
  const get = <Result>(path: string, query: Query = {}) => call<Result>({ path, query }, jsonOf);
  const send = <Result>(method: 'POST' | 'PATCH', path: string, body: unknown, key?: string) => {
    const headers = { 'content-type': 'application/json', ...(key && { 'idempotency-key': key }) };
    const asked = { method, path, headers, body: () => JSON.stringify(body) };
    return call<Result>({ ...asked, isRepeatable: key !== undefined }, jsonOf);
  };
  const remove: Client['remove'] = async (path, query = {}) => {
    await call({ method: 'DELETE', path, query }, (response) => response.text());
  };
  const list = <Item>(path: string, query: Query = {}, max = Number.POSITIVE_INFINITY) =>
    listAll<Item>((page) => get(path, { ...query, ...page }), max);
  return {
    url: connection.url,
    call,
    get,
    post: (path, body, key) => send('POST', path, body, key),
    patch: (path, body) => send('PATCH', path, body),
    remove,
    list,
  };
}

async function listAll<Item>(getPage: (query: Query) => Promise<Page<Item>>, max: number): Promise<Item[]> {
  const items: Item[] = [];
  let cursor: string | undefined;
  do {
    const page = await getPage({ limit: Math.min(PAGE_ROWS, max - items.length), cursor });
    items.push(...page.items);
    cursor = page.next ?? undefined;
  } while (cursor !== undefined && items.length < max);
  return items.slice(0, max);
}

async function request(connection: Spoken, call: Call): Promise<Response> {
  const url = new URL(`${connection.url}/v1${call.path}`);
  for (const [name, value] of Object.entries(call.query ?? {}))
    for (const one of Array.isArray(value) ? value : [value])
      if (one !== undefined) url.searchParams.append(name, String(one));
  const timer = new AbortController();
  const timeoutMs = call.timeoutMs ?? ANSWER_TIMEOUT_MS;
  const timeout = timeoutMs > 0 ? setTimeout(() => timer.abort(new Late()), timeoutMs) : undefined;
  const init: RequestInit = {
    method: call.method ?? 'GET',
    headers: {
      ...(connection.language && { 'accept-language': connection.language }),
      ...call.headers,
      authorization: `Bearer ${connection.apiKey}`,
    },
    signal: call.signal ? AbortSignal.any([call.signal, timer.signal]) : timer.signal,
  };
  // Without a window and redirects fetch has no use for a copy of the body, and so keeps none in memory.
  if (call.body) Object.assign(init, { body: call.body(), duplex: 'half', redirect: 'error', window: null });
  try {
    return await fetch(url, init);
  } finally {
    clearTimeout(timeout);
  }
}

/** The JSON of an answer. Refuses what no Muster says. */
export async function jsonOf<Result>(response: Response): Promise<Result> {
  const text = await response.text();
  try {
    return JSON.parse(text) as Result;
  } catch (error) {
    const { origin } = new URL(response.url);
    throw new Unreachable(`What answers at ${origin} is no Muster. Check MUSTER_URL.`, 'in-vain', error);
  }
}

class Late extends Error {}

/** Faults of the way there that pass by themselves, and whether a request may be sent again after them. */
const OUTAGES: Readonly<Record<string, { words: string; retrying: Retrying }>> = {
  ECONNREFUSED: { words: 'connection refused', retrying: 'safe' },
  EHOSTUNREACH: { words: 'no way to that host', retrying: 'safe' },
  ENETUNREACH: { words: 'no network', retrying: 'safe' },
  EAI_AGAIN: { words: 'its name can’t be looked up now', retrying: 'safe' },
  UND_ERR_CONNECT_TIMEOUT: { words: 'connecting took too long', retrying: 'safe' },
  ECONNRESET: { words: 'connection reset', retrying: 'if-repeatable' },
  EPIPE: { words: 'connection closed', retrying: 'if-repeatable' },
  ETIMEDOUT: { words: 'connection timed out', retrying: 'if-repeatable' },
  UND_ERR_SOCKET: { words: 'connection closed', retrying: 'if-repeatable' },
  UND_ERR_HEADERS_TIMEOUT: { words: 'no answer in time', retrying: 'if-repeatable' },
  UND_ERR_BODY_TIMEOUT: { words: 'its answer stopped midway', retrying: 'if-repeatable' },
};

// fetch wraps what went wrong, and for a name with several addresses wraps it twice.
function outageOf(error: unknown, url: string): Unreachable | undefined {
  if (error instanceof Late) return unreachable(url, 'no answer in time', 'if-repeatable', error);
  let last: unknown = error;
  for (let at: unknown = error; at instanceof Error; at = at.cause) {
    last = at;
    const outage = OUTAGES[(at as NodeJS.ErrnoException).code ?? ''];
    if (outage) return unreachable(url, outage.words, outage.retrying, error);
  }
  // A name that does not exist, a certificate that nobody trusts, an answer that is no HTTP.
  if (error instanceof TypeError && last instanceof Error && last !== error)
    return unreachable(url, last.message, 'in-vain', error);
  return undefined;
}

function unreachable(url: string, words: string, retrying: Retrying, cause: unknown): Unreachable {
  const isLocal = ['localhost', '127.0.0.1', '[::1]'].includes(new URL(url).hostname);
  const advice = isLocal ? 'Is it running? Start it with `npm start`.' : 'Check MUSTER_URL and the network.';
  return new Unreachable(`Muster at ${url} does not answer (${words}). ${advice}`, retrying, cause);
}
