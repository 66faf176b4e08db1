// The fields that hold at a site: its own and those of the sites above it.
import { queryOptions } from '@tanstack/react-query';
import type { Page } from '../../../api/wire.ts';
import type { FieldDefinitionWire } from '../../../api/wire-org.ts';
import { ask } from './client.ts';

export const fieldsQuery = (siteId: number | undefined) =>
  queryOptions({
    queryKey: ['fields', siteId],
    enabled: siteId !== undefined,
    staleTime: 5 * 60_000,
    queryFn: async ({ signal }) =>
      (
        await ask<Page<FieldDefinitionWire>>('GET', '/v1/field-definitions', {
          query: { site: siteId },
          signal,
        })
      ).items,
  });
