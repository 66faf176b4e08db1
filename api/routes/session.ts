// Signing in and out, and who one is.
import { rateLimit } from 'express-rate-limit';
import type { Database } from '../../db/client.ts';
import type { Admin } from '../../db/queries/admins.ts';
import { noteRefusedSignIn } from '../../db/queries/audit-events.ts';
import { listCredentials } from '../../db/queries/credentials.ts';
import { listRoleNames } from '../../db/queries/profiles.ts';
import { deleteSession } from '../../db/queries/sessions.ts';
import { Refusal } from '../../domain/refusal.ts';
import { SESSION_COOKIE, sessionTokenOf } from '../auth.ts';
import type { ApiDeps } from '../deps.ts';
import { cookieOf, openSession } from '../new-session.ts';
import { openRoute, type Route, route } from '../route.ts';
import { hashOf, hashPassword, isPassword, newToken } from '../secrets.ts';
import { type Me, meSchema, signInSchema, signInWaysSchema } from '../wire-sign-in.ts';

const FAILURES_MAX = 10;
const FAILURES_WINDOW_MS = 60_000;

export function sessionRoutes(deps: ApiDeps): Route[] {
  const { db, publicUrl, oidc } = deps;
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
        return { status: 200, body: await toMe(db, await openSession(deps, response, personId)) };
      },
    }),
    route({
      method: 'get',
      path: '/v1/session',
      tag: 'session',
      summary: 'Who you are, and what you may do where',
      replies: { 200: { description: 'You', schema: meSchema } },
      handle: async ({ admin }) => ({ status: 200, body: await toMe(db, admin) }),
    }),
    openRoute({
      method: 'get',
      path: '/v1/session/ways',
      tag: 'session',
      summary: 'How one may sign in here',
      replies: { 200: { description: 'The ways', schema: signInWaysSchema } },
      handle: async () => ({
        status: 200,
        body: { password: true as const, oidc: oidc ? { name: oidc.name } : null },
      }),
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
        response.clearCookie(SESSION_COOKIE, cookieOf(publicUrl));
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

const toMe = async (db: Database, { personId, name, email, grants }: Admin): Promise<Me> => ({
  personId,
  name,
  email,
  roles: await listRoleNames(db, personId),
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
