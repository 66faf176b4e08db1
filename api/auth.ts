// Who asks: an API key or a session's cookie becomes an admin with rights.
import type { Request } from 'express';
import type { Database } from '../db/client.ts';
import type { Admin } from '../db/queries/admins.ts';
import { findAdminByKey } from '../db/queries/api-keys.ts';
import { findAdminBySession } from '../db/queries/sessions.ts';
import { Refusal } from '../domain/refusal.ts';
import { hashOf } from './secrets.ts';

export const SESSION_COOKIE = 'muster_session';

const SAFE_METHODS = ['GET', 'HEAD', 'OPTIONS'];

export type Authenticate = (request: Request) => Promise<Admin>;

/** Finds out who asks; refuses with `unauthenticated`. */
export function authenticator(deps: { db: Database; clock: () => Date }): Authenticate {
  return async (request) => {
    const header = request.get('authorization');
    if (header !== undefined) return byKey(deps.db, header);
    const token = sessionTokenOf(request);
    if (token === undefined)
      throw new Refusal('unauthenticated', 'Sign in, or send Authorization: Bearer KEY.');
    const admin = await findAdminBySession(deps.db, hashOf(token), deps.clock());
    if (!admin) throw new Refusal('unauthenticated', 'Your session has ended. Sign in again.');
    return admin;
  };
}

async function byKey(db: Database, header: string): Promise<Admin> {
  const key = /^Bearer +(\S+)$/i.exec(header)?.[1];
  const admin = key === undefined ? undefined : await findAdminByKey(db, hashOf(key));
  if (!admin) throw new Refusal('unauthenticated', 'This API key is unknown or revoked. Use another one.');
  return admin;
}

/** The token in the session's cookie, or undefined. */
export function sessionTokenOf(request: Request): string | undefined {
  for (const part of request.get('cookie')?.split(';') ?? []) {
    const [name, value] = part.trim().split('=');
    if (name === SESSION_COOKIE && value) return value;
  }
  return undefined;
}

/**
 * Refuses with `forbidden` where another site's page sent the browser. A cookie travels by itself: only our own pages may
 * change something with it. A key does not.
 */
export function refuseForeignOrigin(request: Request, publicUrl: string): void {
  if (request.get('authorization') !== undefined || SAFE_METHODS.includes(request.method)) return;
  const refusal = new Refusal('forbidden', 'This request comes from another site. Use Muster’s own pages.');
  const sentFrom = request.get('sec-fetch-site');
  if (sentFrom !== undefined && sentFrom !== 'same-origin' && sentFrom !== 'none') throw refusal;
  const origin = request.get('origin');
  if (origin === undefined) {
    if (sentFrom === undefined) throw refusal;
    return;
  }
  const own = [new URL(publicUrl).origin, `${request.protocol}://${request.get('host')}`];
  if (!own.includes(origin)) throw refusal;
}
