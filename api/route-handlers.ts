// How a declared route answers a request: who asks, what they ask, the handler, the reply.
import express, { type Request, type RequestHandler } from 'express';
import type { z } from 'zod';
import type { Admin } from '../db/queries/admins.ts';
import type { Auditor } from './audit.ts';
import { type Authenticate, refuseForeignOrigin } from './auth.ts';
import { type Fault, faultsOf, InvalidRequest } from './problems.ts';
import type { Route } from './route.ts';

const JSON_BYTES_MAX = 1024 * 1024;

/** The Express handlers of a route. Rights are known before the body is read: strangers can't make us work. */
export function routeHandlers(
  route: Route,
  { authenticate, auditor, publicUrl }: { authenticate: Authenticate; auditor: Auditor; publicUrl: string },
): RequestHandler[] {
  const whoAsks: RequestHandler = async (request, response, next) => {
    const admin = await authenticate(request);
    await auditor.watch({ route, admin, request }, async () => refuseForeignOrigin(request, publicUrl));
    response.locals['admin'] = admin;
    next();
  };
  const answer: RequestHandler = async (request, response) => {
    const input = inputOf(route, request);
    const admin = response.locals['admin'] as Admin | undefined;
    const handle = () => route.handle({ ...input, admin: admin as never, request, response });
    const reply = await (admin ? auditor.act({ route, admin, request, response, input }, handle) : handle());
    if (reply === undefined) return;
    response.status(reply.status).set({ 'Cache-Control': 'no-store', ...reply.headers });
    if (reply.body === undefined) response.end();
    else response.json(reply.body);
  };
  return [
    ...(route.before ?? []),
    ...(route.isOpen ? [] : [whoAsks]),
    ...(route.body ? [express.json({ limit: JSON_BYTES_MAX })] : []),
    answer,
  ];
}

function inputOf(route: Route, request: Request) {
  const faults: Fault[] = [];
  const read = (schema: z.ZodType | undefined, given: unknown, where: string) => {
    if (!schema) return {} as never;
    // Postgres has no character for it.
    if (holdsNul(given)) faults.push({ path: where, message: 'A value holds a NUL character.' });
    // Nor for this: what a text was cut through the middle of.
    else if (holdsHalf(given)) faults.push({ path: where, message: 'A value holds half a character.' });
    const { success, data, error } = schema.safeParse(given);
    if (success) return data as never;
    faults.push(...faultsOf(error, where));
    return {} as never;
  };
  if (route.body && request.body === undefined && !route.body.safeParse(undefined).success)
    throw new InvalidRequest([{ path: '', message: 'Send JSON, with Content-Type: application/json.' }]);
  const input = {
    params: read(route.params, request.params, 'path'),
    query: read(route.query, request.query, 'query'),
    body: read(route.body, request.body, ''),
  };
  if (faults.length > 0) throw new InvalidRequest(faults);
  return input;
}

const holdsNul = (value: unknown): boolean => holds(value, (text) => text.includes('\0'));
const holdsHalf = (value: unknown): boolean => holds(value, (text) => /\p{Surrogate}/u.test(text));

function holds(value: unknown, isWrong: (text: string) => boolean): boolean {
  if (typeof value === 'string') return isWrong(value);
  if (typeof value !== 'object' || value === null) return false;
  return Object.entries(value).some(([key, item]) => isWrong(key) || holds(item, isWrong));
}
