// What ended, or began to wait, while the admin was elsewhere.
import { queryOptions } from '@tanstack/react-query';
import type { NotificationPage } from '../../../api/wire-live.ts';
import { ask } from './client.ts';
import { queryClient } from './query-client.ts';

const SHOWN = 20;

export const notificationsQuery = queryOptions({
  queryKey: ['notifications'],
  queryFn: ({ signal }) =>
    ask<NotificationPage>('GET', '/v1/notifications', { query: { limit: SHOWN }, signal }),
});

const said = new Set<string>();

/** Says that the admin has seen how this run of theirs has ended: for the page that shows it, once it has ended. */
export async function markSeen(runId: string): Promise<void> {
  if (said.has(runId)) return;
  said.add(runId);
  await say({ bulkActionIds: [runId] });
}

/** The same of all that have ended. */
export const markAllSeen = (): Promise<void> => say({});

/** Where it does not reach the server it counts as not seen: nobody has to be told of that. */
async function say(body: { bulkActionIds?: string[] }): Promise<void> {
  try {
    await ask('POST', '/v1/notifications/seen', { body });
    await queryClient.invalidateQueries({ queryKey: notificationsQuery.queryKey });
  } catch {
    for (const id of body.bulkActionIds ?? []) said.delete(id);
  }
}
