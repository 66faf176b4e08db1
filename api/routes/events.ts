// What happens while somebody has the console open, as server-sent events of one connection.
import { createSession } from 'better-sse';
import { Refusal } from '../../domain/refusal.ts';
import type { Grant } from '../../domain/rights.ts';
import { authenticator } from '../auth.ts';
import type { ApiDeps } from '../deps.ts';
import type { Told } from '../event-hub.ts';
import { type Route, route } from '../route.ts';

/** So that both ends notice a connection that has died without a word. */
const ALIVE_MS = 15_000;
/** Who listens is looked at again so often, and at once where rights change or a session ends. */
const RECHECK_MS = 30_000;
/** But not more often than this, however much changes. */
const RECHECK_PACE_MS = 1000;

export function eventRoutes(deps: ApiDeps): Route[] {
  const authenticate = authenticator(deps);
  return [
    route({
      method: 'get',
      path: '/v1/events',
      tag: 'events',
      summary: 'Follow what happens on your sites',
      description:
        'Server-sent events, until your session ends. `run`: a run as GET gives it, about once a second at most, of ' +
        'sites where you may read runs. `changed`: `{what, sites}`, which kind of thing is not as it was, such as ' +
        '`people` or `locks`, and on which sites; `everything` where nobody knows. Connect again with `Last-Event-ID`: ' +
        'what you have missed comes first. `alive`: nothing but that, every 15 seconds. `end`: your session is over, so connecting again is of no use.',
      replies: {
        200: { description: 'Events', contentType: 'text/event-stream' },
        401: { description: 'You are not signed in' },
      },
      async handle({ admin, request, response }) {
        let grants: readonly Grant[] = admin.grants;
        const session = await createSession(request, response, {
          keepAlive: null,
          retry: 1000,
          serializer: String,
          // Proxies hold back what they think is a page.
          headers: { 'Cache-Control': 'no-store, no-transform', 'X-Accel-Buffering': 'no' },
        });
        const timers: { recheck?: NodeJS.Timeout; soon?: NodeJS.Timeout; alive?: NodeJS.Timeout } = {};
        // What carries no id of its own must not take away the last one.
        let lastId = session.lastId || 'none';
        let stop = () => {};
        const leave = () => {
          clearInterval(timers.recheck);
          clearInterval(timers.alive);
          clearTimeout(timers.soon);
          stop();
        };
        const recheck = async () => {
          delete timers.soon;
          try {
            ({ grants } = await authenticate(request));
          } catch (error) {
            // While the database is away nobody knows: whoever connects again is looked at then.
            if (error instanceof Refusal && session.isConnected) session.push('{}', 'end', lastId);
            leave();
            response.end();
          }
        };
        session.once('disconnected', leave);
        timers.recheck = setInterval(() => void recheck(), RECHECK_MS).unref();
        timers.alive = setInterval(() => {
          if (session.isConnected) session.push('{}', 'alive', lastId);
        }, ALIVE_MS).unref();
        stop = await deps.events.listen(
          {
            grants: () => grants,
            onTold: ({ id, event, data }: Told) => {
              lastId = id;
              if (session.isConnected) session.push(data, event, id);
            },
            onRights: () => {
              timers.soon ??= setTimeout(() => void recheck(), RECHECK_PACE_MS / 4).unref();
            },
            onClose: () => response.end(),
          },
          session.lastId || undefined,
        );
        if (!session.isConnected) leave();
        return undefined;
      },
    }),
  ];
}
