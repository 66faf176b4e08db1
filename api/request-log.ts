// One line per request, and one number for the metrics: no query, no body, no header that could name somebody.
import { randomUUID } from 'node:crypto';
import type { Request, RequestHandler } from 'express';
import { pinoHttp } from 'pino-http';
import type { Log } from '../adapters/log.ts';
import type { Metrics } from '../adapters/metrics.ts';

const QUIET_PATHS = ['/livez', '/readyz', '/metrics'];

/** Gives each request its id, which goes out as `X-Request-Id`, and tells of it when it is answered. */
export function requestLog(log: Log, metrics: Metrics): RequestHandler {
  const logged = pinoHttp<Request>({
    logger: log,
    quietReqLogger: true,
    quietResLogger: true,
    genReqId: (_request, response) => {
      const id = randomUUID();
      response.setHeader('X-Request-Id', id);
      return id;
    },
    autoLogging: { ignore: (request) => QUIET_PATHS.includes(request.url ?? '') },
    customLogLevel: (request, response, error) => {
      if (error || response.statusCode >= 500) return 'error';
      return request.method === 'GET' ? 'debug' : 'info';
    },
    customSuccessObject: (request, response, facts) => ({
      ...taken(facts),
      ...told(request, response.statusCode),
    }),
    customErrorObject: (request, response, _error, facts) => ({
      ...taken(facts),
      ...told(request, response.statusCode),
    }),
  });
  return (request, response, next) => {
    const beganAt = process.hrtime.bigint();
    response.once('finish', () => {
      const seconds = Number(process.hrtime.bigint() - beganAt) / 1e9;
      const route = (request.route as { path?: string } | undefined)?.path ?? 'none';
      metrics.observeRequest({ method: request.method, route, status: response.statusCode }, seconds);
    });
    logged(request, response, next);
  };
}

const taken = ({ responseTime }: { responseTime?: number }) => ({ ms: responseTime });
const told = (request: Request, status: number) => ({
  method: request.method,
  path: request.originalUrl?.split('?', 1)[0],
  status,
});
