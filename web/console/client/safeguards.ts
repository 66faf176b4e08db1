// The safeguards of a site: limits, approvals, the grace period, and fields that files leave alone.
import { queryOptions } from '@tanstack/react-query';
import type { SafeguardsPatch, SafeguardsWire } from '../../../api/wire-safeguards.ts';
import { ask } from './client.ts';

export const safeguardsQuery = (siteId: number) =>
  queryOptions({
    queryKey: ['safeguards', siteId],
    queryFn: ({ signal }) => ask<SafeguardsWire>('GET', `/v1/sites/${siteId}/safeguards`, { signal }),
  });

export const changeSafeguards = (siteId: number, body: SafeguardsPatch) =>
  ask<SafeguardsWire>('PATCH', `/v1/sites/${siteId}/safeguards`, { body });
