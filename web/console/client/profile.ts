// How the admin wants the console, as the API keeps it for all of their browsers.
import { queryOptions } from '@tanstack/react-query';
import type { Profile, ProfilePatch } from '../../../api/wire-sign-in.ts';
import { ask } from './client.ts';

const PATH = '/v1/session/profile';

export const profileQuery = queryOptions({
  queryKey: ['profile'],
  staleTime: Number.POSITIVE_INFINITY,
  queryFn: ({ signal }) => ask<Profile>('GET', PATH, { signal }),
});

export const saveProfile = (changed: ProfilePatch) => ask<Profile>('PATCH', PATH, { body: changed });
