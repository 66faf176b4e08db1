// Signing in by an identity provider: the browser goes there, and comes back as somebody. Nobody is created by it.
import type { Request, Response } from 'express';
import { rateLimit } from 'express-rate-limit';
import { OidcError, type OidcPerson, openOidc } from '../../adapters/oidc.ts';
import type { Database } from '../../db/client.ts';
import { findOidcAdmin, insertOidcSignIn, linkOidcAdmin, takeOidcSignIn } from '../../db/queries/oidc.ts';
import { ownPathOf } from '../../domain/own-path.ts';
import type { ApiDeps } from '../deps.ts';
import { cookieOf, openSession } from '../new-session.ts';
import { openRoute, type Route } from '../route.ts';
import { hashOf } from '../secrets.ts';
import { oidcBeginQuery, type SignInProblem } from '../wire-sign-in.ts';

const PATH = '/v1/session/oidc';
const CALLBACK = `${PATH}/callback`;
/** Holds the state: who comes back must be the browser that went. */
const STATE_COOKIE = 'muster_oidc';
const PENDING_MS = 10 * 60 * 1000;
const PER_MINUTE = 60;

const REPLIES = { 303: { description: 'On to the provider, or to a page of the console' } } as const;

/** None where no provider is set up. */
export function oidcRoutes(deps: ApiDeps): Route[] {
  if (!deps.oidc) return [];
  const { db, clock, publicUrl, log } = deps;
  const oidc = openOidc(deps.oidc);
  const cookie = cookieOf(publicUrl, PATH);
  const onFault = (error: unknown, next: string) => {
    if (!(error instanceof OidcError)) throw error;
    log.warn({ fault: error.fault, because: reasonOf(error.cause) }, 'nobody was signed in by the provider');
    return refused(error.fault, next);
  };
  return [
    openRoute({
      method: 'get',
      path: PATH,
      tag: 'session',
      summary: 'Sign in by the identity provider',
      description: `For browsers: leads to the provider, which leads back to \`${CALLBACK}\`.`,
      before: [oftenEnough()],
      query: oidcBeginQuery,
      replies: REPLIES,
      async handle({ query, response }) {
        const returnTo = ownPathOf(query.next);
        try {
          const { url, state, nonce, codeVerifier } = await oidc.start(`${publicUrl}${CALLBACK}`);
          const now = clock();
          const expiresAt = new Date(now.getTime() + PENDING_MS);
          await insertOidcSignIn(db, {
            stateHash: hashOf(state),
            codeVerifier,
            nonce,
            returnTo,
            now,
            expiresAt,
          });
          response.cookie(STATE_COOKIE, state, { ...cookie, maxAge: PENDING_MS });
          return onTo(url);
        } catch (error) {
          return onFault(error, returnTo);
        }
      },
    }),
    openRoute({
      method: 'get',
      path: CALLBACK,
      audit: { what: 'session.opened', isNotedByStatement: true },
      tag: 'session',
      summary: 'Come back from the identity provider',
      description:
        'Begins a session of the admin whose identity it is, or whose email the provider has verified. Where it is nobody’s, `/sign-in?problem=…` says why.',
      before: [oftenEnough()],
      replies: REPLIES,
      async handle({ request, response }) {
        const state = stateOf(request);
        response.clearCookie(STATE_COOKIE, cookie);
        const pending = state === undefined ? undefined : await takeOidcSignIn(db, hashOf(state), clock());
        if (state === undefined || !pending) return refused('expired', '/');
        try {
          const person = await oidc.finish(addressOf(request, publicUrl), { ...pending, state });
          const owner = await ownerOf(db, person);
          if (typeof owner === 'string') return refused(owner, pending.returnTo);
          await openSession(deps, response, owner);
          return onTo(pending.returnTo);
        } catch (error) {
          return onFault(error, pending.returnTo);
        }
      },
    }),
  ];
}

/** The admin whose identity it is, or becomes by a verified email; or why there is none. */
async function ownerOf(db: Database, person: OidcPerson): Promise<number | SignInProblem> {
  const known = await findOidcAdmin(db, person);
  if (known !== undefined) return known;
  if (person.email === undefined) return 'unknown-admin';
  if (!person.isEmailVerified) return 'email-unverified';
  const { personId, owners } = await linkOidcAdmin(db, { ...person, email: person.email });
  return personId ?? (owners > 1 ? 'several-admins' : 'unknown-admin');
}

/** The state, where the address and the cookie say the same one. */
function stateOf(request: Request): string | undefined {
  const said = request.query['state'];
  const kept = new RegExp(`(?:^|; *)${STATE_COOKIE}=([^;]+)`).exec(request.get('cookie') ?? '')?.[1];
  return typeof said === 'string' && said !== '' && said === kept ? said : undefined;
}

/** As the provider was told it, whatever a proxy has made of it. */
const addressOf = ({ originalUrl }: Request, publicUrl: string): URL =>
  new URL(
    `${publicUrl}${CALLBACK}${originalUrl.includes('?') ? originalUrl.slice(originalUrl.indexOf('?')) : ''}`,
  );

const onTo = (Location: string) => ({ status: 303 as const, headers: { Location } });

function refused(problem: SignInProblem, next: string) {
  const said = new URLSearchParams({ problem, ...(next !== '/' && { next }) });
  return onTo(`/sign-in?${said}`);
}

/** What the provider, or the way there, has said: no claim of anybody's. */
function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return 'unknown';
  const { code, error: said } = error as { code?: unknown; error?: unknown };
  return [code, said, error.message].filter((part) => typeof part === 'string').join(': ');
}

const oftenEnough = () =>
  rateLimit({
    windowMs: 60_000,
    limit: PER_MINUTE,
    standardHeaders: 'draft-8',
    legacyHeaders: false,
    handler: (_request, response: Response) => response.redirect(303, '/sign-in?problem=too-many'),
  });
