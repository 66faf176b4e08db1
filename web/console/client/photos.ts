// Photos as the console asks for them: the queue, what was decided, the reasons, and what reviewers say.
import { infiniteQueryOptions, queryOptions } from '@tanstack/react-query';
import type { Page } from '../../../api/wire.ts';
import type { Photo, Reviewed } from '../../../api/wire-photo-review.ts';
import type { Crop, DeclineReason } from '../../../domain/photo.ts';
import { ask } from './client.ts';

const PAGE = 50;

export const REVIEW_STATES = ['waiting', 'approved', 'declined'] as const;
export type ReviewState = (typeof REVIEW_STATES)[number];

export type DeclineReasonLine = { reason: DeclineReason; label: string; sentence: string };
/** Why photos are sent back: reasons, a note, or both. */
export type SentBack = { reasons: readonly DeclineReason[]; note: string | null };

/** Photos of a site and all below it: those that wait, the oldest first, or those that were decided about. */
export const photosQuery = (site: number | undefined, state: ReviewState) =>
  infiniteQueryOptions({
    queryKey: ['photos', 'list', { site, state }],
    initialPageParam: null as string | null,
    queryFn: ({ signal, pageParam: cursor }) =>
      ask<Page<Photo>>('GET', '/v1/photos', { query: { site, state, limit: PAGE, cursor }, signal }),
    getNextPageParam: ({ next }) => next,
    enabled: site !== undefined,
  });

export const photoCountQuery = (site: number | undefined) =>
  queryOptions({
    queryKey: ['photos', 'counts', { site }],
    queryFn: ({ signal }) =>
      ask<{ waiting: number }>('GET', '/v1/photos/counts', { query: { site }, signal }),
    enabled: site !== undefined,
  });

export const declineReasonsQuery = queryOptions({
  queryKey: ['photos', 'reasons'],
  staleTime: Number.POSITIVE_INFINITY,
  queryFn: async ({ signal }) => {
    const { items } = await ask<{ items: DeclineReasonLine[] }>('GET', '/v1/photos/decline-reasons', {
      signal,
    });
    return items;
  },
});

/** `crop`: where another part than the cardholder's goes on the card. */
export const approvePhoto = (id: string, crop?: Crop): Promise<Photo> =>
  ask<Photo>('POST', `/v1/photos/${id}/approve`, { body: crop ? { crop } : {} });

export const sendPhotoBack = (id: string, why: SentBack): Promise<Photo> =>
  ask<Photo>('POST', `/v1/photos/${id}/send-back`, { body: why });

/** Takes a decision back: until its mail has left. */
export const reconsiderPhoto = (id: string): Promise<Photo> =>
  ask<Photo>('POST', `/v1/photos/${id}/reconsider`);

/** Turns a photo that waits; all of it goes on the card then, until somebody chooses a part. */
export const turnPhoto = (id: string, quarters: 1 | 2 | 3): Promise<Photo> =>
  ask<Photo>('POST', `/v1/photos/${id}/turn`, { body: { quarters } });

/** Approves many, or sends them back where it is said why. Each by itself: the reply says what became of it. */
export const reviewPhotos = (ids: readonly string[], why?: SentBack): Promise<Reviewed> =>
  ask<Reviewed>('POST', '/v1/photos/review', {
    body: why ? { decision: 'send-back', ids, ...why } : { decision: 'approve', ids },
  });
