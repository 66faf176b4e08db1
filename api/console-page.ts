// The console's page and what belongs to it: everything that a GET may ask for which is no part of the API.
import { randomBytes } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import { extname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { type RequestHandler, Router } from 'express';
import helmet from 'helmet';
import { mailFrame } from './mail-frame.ts';

const YEAR_MS = 365 * 24 * 60 * 60 * 1000;
const NONCE = '%NONCE%';

/** Beside the compiled API, and where it runs from its sources. */
const PLACES = ['../web/console', '../dist/web/console'].map((place) =>
  fileURLToPath(new URL(place, import.meta.url)),
);

/** What has an answer of its own, or none: never the page. */
const NO_PAGES = /^\/(v1|docs|dev|p|openapi\.json|livez|readyz|metrics|assets|frames|api)(\/|$)/;

/** Scripts and styles from here alone; Mantine's own style sheets are known by a number that is used once. */
const rulesFor = (nonce: string): RequestHandler =>
  helmet.contentSecurityPolicy({
    useDefaults: false,
    directives: {
      defaultSrc: ["'none'"],
      scriptSrc: ["'self'", `'nonce-${nonce}'`],
      styleSrc: ["'self'", `'nonce-${nonce}'`],
      fontSrc: ["'self'"],
      imgSrc: ["'self'", 'data:', 'blob:'],
      connectSrc: ["'self'"],
      workerSrc: ["'self'"],
      formAction: ["'self'"],
      baseUri: ["'none'"],
      frameAncestors: ["'none'"],
      frameSrc: ["'self'"],
    },
  });

/** What the build has packed, the smallest first. */
const PACKED = [
  ['br', '.br'],
  ['gzip', '.gz'],
] as const;

/** Named by their content, so that they may be kept for good. Browsers get them packed as they can read them. */
function assetFrom(root: string): RequestHandler<{ name: string }> {
  return (request, response, next) => {
    const { name } = request.params;
    if (!/^[\w.-]+$/.test(name) || !existsSync(join(root, name))) return next();
    const [encoding, ending] = PACKED.find(
      ([one, end]) => request.acceptsEncodings(one) !== false && existsSync(join(root, name + end)),
    ) ?? ['', ''];
    response.type(extname(name)).vary('Accept-Encoding');
    if (encoding) response.set('Content-Encoding', encoding);
    response.sendFile(name + ending, { root, immutable: true, maxAge: YEAR_MS, cacheControl: true });
  };
}

/** `/` and every address of the console, for browsers that ask for a page. */
export function consoleRouter(): Router {
  const router = Router();
  const folder = PLACES.find((place) => existsSync(join(place, 'manifest.json')));
  if (folder === undefined)
    throw new Error('dist/web/console is missing: `npm run build` makes it, and the API serves it.');
  const page = readFileSync(join(folder, 'index.html'), 'utf8');
  router.get('/assets/:name', assetFrom(join(folder, 'assets')));
  router.get('/frames/mail', mailFrame);
  router.get(/.*/, (request, response, next) => {
    if (NO_PAGES.test(request.path) || !request.accepts('html')) return next();
    const nonce = randomBytes(16).toString('base64');
    rulesFor(nonce)(request, response, (error?: unknown) => {
      if (error) return next(error);
      // Which files belong to it is said by the page alone: it is asked for each time.
      response.type('html').set('Cache-Control', 'no-store').send(page.replaceAll(NONCE, nonce));
    });
  });
  return router;
}
