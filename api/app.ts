// The API as an Express application: what every request passes, the routes, and what is said when none fits.
import express, { type Express } from 'express';
import helmet from 'helmet';
import { openAuditor } from './audit.ts';
import { authenticator } from './auth.ts';
import { cardholderRouter } from './cardholder/router.ts';
import { consoleRouter } from './console-page.ts';
import type { ApiDeps } from './deps.ts';
import { docsRouter } from './docs.ts';
import { openApiDocument } from './openapi.ts';
import { problemHandler, unknownRoute } from './problems.ts';
import { requestLog } from './request-log.ts';
import type { Route } from './route.ts';
import { routeHandlers } from './route-handlers.ts';
import { allRoutes } from './routes.ts';

/** Puts the application together; it listens nowhere yet. */
export function createApp(deps: ApiDeps): Express {
  const isHttps = deps.publicUrl.startsWith('https:');
  const app = express();
  app.disable('x-powered-by');
  app.set('trust proxy', deps.trustProxy ?? 0);
  app.use(requestLog(deps.log, deps.metrics));
  app.use(security(isHttps));
  for (const router of deps.extraRouters ?? []) app.use(router);
  const routes = allRoutes(deps);
  register(app, routes, deps);
  app.use(docsRouter(openApiDocument(routes, deps.publicUrl)));
  app.use(cardholderRouter(deps));
  app.use(consoleRouter());
  app.use(unknownRoute);
  app.use(problemHandler(deps.log));
  return app;
}

function register(app: Express, routes: readonly Route[], deps: ApiDeps): void {
  const means = { authenticate: authenticator(deps), auditor: openAuditor(deps), publicUrl: deps.publicUrl };
  for (const route of routes) {
    const path = route.path.replace(/\{(\w+)\}/g, ':$1');
    app[route.method](path, ...routeHandlers(route, means));
  }
}

const security = (isHttps: boolean) =>
  helmet({
    // Told over plain HTTP, browsers would look for a TLS that is not there.
    strictTransportSecurity: isHttps,
    contentSecurityPolicy: { directives: { upgradeInsecureRequests: isHttps ? [] : null } },
  });
