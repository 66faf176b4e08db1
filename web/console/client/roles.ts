// The roles that can be given at a site, and runs that give and take them.
import { queryOptions } from '@tanstack/react-query';
import type { BulkAction, Page } from '../../../api/wire.ts';
import type { Role } from '../../../api/wire-org.ts';
import type { NewRolesRun } from '../../../api/wire-roles.ts';
import { ask } from './client.ts';

/** Those of the site and of the sites above it. */
export const rolesAtQuery = (siteId: number | undefined) =>
  queryOptions({
    queryKey: ['roles', 'at', siteId],
    enabled: siteId !== undefined,
    queryFn: async ({ signal }) =>
      (await ask<Page<Role>>('GET', '/v1/roles', { query: { at: siteId }, signal })).items,
  });

export const beginRolesRun = (body: NewRolesRun, key: string) =>
  ask<BulkAction>('POST', '/v1/bulk-actions', { body, headers: { 'idempotency-key': key } });
