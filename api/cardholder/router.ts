// The cardholder's page over HTTP, beside the API: no account, no cookie; who holds a link may do what the link is for.
import { pipeline } from 'node:stream/promises';
import { type ErrorRequestHandler, type Request, type RequestHandler, type Response, Router } from 'express';
import helmet from 'helmet';
import {
  findCardholderPage,
  noteOpened,
  unsubscribeByLink,
} from '../../db/queries/invitations/cardholder-page.ts';
import { isOutage } from '../../db/sqlstate.ts';
import { thumbnailKeyOf } from '../../domain/photo.ts';
import { Refusal } from '../../domain/refusal.ts';
import type { ApiDeps } from '../deps.ts';
import { hashOf } from '../secrets.ts';
import { cardholderAssets } from './assets.ts';
import { cardholderLimits } from './limits.ts';
import { pageStateOf, takesPhotos } from './page-state.ts';
import { faultPage, type KnownPage, statePage, unsubscribePage } from './pages.ts';
import { dropRest, withPhoto } from './receive-photo.ts';
import { answer, answerFault, FAULT_STATUS, STATE_STATUS, wantsJson } from './replies.ts';
import { takePhoto } from './take-photo.ts';
import { addressOf, languageOfVisit, type Visit } from './visit.ts';
import { FAULTS, type Fault } from './words/catalogue.ts';

/** 256 random bits as they stand in a link. */
const TOKEN = /^[A-Za-z0-9_-]{43}$/;
const YEAR_SECONDS = 365 * 24 * 60 * 60;
const RETRY_AFTER_SECONDS = 5;

/** `/p/{token}` and what belongs to it. Answers everything below `/p/`, so that no other page ever shows a token. */
export function cardholderRouter(deps: ApiDeps): Router {
  const router = Router();
  const { views, uploads } = cardholderLimits();
  router.get('/p/assets/:name', asset);
  router.use('/p', rules, secrecy);
  router.get('/p/:token', ...views, (request, response) => show(deps, request, response));
  router.post('/p/:token/photo', ...uploads, (request, response) => take(deps, request, response));
  router.get('/p/:token/unsubscribe', ...views, (request, response) => askToStop(deps, request, response));
  router.post('/p/:token/unsubscribe', ...views, (request, response) => stop(deps, request, response));
  router.get('/p/:token/picture', ...views, (request, response) => sentPicture(deps, request, response));
  router.get('/p/:token/logo', ...views, (request, response) => logo(deps, request, response));
  router.use('/p', (request, response) => nowhere(deps, request, response));
  router.use('/p', brokenPage(deps));
  return router;
}

/** Scripts, styles and letters from here alone, nothing inline; forms lead here alone; nobody frames the page. */
const rules = helmet.contentSecurityPolicy({
  useDefaults: false,
  directives: {
    defaultSrc: ["'none'"],
    scriptSrc: ["'self'"],
    styleSrc: ["'self'"],
    fontSrc: ["'self'"],
    imgSrc: ["'self'", 'data:', 'blob:'],
    connectSrc: ["'self'"],
    formAction: ["'self'"],
    baseUri: ["'none'"],
    frameAncestors: ["'none'"],
  },
});

/** The link is the key: it goes to nobody else, and nothing of its page stays behind. */
const secrecy: RequestHandler = (_request, response, next) => {
  response.set({
    'Cache-Control': 'no-store',
    'Referrer-Policy': 'no-referrer',
    'X-Robots-Tag': 'noindex, nofollow, noarchive',
    'X-Frame-Options': 'DENY',
    'Permissions-Policy': 'camera=(), microphone=(), geolocation=()',
    Vary: 'Accept-Language, Accept',
  });
  next();
};

type Visited = { visit: Visit; page: KnownPage | undefined };

async function visited(
  { db, clock, publicUrl, cardholderPhotos }: ApiDeps,
  request: Request,
): Promise<Visited> {
  const { token } = request.params;
  const isToken = typeof token === 'string' && TOKEN.test(token);
  const found = isToken ? await findCardholderPage(db, hashOf(token)) : undefined;
  const visit = {
    ...languageOfVisit(request, found),
    now: clock(),
    assets: await cardholderAssets(),
    base: new URL(publicUrl).pathname.replace(/\/+$/, ''),
    limits: cardholderPhotos,
  };
  return { visit, page: found && isToken ? { ...found, token } : undefined };
}

async function show(deps: ApiDeps, request: Request, response: Response): Promise<void> {
  const { visit, page } = await visited(deps, request);
  const state = pageStateOf(page, visit.now);
  if (page && !page.isOpened && takesPhotos(state)) await noteOpened(deps.db, hashOf(page.token));
  const fault = takesPhotos(state) ? FAULTS.find((known) => known === request.query['fault']) : undefined;
  answer(response, visit, STATE_STATUS[state.kind], statePage(visit, page, state, fault));
}

async function take(deps: ApiDeps, request: Request, response: Response): Promise<void> {
  const { visit, page } = await visited(deps, request);
  const bytesMax = deps.cardholderPhotos.bytesMax;
  const state = pageStateOf(page, visit.now);
  if (!page || !takesPhotos(state)) {
    dropRest(request, bytesMax);
    if (page) return over(request, response, visit, page);
    return answer(response, visit, STATE_STATUS.unknown, statePage(visit, page, state, undefined));
  }
  const result = await withPhoto(request, bytesMax, (photo) => takePhoto(deps, page, photo));
  if (result === 'over') return over(request, response, visit, page);
  const next = addressOf(visit, page.token);
  if (result !== 'taken') return answerFault(request, response, visit, result, next);
  if (wantsJson(request)) response.status(201).json({ next });
  else response.redirect(303, next);
}

