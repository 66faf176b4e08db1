// What the API says when it can't do as asked: RFC 9457 problems, each with a stable code.
import type { ErrorRequestHandler, Request, RequestHandler, Response } from 'express';
import type { z } from 'zod';
import type { Log } from '../adapters/log.ts';
import { Refusal, type RefusalCode } from '../domain/refusal.ts';
import type { Problem } from './wire.ts';

const STATUS_OF = {
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
  'missing-column': 422,
  mapping: 422,
  gone: 410,
  'too-many-requests': 429,
} as const satisfies Record<RefusalCode, number>;

const TITLE_OF = {
  invalid: 'The request is not as the documentation says',
  unauthenticated: 'Sign in first',
  forbidden: 'You lack a right',
  missing: 'Not found',
  conflict: 'It does not fit with what is there',
  locked: 'A bulk action is changing this site',
  'too-large': 'Too large',
  unsupported: 'Not possible in this version',
  'unreadable-file': 'The file can’t be read',
  'empty-file': 'The file has no rows',
  'wrong-count': 'The file has another number of rows',
  'missing-column': 'A column is missing',
  mapping: 'The mapping does not fit the file',
  gone: 'No longer there',
  'too-many-requests': 'Too many attempts',
} as const satisfies Record<RefusalCode, string>;

export type Fault = { path: string; message: string };

/** A request that does not fit its schema, or values that break a rule: each fault with where it is. */
export class InvalidRequest extends Refusal {
  readonly faults: readonly Fault[];

  constructor(faults: readonly Fault[]) {
    super('invalid', faults.map(({ path, message }) => (path ? `${path}: ${message}` : message)).join(' · '));
    this.faults = faults;
  }
}

/** A write that a run holds up. Who started the run goes to the one who asked, and nowhere else. */
export class HeldUp extends Refusal {
  readonly lock: NonNullable<Problem['lock']>;

  constructor(lock: NonNullable<Problem['lock']>) {
    const rows = lock.rowsTotal === null ? '' : `, ${lock.rowsDone} of ${lock.rowsTotal} rows done`;
    super(
      'locked',
      `Run ${lock.bulkActionId} is changing the people of this site${rows}. Wait until it has ended, or cancel it.`,
    );
    this.lock = lock;
  }
}

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
    const problem = problemOf(error);
    if (problem.status >= 500) log.error({ err: error, requestId: request.id }, 'a request failed');
    if (problem.status === 401) response.setHeader('WWW-Authenticate', 'Bearer');
    send(request, response, problem);
    void next;
  };
}

/** Answers whatever no route took. */
export const unknownRoute: RequestHandler = (request, response) => {
  send(request, response, {
    ...bare('missing'),
    detail: 'There is nothing at this address. The addresses are listed at /docs.',
  });
};

function send(request: Request, response: Response, problem: Problem): void {
  response
    .status(problem.status)
    .type('application/problem+json')
    .send(JSON.stringify({ ...problem, instance: request.path, requestId: String(request.id) }));
}

const bare = (code: RefusalCode) => ({
  type: `urn:muster:problem:${code}`,
  title: TITLE_OF[code],
  status: STATUS_OF[code],
  code,
});

function problemOf(error: unknown): Problem {
  if (error instanceof Refusal) return ofRefusal(error);
  const { status, type } = (error ?? {}) as { status?: unknown; type?: unknown };
  if (type === 'entity.parse.failed')
    return { ...bare('invalid'), detail: 'The body is not JSON. Check its commas, quotes and brackets.' };
  if (type === 'entity.too.large')
    return { ...bare('too-large'), detail: 'The body is too large. Files go to POST /v1/files.' };
  if (error instanceof URIError || (typeof status === 'number' && status >= 400 && status < 500))
    return { ...bare('invalid'), detail: 'The request can’t be read. Check its address, headers and body.' };
  return {
    type: 'urn:muster:problem:internal',
    title: 'Something broke here',
    status: 500,
    code: 'internal',
    detail: 'It is not your fault. Try again; if it stays so, give the requestId to your operator.',
  };
}

function ofRefusal(refusal: Refusal): Problem {
  const { reason, field } = refusal.details;
  return {
    ...bare(refusal.code),
    ...(typeof reason === 'string' && { code: reason }),
    detail: refusal.message,
    ...(typeof field === 'string' && { errors: [{ path: field, message: refusal.message }] }),
    ...(refusal instanceof InvalidRequest && { errors: [...refusal.faults] }),
    ...(refusal instanceof HeldUp && { lock: refusal.lock }),
  };
}
