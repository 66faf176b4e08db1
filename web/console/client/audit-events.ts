// The audit trail: what was done, and whether it is as it was written.
import { infiniteQueryOptions } from '@tanstack/react-query';
import type { Page } from '../../../api/wire.ts';
import type { AuditChain, AuditEvent } from '../../../api/wire-audit.ts';
import { type Asked, ask } from './client.ts';

const PAGE = 50;

export type AuditFilter = NonNullable<Asked['query']>;

export const auditEventsQuery = (filter: AuditFilter) =>
  infiniteQueryOptions({
    queryKey: ['audit-events', filter],
    initialPageParam: '',
    queryFn: ({ pageParam, signal }) =>
      ask<Page<AuditEvent>>('GET', '/v1/audit-events', {
        query: { ...filter, cursor: pageParam, limit: PAGE },
        signal,
      }),
    getNextPageParam: (page) => page.next,
  });

export const verifyTrail = () => ask<AuditChain>('GET', '/v1/audit-events/verify');