/** The link is not for sending a photo any more: its page says why. */
function over(request: Request, response: Response, visit: Visit, page: KnownPage): void {
  const next = addressOf(visit, page.token);
  if (wantsJson(request)) response.status(410).json({ next });
  else response.redirect(303, next);
}

async function askToStop(deps: ApiDeps, request: Request, response: Response): Promise<void> {
  const { visit, page } = await visited(deps, request);
  if (!page) return unknown(response, visit);
  answer(response, visit, 200, unsubscribePage(visit, page, page.isUnsubscribed));
}

/** From the page's button, or from a mail program's own: that one sends `List-Unsubscribe=One-Click` and follows no redirect. */
async function stop(deps: ApiDeps, request: Request, response: Response): Promise<void> {
  dropRest(request, deps.cardholderPhotos.bytesMax);
  const { visit, page } = await visited(deps, request);
  if (!page || !(await unsubscribeByLink(deps.db, hashOf(page.token)))) return unknown(response, visit);
  answer(response, visit, 200, unsubscribePage(visit, page, true));
}

async function sentPicture(deps: ApiDeps, request: Request, response: Response): Promise<void> {
  const { visit, page } = await visited(deps, request);
  const state = pageStateOf(page, visit.now);
  if (state.kind !== 'waiting' || !state.photo) return unknown(response, visit);
  await sendFile(deps, response, thumbnailKeyOf(state.photo.fileKey), 'image/jpeg');
}

async function logo(deps: ApiDeps, request: Request, response: Response): Promise<void> {
  const { visit, page } = await visited(deps, request);
  if (!page?.logo || !/^image\/(png|jpeg|gif|webp|svg\+xml)$/.test(page.logo.mediaType))
    return unknown(response, visit);
  // Opened by itself, a drawing could run scripts: it may not.
  response.set('Content-Security-Policy', "default-src 'none'; style-src 'unsafe-inline'; sandbox");
  await sendFile(deps, response, page.logo.fileKey, page.logo.mediaType);
}

async function sendFile(
  { files }: ApiDeps,
  response: Response,
  key: string,
  mediaType: string,
): Promise<void> {
  const content = await files.read(key);
  response.type(mediaType).set('X-Content-Type-Options', 'nosniff');
  await pipeline(content, response).catch((error: NodeJS.ErrnoException) => {
    if (error.code !== 'ERR_STREAM_PREMATURE_CLOSE') throw error;
  });
}

const unknown = (response: Response, visit: Visit): void =>
  answer(response, visit, STATE_STATUS.unknown, statePage(visit, undefined, { kind: 'unknown' }, undefined));

async function nowhere(deps: ApiDeps, request: Request, response: Response): Promise<void> {
  dropRest(request, deps.cardholderPhotos.bytesMax);
  const { visit } = await visited(deps, request);
  unknown(response, visit);
}

const asset: RequestHandler<{ name: string }> = async (request, response, next) => {
  const found = (await cardholderAssets()).find(request.params.name);
  if (!found) return next();
  const { content, mediaType, gzipped } = found;
  const isPacked = gzipped !== undefined && request.acceptsEncodings('gzip') !== false;
  response.set({
    'Content-Type': mediaType,
    // Their names change with their content.
    'Cache-Control': `public, max-age=${YEAR_SECONDS}, immutable`,
    Vary: 'Accept-Encoding',
    ...(isPacked && { 'Content-Encoding': 'gzip' }),
  });
  response.end(isPacked ? gzipped : content);
};

/** Whatever broke, the page says so in its own words: those of the API would show the address, and with it the token. */
function brokenPage(deps: ApiDeps): ErrorRequestHandler {
  return async (error: unknown, request, response, next) => {
    if (response.headersSent) return void response.destroy();
    dropRest(request, deps.cardholderPhotos.bytesMax);
    const { status, fault } = brokenOf(error);
    if (status >= 500) deps.log.error({ err: error, requestId: request.id }, 'a cardholder’s request failed');
    try {
      const { visit } = await visited(deps, Object.assign(request, { params: {} }));
      if (fault === undefined) return unknown(response, visit);
      response.set('Retry-After', response.get('Retry-After') ?? String(RETRY_AFTER_SECONDS));
      if (wantsJson(request)) answerFault(request, response, visit, fault, '', status);
      else answer(response, visit, status, faultPage(visit, fault));
    } catch (worse) {
      next(worse);
    }
  };
}

/** What is told of an error: the fault and its status; without a fault, that the address leads nowhere. */
function brokenOf(error: unknown): { status: number; fault?: Fault } {
  if (error instanceof Refusal && error.code === 'too-many-requests')
    return { status: FAULT_STATUS['too-many-requests'], fault: 'too-many-requests' };
  const isGone = error instanceof Refusal && error.code === 'gone';
  const { status } = (error ?? {}) as { status?: unknown };
  const isTheirs = error instanceof URIError || (typeof status === 'number' && status >= 400 && status < 500);
  if (isGone || isTheirs) return { status: STATE_STATUS.unknown };
  return { status: isOutage(error) ? FAULT_STATUS.unavailable : 500, fault: 'unavailable' };
}
