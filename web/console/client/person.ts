// One person: as they are, what became of them, and everything that is done to them one by one.
import { infiniteQueryOptions, queryOptions } from '@tanstack/react-query';
import type { Page } from '../../../api/wire.ts';
import type { Card } from '../../../api/wire-cards.ts';
import type { Invitation, MadeInvitations } from '../../../api/wire-invitations.ts';
import type { RoleAssignment } from '../../../api/wire-org.ts';
import type { Person } from '../../../api/wire-person.ts';
import type { HistoryEntry } from '../../../api/wire-person-history.ts';
import type { HistoryFilter } from '../../../domain/person-history.ts';
import { ask } from './client.ts';
import { queryClient } from './query-client.ts';

const HISTORY_PAGE = 30;
const FOUND_MAX = 10;

export const personQuery = (id: number) =>
  queryOptions({
    queryKey: ['people', 'one', id],
    queryFn: ({ signal }) => ask<Person>('GET', `/v1/people/${id}`, { signal }),
  });

export const historyQuery = (id: number, filter: HistoryFilter) =>
  infiniteQueryOptions({
    queryKey: ['people', 'one', id, 'history', filter],
    initialPageParam: '',
    queryFn: ({ signal, pageParam }) =>
      ask<Page<HistoryEntry>>('GET', `/v1/people/${id}/history`, {
        query: { filter, limit: HISTORY_PAGE, cursor: pageParam },
        signal,
      }),
    getNextPageParam: ({ next }) => next,
  });

/** All cards that a person has and had, the newest first. */
export const cardsOfPersonQuery = (id: number) =>
  queryOptions({
    queryKey: ['cards', 'of', id],
    queryFn: async ({ signal }) =>
      (await ask<{ items: Card[] }>('GET', `/v1/people/${id}/cards`, { signal })).items,
  });

export const rolesOfPersonQuery = (id: number) =>
  queryOptions({
    queryKey: ['roles', 'of', id],
    queryFn: async ({ signal }) =>
      (await ask<Page<RoleAssignment>>('GET', `/v1/people/${id}/roles`, { signal })).items,
  });

/** Their newest invitation, or null. */
export const invitationOfPersonQuery = (id: number) =>
  queryOptions({
    queryKey: ['people', 'one', id, 'invitation'],
    queryFn: async ({ signal }) =>
      (await ask<Page<Invitation>>('GET', '/v1/invitations', { query: { person: id, limit: 1 }, signal }))
        .items[0] ?? null,
  });

/** People whose name, identifier, email or username contains a text: to choose one of. */
export const foundPeopleQuery = (text: string, siteId: number | undefined) =>
  queryOptions({
    queryKey: ['people', 'found', siteId, text],
    enabled: text.trim() !== '',
    queryFn: async ({ signal }) =>
      (
        await ask<Page<Person>>('GET', '/v1/people', {
          query: { q: text.trim(), limit: FOUND_MAX, site: siteId, status: 'active' },
          signal,
        })
      ).items,
  });

/** What an edit says: undefined leaves a value, null clears it. */
export type PersonEdit = Readonly<Record<string, unknown>>;

export const createPerson = (body: PersonEdit) => ask<Person>('POST', '/v1/people', { body });
export const updatePerson = (id: number, version: number, body: PersonEdit) =>
  ask<Person>('PATCH', `/v1/people/${id}`, { body: { ...body, version } });

export type Step = 'archive' | 'restore' | 'anonymize';
export const takeStep = (id: number, step: Step, version: number) =>
  ask<Person>('POST', `/v1/people/${id}/${step}`, { query: { version } });
export const deletePerson = (id: number, version: number) =>
  ask<undefined>('DELETE', `/v1/people/${id}`, { query: { version } });

export const setPhoto = (id: number, picture: File) =>
  ask('PUT', `/v1/people/${id}/photo`, {
    raw: picture,
    headers: { 'content-type': picture.type === 'image/png' ? 'image/png' : 'image/jpeg' },
  });
export const deletePhoto = (id: number) => ask<undefined>('DELETE', `/v1/people/${id}/photo`);

export const invite = (id: number) =>
  ask<MadeInvitations>('POST', '/v1/invitations', { body: { personIds: [id] } });
export const allowMails = (id: number) => ask<undefined>('DELETE', `/v1/people/${id}/mail-stop`);

export const giveRole = (id: number, roleId: number, siteId: number) =>
  ask('PUT', `/v1/people/${id}/roles/${roleId}`, { query: { site: siteId } });
export const takeRole = (id: number, roleId: number, siteId: number) =>
  ask('DELETE', `/v1/people/${id}/roles/${roleId}`, { query: { site: siteId } });

/** What is known of people, cards and roles is asked for again: something of somebody has changed. */
export const peopleChanged = async (): Promise<void> => {
  await Promise.all(
    [['people'], ['cards'], ['roles', 'of'], ['photos']].map((queryKey) =>
      queryClient.invalidateQueries({ queryKey }),
    ),
  );
};
