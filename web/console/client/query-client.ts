// What is kept of the API's answers, and when they are asked for again.
import { MutationCache, QueryClient } from '@tanstack/react-query';
import { ApiProblem } from './client.ts';

const FRESH_MS = 15_000;
const RETRIES = 2;

/** Events say when something has changed: nothing is asked for by a clock. */
export const queryClient = new QueryClient({
  mutationCache: new MutationCache({
    // A run was quicker than its event: whoever meets its lock sees at once whose it is.
    onError: (error) => {
      if (error instanceof ApiProblem && error.status === 423)
        void queryClient.invalidateQueries({ queryKey: ['locks'] });
    },
  }),
  defaultOptions: {
    queries: {
      staleTime: FRESH_MS,
      refetchOnWindowFocus: false,
      retry: (failures, error) => isPassing(error) && failures < RETRIES,
    },
    mutations: { retry: false },
  },
});

/** True for what may be over in a moment: nobody there, or somebody who is overloaded. */
function isPassing(error: unknown): boolean {
  return error instanceof ApiProblem && (error.status === 0 || error.status === 502 || error.status === 503);
}
