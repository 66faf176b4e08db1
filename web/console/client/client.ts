// The one way to the API: asks, and gives what it answers or throws its problem.
import type { Problem } from '../../../api/wire.ts';

/** What the API has refused, in its own words; `status` 0 where it could not be reached. */
export class ApiProblem extends Error {
  override readonly name = 'ApiProblem';
  readonly status: number;
  readonly code: string;
  readonly problem: Partial<Problem>;

  constructor(status: number, problem: Partial<Problem>) {
    super(problem.detail ?? problem.title ?? `HTTP ${status}`);
    this.status = status;
    this.code = problem.code ?? (status === 0 ? 'unreachable' : 'unknown');
    this.problem = problem;
  }
}

type QueryValue = string | number | boolean | readonly string[] | undefined | null;

export type Asked = {
  query?: Readonly<Record<string, QueryValue>>;
  body?: unknown;
  /** A body that is not JSON. */
  raw?: BodyInit;
  headers?: Readonly<Record<string, string>>;
  signal?: AbortSignal;
};

export type Method = 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';

let language = 'en';
/** The language in which the API says what it has to say. */
export function speak(chosen: string): void {
  language = chosen;
}

let tellUnauthenticated = (): void => {};
/** Says who is told when the API no longer knows who asks: the session has ended. */
export function whenUnauthenticated(tell: () => void): void {
  tellUnauthenticated = tell;
}

/** The address of a path of the API: what is left out, null or '' is not said. */
export function addressOf(path: string, query: Asked['query'] = {}): string {
  const said = new URLSearchParams();
  for (const [name, value] of Object.entries(query)) {
    if (value === undefined || value === null || value === '') continue;
    for (const one of Array.isArray(value) ? value : [value]) said.append(name, String(one));
  }
  const text = said.toString();
  return text === '' ? path : `${path}?${text}`;
}

/** Asks the API. Throws an `ApiProblem`. */
export async function ask<Answer>(method: Method, path: string, asked: Asked = {}): Promise<Answer> {
  const { query, body, raw, headers, signal } = asked;
  let response: Response;
  try {
    response = await fetch(addressOf(path, query), {
      method,
      credentials: 'same-origin',
      headers: {
        accept: 'application/json',
        'accept-language': language,
        ...(body !== undefined && { 'content-type': 'application/json' }),
        ...headers,
      },
      ...(raw !== undefined ? { body: raw } : body !== undefined ? { body: JSON.stringify(body) } : {}),
      ...(signal && { signal }),
    });
  } catch (error) {
    if (signal?.aborted) throw error;
    throw new ApiProblem(0, {});
  }
  const isJson = /[/+]json/.test(response.headers.get('content-type') ?? '');
  const answer: unknown = isJson ? await response.json().catch(() => undefined) : undefined;
  // Signing in, and asking who one is, are answered so without any session having ended.
  if (response.status === 401 && path !== '/v1/session') tellUnauthenticated();
  if (!response.ok) throw new ApiProblem(response.status, (answer ?? {}) as Partial<Problem>);
  return answer as Answer;
}

/** A key for a request that must not be done twice, whatever becomes of its answer. */
export const newKey = (): string => crypto.randomUUID();
