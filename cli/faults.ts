// What can go wrong between this program and the API, and how it is told: in words, or as a code and a message.
import type { Problem } from '../api/wire.ts';
import { Refusal } from '../domain/refusal.ts';

/** The API said no. `message` is its own sentence, with what it says of single inputs below it. */
export class ApiProblem extends Error {
  readonly status: number;
  readonly code: string;
  /** How long the API asks to wait before trying again. */
  readonly retryAfterMs: number | undefined;
  /** The run that is in the way: with 409, the one that the Idempotency-Key has begun. */
  readonly bulkActionId: string | undefined;

  constructor(
    status: number,
    code: string,
    message: string,
    {
      retryAfterMs,
      bulkActionId,
    }: { retryAfterMs?: number | undefined; bulkActionId?: string | undefined } = {},
  ) {
    super(message);
    this.name = 'ApiProblem';
    this.status = status;
    this.code = code;
    this.retryAfterMs = retryAfterMs;
    this.bulkActionId = bulkActionId;
  }
}

/**
 * What to think of trying again: it is safe where the API can't have seen the request, needs a request that may
 * come twice where it can have, and is in vain where the way itself is wrong.
 */
export type Retrying = 'safe' | 'if-repeatable' | 'in-vain';

/** The API gave no answer. */
export class Unreachable extends Error {
  readonly code = 'unreachable';
  readonly retrying: Retrying;

  constructor(message: string, retrying: Retrying, cause: unknown) {
    super(message, { cause });
    this.name = 'Unreachable';
    this.retrying = retrying;
  }
}

export type Told = { code: string; message: string };

/** A fault as a code for programs and a sentence for people; undefined for one that nobody foresaw. */
export function findTold(error: unknown): Told | undefined {
  if (error instanceof Refusal || error instanceof ApiProblem || error instanceof Unreachable)
    return { code: error.code, message: error.message };
  return undefined;
}

/** As `findTold`, with the code `unexpected` for the rest. */
export function tell(error: unknown): Told {
  const message = error instanceof Error ? error.message : String(error);
  return findTold(error) ?? { code: 'unexpected', message };
}

/** Reads the answer of a refused request: a problem document, or whatever a proxy in front had to say. */
export async function problemOf(response: Response): Promise<ApiProblem> {
  const text = await response.text();
  const retryAfterMs = retryAfterOf(response.headers.get('retry-after'), Date.now());
  const problem = parseProblem(text);
  if (!problem) {
    const words = `${response.url} answered ${response.status} ${response.statusText}`.trim();
    return new ApiProblem(response.status, `http-${response.status}`, `${words}.`, { retryAfterMs });
  }
  const detail = problem.detail ?? problem.title ?? `The API answered ${response.status}.`;
  const lines = [detail];
  for (const { path, message } of problem.errors ?? [])
    if (!detail.includes(message)) lines.push(path ? `  ${path}: ${message}` : `  ${message}`);
  // Asked for another language than English, Muster may still have only an English sentence, and a hint in that language.
  const language = response.headers.get('content-language') ?? 'en';
  if (language !== 'en' && problem.hint && !detail.includes(problem.hint)) lines.push(problem.hint);
  if (response.status >= 500 && problem.requestId) lines.push(`  requestId: ${problem.requestId}`);
  const code = problem.code ?? `http-${response.status}`;
  return new ApiProblem(response.status, code, lines.join('\n'), {
    retryAfterMs,
    bulkActionId: problem.bulkActionId,
  });
}

function parseProblem(text: string): Partial<Problem> | undefined {
  try {
    const value = JSON.parse(text) as Partial<Problem> | null;
    if (value?.detail ?? value?.code) return value ?? undefined;
  } catch {
    // A page of a proxy, or nothing: its status says enough.
  }
  return undefined;
}

/** The milliseconds that a Retry-After header asks for: seconds, or a date. */
export function retryAfterOf(header: string | null, nowMs: number): number | undefined {
  if (header === null || header.trim() === '') return undefined;
  const seconds = Number(header);
  if (Number.isFinite(seconds)) return Math.max(0, seconds * 1000);
  const at = Date.parse(header);
  return Number.isNaN(at) ? undefined : Math.max(0, at - nowMs);
}
