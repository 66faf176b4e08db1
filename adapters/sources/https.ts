// One file at an address of the web: read where it is, known by its ETag, along few redirects, each to an address that is allowed.
import { createHash } from 'node:crypto';
import { type IncomingMessage, type RequestOptions, request as requestHttp } from 'node:http';
import { request as requestHttps } from 'node:https';
import type { SourcePlace, SourceSecret } from '../../domain/sources/source.ts';
import { type NetworkTargets, networkTargets, targetOf } from '../network-targets.ts';
import { type OpenPlace, type PlaceBounds, type SourceEntry, told } from './files.ts';
import { networkProblem, PlaceProblem, readingProblem } from './problem.ts';

type HttpsPlace = SourcePlace & { kind: 'https' };
type Method = 'HEAD' | 'GET';

const REDIRECTS_MAX = 3;
const CONNECT_MS = 20_000;
/** Some make the file only when it is asked for. */
const ANSWER_MS = 120_000;
/** What is read of a file of which neither length nor revision is told. */
const READ_TO_KNOW_BYTES_MAX = 2 ** 30;
const REDIRECTS = new Set([301, 302, 303, 307, 308]);
const SIGN_IN = new Set([401, 403, 407]);
const NOTHING_THERE = new Set([404, 410]);

/** What asks an address and follows where it leads. */
type Asker = (method: Method) => Promise<IncomingMessage>;

export async function openHttps(
  place: HttpsPlace,
  secret: SourceSecret | null,
  bounds: PlaceBounds,
): Promise<OpenPlace> {
  const url = urlOf(place.url);
  const name = nameOf(url);
  const headers = headersOf(place, secret);
  const targets = networkTargets(bounds.allowedNetworks, 'SOURCE_ALLOWED_NETWORKS');
  const ask: Asker = (method) => follow(url, { method, headers, ca: place.authority, targets });
  const stays = (): never => {
    throw new Error('files at an address of the web stay where they are');
  };
  return {
    canMove: false,
    list: () => listFile(ask, name),
    async read(asked) {
      if (asked !== name) throw new PlaceProblem('gone');
      const response = await ask('GET');
      try {
        checkContent(response);
      } catch (error) {
        response.destroy();
        throw error;
      }
      return told(response, readingProblem);
    },
    exists: async () => false,
    move: async () => stays(),
    write: async () => stays(),
    remove: async () => stays(),
    close: async () => {},
  };
}

function urlOf(text: string): URL {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (!url || !isWellFormed(url)) throw new PlaceProblem('not-allowed', { why: 'name' });
  return url;
}

const isWellFormed = ({ protocol, hostname, username, password }: URL): boolean =>
  (protocol === 'https:' || protocol === 'http:') && hostname !== '' && username === '' && password === '';

