// Cards: listed, and what is done to one or to many.
import { infiniteQueryOptions } from '@tanstack/react-query';
import type { BulkAction, Page } from '../../../api/wire.ts';
import type { Card, CardPatch, CardReplacement, NewCard, NewCardsRun } from '../../../api/wire-cards.ts';
import { ask } from './client.ts';

const PAGE = 200;

export type CardsWanted = {
  site: number | undefined;
  status?: string | undefined;
  run?: string | undefined;
  number?: string | undefined;
};

export const cardsQuery = (wanted: CardsWanted) =>
  infiniteQueryOptions({
    queryKey: ['cards', 'list', wanted],
    enabled: wanted.site !== undefined,
    initialPageParam: '',
    queryFn: ({ signal, pageParam }) =>
      ask<Page<Card>>('GET', '/v1/cards', { query: { ...wanted, limit: PAGE, cursor: pageParam }, signal }),
    getNextPageParam: ({ next }) => next,
  });

export const addCard = (body: NewCard) => ask<Card>('POST', '/v1/cards', { body });
export const issueCard = (id: number) => ask<Card>('POST', `/v1/cards/${id}/issue`);
export const revokeCard = (id: number) => ask<Card>('POST', `/v1/cards/${id}/revoke`);
export const replaceCard = (id: number, body: CardReplacement) =>
  ask<Card>('POST', `/v1/cards/${id}/replace`, { body });
export const changeCardDays = (id: number, body: CardPatch) =>
  ask<Card>('PATCH', `/v1/cards/${id}`, { body });

/** Begins a run on cards. Throws where the API refuses it. */
export const beginCardsRun = (body: NewCardsRun, key: string) =>
  ask<BulkAction>('POST', '/v1/bulk-actions', { body, headers: { 'idempotency-key': key } });
