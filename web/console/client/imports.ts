// Imports that are being prepared: drafts, kept on the server with every change, and what a site remembers of them.
import { queryOptions } from '@tanstack/react-query';
import type { Page } from '../../../api/wire.ts';
import type { ImportDraft, ImportDraftPatch, RememberedAnswersWire } from '../../../api/wire-imports.ts';
import type { NotificationPage } from '../../../api/wire-live.ts';
import { ask } from './client.ts';
import { saverOf } from './draft-saver.ts';

export type { DraftFault } from './draft-saver.ts';

export type { ImportDraft };

/** Mine, the one that was changed last first. */
export const draftsQuery = queryOptions({
  queryKey: ['imports', 'drafts'],
  queryFn: async ({ signal }) => (await ask<Page<ImportDraft>>('GET', '/v1/import-drafts', { signal })).items,
});

/** One of mine, with what was chosen here and is still on its way. */
export const draftQuery = (id: string) =>
  queryOptions({
    queryKey: ['imports', 'draft', id],
    queryFn: async ({ signal }) => {
      const draft = await ask<ImportDraft>('GET', `/v1/import-drafts/${id}`, { signal });
      return saverOf(id).seen(draft);
    },
  });

export const beginDraft = (siteId: number, preset?: string): Promise<ImportDraft> =>
  ask<ImportDraft>('POST', '/v1/import-drafts', {
    body: { siteId, ...(preset !== undefined && { preset }) },
  });

/** Removes it with its uploads. A run that came of it stays. */
export const discardDraft = (id: string): Promise<void> => ask('DELETE', `/v1/import-drafts/${id}`);

/** Changes it at once. Throws where it has moved on since the version that was seen. */
export const saveDraft = (id: string, patch: ImportDraftPatch): Promise<ImportDraft> =>
  ask<ImportDraft>('PATCH', `/v1/import-drafts/${id}`, { body: patch });

const rememberedPath = (siteId: number, preset: string): string =>
  `/v1/sites/${siteId}/remembered-answers/${encodeURIComponent(preset)}`;

/** How a kind of file was read last on a site. */
export const rememberedQuery = (siteId: number, preset: string) =>
  queryOptions({
    queryKey: ['imports', 'remembered', siteId, preset],
    queryFn: ({ signal }) => ask<RememberedAnswersWire>('GET', rememberedPath(siteId, preset), { signal }),
  });

export const remember = (
  siteId: number,
  preset: string,
  answers: RememberedAnswersWire,
): Promise<RememberedAnswersWire> => ask('PUT', rememberedPath(siteId, preset), { body: answers });

/** Imports of mine that have ended and that I have not looked at. */
export const unseenImportsQuery = queryOptions({
  queryKey: ['notifications', 'imports'],
  queryFn: async ({ signal }) => {
    const { items } = await ask<NotificationPage>('GET', '/v1/notifications', { signal });
    return items.filter(
      ({ what, isSeen, kind }) => what === 'run-ended' && !isSeen && (kind === 'people' || kind === 'photos'),
    );
  },
});