/** The last part of the path. `file` where there is none that could be a file's name. */
function nameOf({ pathname }: URL): string {
  const last = pathname.split('/').findLast((part) => part !== '') ?? '';
  const name = decoded(last)
    // A slash would lead into a folder, and what can't be seen has no place in a name.
    .replace(/[/\\\p{Cc}]/gu, '_')
    .replace(/^[.~]+/, '');
  return name === '' ? 'file' : name;
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

function headersOf({ authHeader }: HttpsPlace, secret: SourceSecret | null): Record<string, string> {
  if (authHeader === null) return {};
  const value = secret?.headerValue?.trim();
  if (!value) throw new PlaceProblem('refused-sign-in', { why: 'secret' });
  return { [authHeader]: value };
}

/**
 * Nothing where nothing is there: the file may come by and by. Servers that do not answer HEAD are asked for the file, and
 * not heard out. Where the headers can't tell one content from another, or not how long it is, it is read to know it.
 */
async function listFile(ask: Asker, name: string): Promise<SourceEntry[]> {
  let response = await ask('HEAD');
  response.destroy();
  if ((response.statusCode ?? 0) >= 400) {
    response = await ask('GET');
    response.destroy();
  }
  if (NOTHING_THERE.has(response.statusCode ?? 0)) return [];
  checkContent(response);
  const { etag, 'last-modified': modified, 'content-length': length } = response.headers;
  const modifiedAt = timeOf(modified);
  if (length !== undefined && (etag !== undefined || modifiedAt !== null))
    return [{ name, bytes: Number(length), modifiedAt, revision: etag ?? null }];
  const { bytes, sha256 } = await readToKnow(ask);
  return [{ name, bytes, modifiedAt, revision: etag ?? `sha256-${sha256}` }];
}

async function readToKnow(ask: Asker): Promise<{ bytes: number; sha256: string }> {
  const response = await ask('GET');
  const hash = createHash('sha256');
  let bytes = 0;
  try {
    checkContent(response);
    for await (const chunk of told(response, readingProblem) as AsyncIterable<Buffer>) {
      bytes += chunk.length;
      if (bytes > READ_TO_KNOW_BYTES_MAX) throw new PlaceProblem('answered', { cause: 'no content-length' });
      hash.update(chunk);
    }
  } finally {
    response.destroy();
  }
  return { bytes, sha256: hash.digest('hex') };
}

function timeOf(text: string | undefined): Date | null {
  const time = new Date(text ?? Number.NaN);
  return Number.isNaN(time.getTime()) ? null : time;
}

/** Refuses an answer that is not the file. */
function checkContent({ statusCode: status = 0, headers }: IncomingMessage): void {
  if (NOTHING_THERE.has(status)) throw new PlaceProblem('gone');
  if (SIGN_IN.has(status)) throw new PlaceProblem('refused-sign-in', { status });
  if (status !== 200) throw new PlaceProblem('answered', { status });
  const encoding = headers['content-encoding'] ?? 'identity';
  if (encoding !== 'identity') throw new PlaceProblem('answered', { cause: 'content-encoding' });
}

type Asked = { method: Method; headers: Record<string, string>; ca: string | null; targets: NetworkTargets };

async function follow(first: URL, asked: Asked): Promise<IncomingMessage> {
  let url = first;
  let { headers } = asked;
  for (let redirects = 0; redirects <= REDIRECTS_MAX; redirects++) {
    const response = await answerOf(url, { ...asked, headers });
    const { location } = response.headers;
    if (!REDIRECTS.has(response.statusCode ?? 0) || location === undefined) return response;
    response.destroy();
    const next = urlOf(URL.canParse(location, url.href) ? new URL(location, url).href : location);
    if (url.protocol === 'https:' && next.protocol !== 'https:')
      throw new PlaceProblem('not-allowed', { why: 'plain' });
    // What lets us in here is nobody else's business, nor is it for whoever sends us back.
    if (next.origin !== first.origin) headers = {};
    url = next;
  }
  throw new PlaceProblem('too-many-redirects');
}

async function answerOf(url: URL, { method, headers, ca, targets }: Asked): Promise<IncomingMessage> {
  try {
    const target = targetOf(url);
    const options: RequestOptions & { ca?: string } = {
      method,
      // As it is, so that its length is the file's.
      headers: { accept: '*/*', 'accept-encoding': 'identity', 'user-agent': 'Muster-Sources', ...headers },
      lookup: targets.lookupFor(target),
      // A connection of its own, to an address that was looked up for this request.
      agent: false,
      ...(ca === null ? {} : { ca }),
    };
    return await sent(url, options);
  } catch (error) {
    const problem = requestProblem(error);
    const isOpen =
      problem instanceof PlaceProblem && problem.code === 'not-allowed' && url.protocol === 'http:';
    throw isOpen ? new PlaceProblem('not-allowed', { ...problem.hint, why: 'plain' }) : problem;
  }
}

/** A header that can't be one was refused before anything was sent. */
function requestProblem(error: unknown): Error {
  const { code } = error as NodeJS.ErrnoException;
  if (code === 'ERR_INVALID_CHAR' || code === 'ERR_INVALID_HTTP_TOKEN')
    return new PlaceProblem('refused-sign-in', { cause: code });
  return networkProblem(error);
}

function sent(url: URL, options: RequestOptions): Promise<IncomingMessage> {
  return new Promise((resolve, reject) => {
    const request = (url.protocol === 'https:' ? requestHttps : requestHttp)(url, options);
    const late = () => request.destroy(Object.assign(new Error('late'), { code: 'ETIMEDOUT' }));
    let timer = setTimeout(late, CONNECT_MS);
    request.once('socket', (socket) =>
      socket.once('connect', () => {
        clearTimeout(timer);
        timer = setTimeout(late, ANSWER_MS);
      }),
    );
    request.on('error', reject);
    request.once('close', () => clearTimeout(timer));
    request.once('response', (response) => {
      clearTimeout(timer);
      // It may break before anybody reads.
      response.on('error', () => {});
      resolve(response);
    });
    request.end();
  });
}
