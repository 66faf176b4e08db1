// Whether the process lives, whether it can work, and its numbers.
import { z } from 'zod';
import { isDatabaseReachable } from '../../db/queries/health.ts';
import type { ApiDeps } from '../deps.ts';
import { openRoute, type Route } from '../route.ts';

const liveSchema = z.object({ status: z.literal('ok') });
const answer = z.enum(['ok', 'away']);
const readySchema = z.object({ database: answer, temporal: answer });

const ANSWER_MS = 2000;

export function healthRoutes({ db, runs, metrics }: ApiDeps): Route[] {
  return [
    openRoute({
      method: 'get',
      path: '/livez',
      tag: 'operating',
      summary: 'Whether the process lives',
      replies: { 200: { description: 'It does', schema: liveSchema } },
      handle: async () => ({ status: 200, body: { status: 'ok' as const } }),
    }),
    openRoute({
      method: 'get',
      path: '/readyz',
      tag: 'operating',
      summary: 'Whether database and Temporal answer',
      replies: {
        200: { description: 'Both do', schema: readySchema },
        503: { description: 'One does not', schema: readySchema },
      },
      async handle() {
        const [database, temporal] = await Promise.all([
          isDatabaseReachable(db, ANSWER_MS),
          runs.isReachable(ANSWER_MS),
        ]);
        const body = { database: wordOf(database), temporal: wordOf(temporal) };
        return database && temporal ? { status: 200, body } : { status: 503, body };
      },
    }),
    openRoute({
      method: 'get',
      path: '/metrics',
      audit: 'nothing',
      tag: 'operating',
      summary: 'Numbers for Prometheus',
      replies: { 200: { description: 'In its text format', contentType: 'text/plain' } },
      async handle({ response }) {
        response.type(metrics.contentType).send(await metrics.text());
        return undefined;
      },
    }),
  ];
}

const wordOf = (isReachable: boolean): 'ok' | 'away' => (isReachable ? 'ok' : 'away');
