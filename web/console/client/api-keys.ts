// Keys by which machines ask in the name of an admin.
import { queryOptions } from '@tanstack/react-query';
import type { ApiKey } from '../../../api/wire-sign-in.ts';
import type { Permission } from '../../../domain/rights.ts';
import { askAll } from './ask-all.ts';
import { ask } from './client.ts';

export const apiKeysQuery = queryOptions({
  queryKey: ['api-keys'],
  queryFn: ({ signal }) => askAll<ApiKey>('/v1/api-keys', { signal }),
});

export type NewApiKey = { email: string; name: string; siteId: number; role?: string; scopes?: Permission[] };

/** Gives the key itself, which is not shown again. */
export const createApiKey = (body: NewApiKey) =>
  ask<ApiKey & { key: string }>('POST', '/v1/api-keys', { body });
export const endApiKey = (id: number) => ask<void>('DELETE', `/v1/api-keys/${id}`);
