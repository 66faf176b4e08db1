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
  path: pathOf(request),
  status,
});

/** Numbers, and the ids that we hand out: short, random, hardly ever without a digit. */
const OWN_ID = /^\d{1,15}$|^(?=.*\d)[0-9a-z]{10}$/;

/** What stands here in a path is the key to it: not a part of it is told, be it as short as an id. */
const SECRET_PATHS = '/p/';

/** The path as its route names it, with the ids in it: whatever else stands there may be about somebody. */
function pathOf({ route, originalUrl }: Request): string {
  const pattern: unknown = route?.path;
  if (typeof pattern !== 'string') return 'none';
  if (pattern.startsWith(SECRET_PATHS)) return pattern;
  const given = originalUrl.split('?', 1)[0]?.split('/') ?? [];
  const tell = (segment: string, place: number) => {
    const value = given[place] ?? '';
    return segment.startsWith(':') && OWN_ID.test(value) ? value : segment;
  };
  return pattern.split('/').map(tell).join('/');
}
