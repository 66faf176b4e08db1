// A session that begins: its row, its cookie, and who it is that has signed in.
import type { CookieOptions, Response } from 'express';
import type { Database } from '../db/client.ts';
import type { Admin } from '../db/queries/admins.ts';
import { findAdminBySession, insertSession } from '../db/queries/sessions.ts';
import { SESSION_COOKIE } from './auth.ts';
import type { ApiDeps } from './deps.ts';
import { hashOf, newToken } from './secrets.ts';

const SESSION_MS = 12 * 60 * 60 * 1000;

/** No script reads them, and no other site's page sends them along. */
export const cookieOf = (publicUrl: string, path = '/'): CookieOptions => ({
  httpOnly: true,
  sameSite: 'lax',
  secure: publicUrl.startsWith('https:'),
  path,
});

/** Begins a session of 12 hours and sets its cookie. */
export async function openSession(
  { db, clock, publicUrl }: { db: Database } & Pick<ApiDeps, 'clock' | 'publicUrl'>,
  response: Response,
  personId: number,
): Promise<Admin> {
  const token = newToken();
  const now = clock();
  const expiresAt = new Date(now.getTime() + SESSION_MS);
  await insertSession(db, { tokenHash: hashOf(token), personId, now, expiresAt });
  const admin = await findAdminBySession(db, hashOf(token), now);
  if (!admin) throw new Error('a session ended as it began');
  response.cookie(SESSION_COOKIE, token, { ...cookieOf(publicUrl), maxAge: SESSION_MS });
  return admin;
}
