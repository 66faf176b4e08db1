// Who is signed in, what they may do where, and that it ends.
import { queryOptions } from '@tanstack/react-query';
import { useSyncExternalStore } from 'react';
import type { Me, SignInWays } from '../../../api/wire-sign-in.ts';
import { ApiProblem, ask, whenUnauthenticated } from './client.ts';
import { queryClient } from './query-client.ts';
import { ownTab } from './tab-owner.ts';

const KEY = ['session'];

/** Null where nobody is signed in. Who was signed in when a session ended stays until somebody signs in again. */
export const sessionQuery = queryOptions({
  queryKey: KEY,
  staleTime: 5 * 60_000,
  // Without a signal: the router waits for it, and no part of a page that goes away meanwhile may call it off.
  queryFn: async (): Promise<Me | null> => {
    try {
      const me = await ask<Me>('GET', '/v1/session');
      ownTab(me.personId);
      return me;
    } catch (error) {
      if (!(error instanceof ApiProblem && error.status === 401)) throw error;
      const before = queryClient.getQueryData<Me | null>(KEY) ?? null;
      if (before) setEnded(true);
      return before;
    }
  },
});

/** How one may sign in here. */
export const waysQuery = queryOptions({
  queryKey: ['ways-to-sign-in'],
  staleTime: 5 * 60_000,
  queryFn: ({ signal }) => ask<SignInWays>('GET', '/v1/session/ways', { signal }),
});

let hasEnded = false;
const listeners = new Set<() => void>();

function setEnded(value: boolean): void {
  hasEnded = value;
  for (const listener of listeners) listener();
}

whenUnauthenticated(() => setEnded(true));

const subscribe = (listener: () => void) => {
  listeners.add(listener);
  return () => listeners.delete(listener);
};

/** True from when the API first said that it no longer knows the admin, until somebody signs in. */
export const useSessionEnded = (): boolean => useSyncExternalStore(subscribe, () => hasEnded);

/** Signs in. What was known to somebody else before is forgotten; what the same admin saw is asked for again. */
export async function signIn(email: string, password: string): Promise<Me> {
  const before = queryClient.getQueryData<Me | null>(KEY);
  const me = await ask<Me>('POST', '/v1/session', { body: { email, password } });
  ownTab(me.personId);
  const isSame = before?.personId === me.personId;
  if (!isSame) queryClient.removeQueries({ predicate: isSeen });
  queryClient.setQueryData(KEY, me);
  setEnded(false);
  if (isSame) void queryClient.invalidateQueries({ predicate: isSeen });
  return me;
}

/** True of what somebody who is signed in has seen. */
const isSeen = ({ queryKey }: { queryKey: readonly unknown[] }): boolean =>
  queryKey[0] !== KEY[0] && queryKey[0] !== waysQuery.queryKey[0];

/** Ends the session; one that has ended by itself is what was wanted. From then on nobody is signed in. */
export async function signOut(): Promise<void> {
  try {
    await ask('DELETE', '/v1/session');
  } catch (error) {
    if (!(error instanceof ApiProblem && error.status === 401)) throw error;
  }
  queryClient.setQueryData(KEY, null);
}

/** Forgets everything that was seen, once no page is left that shows it. */
export function forgetSession(): void {
  ownTab(null);
  queryClient.removeQueries({ predicate: isSeen });
  queryClient.getMutationCache().clear();
  setEnded(false);
}
