// What the API says when it can't do as asked: RFC 9457 problems, each with a stable code.
import type { ErrorRequestHandler, Request, RequestHandler, Response } from 'express';
import type { z } from 'zod';
import type { Log } from '../adapters/log.ts';
import { isOutage } from '../db/sqlstate.ts';
import type { Language } from '../domain/language.ts';
import type { FaultCode } from '../domain/problems/catalogue.ts';
import { inGerman } from '../domain/problems/german-sentences.ts';
import { hintOf, type Reason, refusalWordsOf } from '../domain/problems.ts';
import { Refusal, type RefusalCode } from '../domain/refusal.ts';
import { languageOf } from './language.ts';
import { isUnanswered } from './runs.ts';
import type { Problem } from './wire.ts';

/** The faults that a request can meet. */
type ApiFaultCode = Extract<FaultCode, 'internal' | 'unavailable'>;

/** The HTTP status of each code. */
export const STATUS_OF = {
  invalid: 400,
  unauthenticated: 401,
  forbidden: 403,
  missing: 404,
  conflict: 409,
  locked: 423,
  'too-large': 413,
  unsupported: 400,
  'unreadable-file': 422,
  'empty-file': 422,
  'wrong-count': 422,
  'too-few-rows': 422,
  'no-trailer': 422,
  'missing-column': 422,
  mapping: 422,
  gone: 410,
  'too-many-requests': 429,
  internal: 500,
  unavailable: 503,
} as const satisfies Record<RefusalCode | ApiFaultCode, number>;

/** What is so soon over that a request does well to wait for it. */
const RETRY_AFTER_SECONDS = 2;

/** `reason`: what the message was made from, so that it can be said in another language. */
export type Fault = { path: string; message: string; reason?: Reason };

/** A request that does not fit its schema, or values that break a rule: each fault with where it is. */
export class InvalidRequest extends Refusal {
  readonly faults: readonly Fault[];

  constructor(faults: readonly Fault[]) {
    super('invalid', listed(faults));
    this.faults = faults;
  }
}

const listed = (faults: readonly Fault[]): string =>
  faults.map(({ path, message }) => (path ? `${path}: ${message}` : message)).join(' · ');

/** A write that a run holds up. Who started the run goes to the one who asked, and nowhere else. */
export class HeldUp extends Refusal {
  readonly lock: NonNullable<Problem['lock']>;

  constructor(lock: NonNullable<Problem['lock']>) {
    const rows = lock.rowsTotal === null ? '' : `, ${lock.rowsDone} of ${lock.rowsTotal} rows done`;
    super(
      'locked',
      `Run ${lock.bulkActionId} is changing the people of this site${rows}. Wait until it has ended, or cancel it.`,
      { bulkActionId: lock.bulkActionId, rowsDone: lock.rowsDone, rowsTotal: lock.rowsTotal },
    );
    this.lock = lock;
  }
}

/** A photo that somebody else has decided about before. Who it was goes to the one who asked, and nowhere else. */
export class DecidedBefore extends Refusal {
  readonly decision: NonNullable<Problem['decision']>;

  constructor(decision: NonNullable<Problem['decision']>) {
    super('conflict', `${SAID_BEFORE[decision.state]} Look at what waits now.`, {
      decision: decision.state,
    });
    this.decision = decision;
  }
}

const SAID_BEFORE = {
  approved: 'Somebody has approved this photo before.',
  declined: 'Somebody has sent this photo back before.',
  replaced: 'Another photo has taken the place of this one.',
} as const satisfies Record<NonNullable<Problem['decision']>['state'], string>;

/** What zod found wrong, with paths such as `options.headerRow`. `where` stands before them: `body`, `query`. */
export function faultsOf(error: z.ZodError, where = ''): Fault[] {
  return error.issues.map((issue) => ({
    path: [where, ...issue.path.map(String)].filter((part) => part !== '').join('.'),
    message: issue.message,
  }));
}

/** Says why a request was refused, or that something broke and under which number it is logged. */
export function problemHandler(log: Log): ErrorRequestHandler {
  return (error: unknown, request, response, next) => {
    if (response.headersSent) {
      // The reply is on its way already: to break it off is the only way left to say that it is not whole.
      if (!(error instanceof Refusal)) log.error({ err: error, requestId: request.id }, 'a reply broke off');
      response.destroy();
      return;
    }
    const problem = problemOf(error, languageOf(request));
    if (problem.status >= 500) log.error({ err: error, requestId: request.id }, 'a request failed');
    if (problem.status === 503) response.setHeader('Retry-After', String(RETRY_AFTER_SECONDS));
    if (problem.status === 401) response.setHeader('WWW-Authenticate', 'Bearer');
    send(request, response, problem);
    void next;
  };
}

/** Answers whatever no route took. */
export const unknownRoute: RequestHandler = (request, response) => {
  send(request, response, {
    ...bare('missing', languageOf(request)),
    detail: 'There is nothing at this address. The addresses are listed at /docs.',
  });
};

function send(request: Request, response: Response, problem: Problem): void {
  response
    .status(problem.status)
    .type('application/problem+json')
    .set({ 'Content-Language': languageOf(request), 'Cache-Control': 'no-store' })
    .send(JSON.stringify({ ...problem, instance: request.path, requestId: String(request.id) }));
}

function bare(code: RefusalCode | ApiFaultCode, language: Language) {
  const { title, hint } = refusalWordsOf(code, language);
  return { type: `urn:muster:problem:${code}`, title, status: STATUS_OF[code], code, hint };
}

function problemOf(error: unknown, language: Language): Problem {
  if (error instanceof Refusal) return ofRefusal(error, language);
  const { status, type } = (error ?? {}) as { status?: unknown; type?: unknown };
  if (type === 'entity.parse.failed')
    return {
      ...bare('invalid', language),
      detail: 'The body is not JSON. Check its commas, quotes and brackets.',
    };
  if (type === 'entity.too.large')
    return {
      ...bare('too-large', language),
      detail: 'The body is too large. Files go to POST /v1/files.',
    };
  if (error instanceof URIError || (typeof status === 'number' && status >= 400 && status < 500))
    return {
      ...bare('invalid', language),
      detail: 'The request can’t be read. Check its address, headers and body.',
    };
  const problem =
    isOutage(error) || isUnanswered(error) ? bare('unavailable', language) : bare('internal', language);
  return { ...problem, detail: problem.hint };
}

function ofRefusal(refusal: Refusal, language: Language): Problem {
  const { reason, field, bulkActionId } = refusal.details;
  const faults = refusal instanceof InvalidRequest ? faultsIn(refusal.faults, language) : undefined;
  const said = refusalWordsOf(refusal.code, language).detail?.(refusal.details);
  const detail = faults ? listed(faults) : (said ?? inWords(refusal.message, language));
  return {
    ...bare(refusal.code, language),
    ...(typeof reason === 'string' && { code: reason }),
    detail,
    ...(typeof field === 'string' && { errors: [{ path: field, message: detail }] }),
    ...(faults && { errors: faults }),
    ...(refusal.code === 'conflict' && typeof bulkActionId === 'string' && { bulkActionId }),
    ...(refusal instanceof HeldUp && { lock: refusal.lock }),
    ...(refusal instanceof DecidedBefore && { decision: refusal.decision }),
  };
}

const faultsIn = (faults: readonly Fault[], language: Language) =>
  faults.map(({ path, message, reason }) => ({
    path,
    message: reason ? hintOf(reason, language) : inWords(message, language),
  }));

const inWords = (message: string, language: Language): string =>
  (language === 'de' ? inGerman(message) : undefined) ?? message;
