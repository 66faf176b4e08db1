// Who is signed in, and what they may do where.
import { queryOptions } from '@tanstack/react-query';
import type { Me } from '../../../api/wire-sign-in.ts';
import { ApiProblem, ask } from './client.ts';

/** Null where nobody is signed in. */
export const sessionQuery = queryOptions({
  queryKey: ['session'],
  staleTime: 5 * 60_000,
  queryFn: async ({ signal }): Promise<Me | null> => {
    try {
      return await ask<Me>('GET', '/v1/session', { signal });
    } catch (error) {
      if (error instanceof ApiProblem && error.status === 401) return null;
      throw error;
    }
  },
});
