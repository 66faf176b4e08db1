// The API as an Express application: what every request passes, the routes, and what is said when none fits.
import express, { type Express, type RequestHandler, type Router } from 'express';
import helmet from 'helmet';
import type { FileStore } from '../adapters/files.ts';
import type { Log } from '../adapters/log.ts';
import type { Metrics } from '../adapters/metrics.ts';
import type { Database } from '../db/client.ts';
import { authenticator } from './auth.ts';
import { docsRouter } from './docs.ts';
import { openApiDocument } from './openapi.ts';
import { problemHandler, unknownRoute } from './problems.ts';
import type { ProgressHub } from './progress-hub.ts';
import { requestLog } from './request-log.ts';
import type { Route } from './route.ts';
import { routeHandlers } from './route-handlers.ts';
import { allRoutes } from './routes.ts';
import type { Runs } from './runs.ts';

export type ApiDeps = {
  db: Database;
  runs: Runs;
  files: FileStore;
  progress: ProgressHub;
  log: Log;
  metrics: Metrics;
  clock: () => Date;
  /** The address that people reach the API by, without a slash at its end. */
  publicUrl: string;
  uploadBytesMax: number;
  temporalUiUrl: string | null;
  /** How many proxies stand in front, or their addresses: whose word on a client's address counts. */
  trustProxy?: number | string[];
  /** More pages, each under its path: the mail catcher's, for one. */
  extraRouters?: readonly { path: string; router: Router | RequestHandler }[];
};

/** Puts the application together; it listens nowhere yet. */
export function createApp(deps: ApiDeps): Express {
  const isHttps = deps.publicUrl.startsWith('https:');
  const app = express();
  app.disable('x-powered-by');
  app.set('trust proxy', deps.trustProxy ?? 0);
  app.use(requestLog(deps.log, deps.metrics));
  app.use(security(isHttps));
  for (const { path, router } of deps.extraRouters ?? []) app.use(path, router);
  const routes = allRoutes(deps);
  register(app, routes, deps);
  app.use(docsRouter(openApiDocument(routes, deps.publicUrl)));
  app.use(unknownRoute);
  app.use(problemHandler(deps.log));
  return app;
}

function register(app: Express, routes: readonly Route[], deps: ApiDeps): void {
  const authenticate = authenticator(deps);
  for (const route of routes) {
    const path = route.path.replace(/\{(\w+)\}/g, ':$1');
    app[route.method](path, ...routeHandlers(route, authenticate));
  }
}

const security = (isHttps: boolean) =>
  helmet({
    // Told over plain HTTP, browsers would look for a TLS that is not there.
    strictTransportSecurity: isHttps,
    contentSecurityPolicy: { directives: { upgradeInsecureRequests: isHttps ? [] : null } },
  });
