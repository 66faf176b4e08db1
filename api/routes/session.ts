// Signing in and out, and who one is.
import type { CookieOptions } from 'express';
import { rateLimit } from 'express-rate-limit';
import type { Database } from '../../db/client.ts';
import type { Admin } from '../../db/queries/admins.ts';
import { noteRefusedSignIn } from '../../db/queries/audit-events.ts';
import { listCredentials } from '../../db/queries/credentials.ts';
import { deleteSession, findAdminBySession, insertSession } from '../../db/queries/sessions.ts';
import { Refusal } from '../../domain/refusal.ts';
import { SESSION_COOKIE, sessionTokenOf } from '../auth.ts';
import type { ApiDeps } from '../deps.ts';
import { openRoute, type Route, route } from '../route.ts';
import { hashOf, hashPassword, isPassword, newToken } from '../secrets.ts';
import { type Me, meSchema, signInSchema } from '../wire-sign-in.ts';

const SESSION_MS = 12 * 60 * 60 * 1000;
const FAILURES_MAX = 10;
const FAILURES_WINDOW_MS = 60_000;

export function sessionRoutes({ db, clock, publicUrl }: ApiDeps): Route[] {
  const cookie: CookieOptions = {
    httpOnly: true,
    sameSite: 'lax',
    secure: publicUrl.startsWith('https:'),
    path: '/',
  };
  const decoyHash = hashPassword(newToken());
  return [
    openRoute({
      method: 'post',
      path: '/v1/session',
      audit: { what: 'session.opened', isNotedByStatement: true },
      tag: 'session',
      summary: 'Sign in',
      description: 'Sets the cookie of a session of 12 hours.',
      before: [signInLimit()],
      body: signInSchema,
      replies: {
        200: { description: 'Who you are', schema: meSchema },
        401: { description: 'Email and password do not fit together' },
        429: { description: 'Too many failures from your address' },
      },
      async handle({ body, response }) {
        const personId = await ownerOf(db, await decoyHash, body);
        if (personId === undefined)
          throw new Refusal('unauthenticated', 'Email and password do not fit together. Check both.');
        const token = newToken();
        const now = clock();
        const expiresAt = new Date(now.getTime() + SESSION_MS);
        await insertSession(db, { tokenHash: hashOf(token), personId, now, expiresAt });
        const admin = await findAdminBySession(db, hashOf(token), now);
        if (!admin) throw new Error('a session ended as it began');
        response.cookie(SESSION_COOKIE, token, { ...cookie, maxAge: SESSION_MS });
        return { status: 200, body: toMe(admin) };
      },
    }),
    route({
      method: 'get',
      path: '/v1/session',
      tag: 'session',
      summary: 'Who you are, and what you may do where',
      replies: { 200: { description: 'You', schema: meSchema } },
      handle: async ({ admin }) => ({ status: 200, body: toMe(admin) }),
    }),
    route({
      method: 'delete',
      path: '/v1/session',
      audit: { what: 'session.closed', isNotedByStatement: true },
      tag: 'session',
      summary: 'Sign out',
      replies: { 204: { description: 'The session has ended' } },
      async handle({ request, response }) {
        const token = sessionTokenOf(request);
        if (token !== undefined) await deleteSession(db, hashOf(token));
        response.clearCookie(SESSION_COOKIE, cookie);
        return { status: 204 };
      },
    }),
  ];
}

/** The person whose password this is. An email that nobody has takes as long as a wrong password. */
async function ownerOf(
  db: Database,
  decoyHash: string,
  { email, password }: { email: string; password: string },
): Promise<number | undefined> {
  const credentials = await listCredentials(db, email);
  if (credentials.length === 0) await isPassword(decoyHash, password);
  for (const { personId, passwordHash } of credentials)
    if (await isPassword(passwordHash, password)) return personId;
  await noteRefusedSignIn(
    db,
    credentials.map(({ personId }) => personId),
  );
  return undefined;
}

const toMe = ({ personId, name, email, grants }: Admin): Me => ({
  personId,
  name,
  email,
  grants: grants.map(({ siteId, permissions }) => ({ siteId, permissions: [...permissions] })),
});

/** Failures count by address; who signs in rightly is never held up. */
const signInLimit = () =>
  rateLimit({
    windowMs: FAILURES_WINDOW_MS,
    limit: FAILURES_MAX,
    skipSuccessfulRequests: true,
    standardHeaders: 'draft-8',
    legacyHeaders: false,
    handler: (_request, _response, next) =>
      next(
        new Refusal('too-many-requests', 'Too many failed attempts to sign in. Wait a minute and try again.'),
      ),
  });
