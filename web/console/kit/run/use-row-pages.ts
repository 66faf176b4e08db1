// Rows of a run of which those in sight are fetched, a few hundred at a time.
import { keepPreviousData, useQueries, useQuery } from '@tanstack/react-query';
import { useCallback, useState } from 'react';
import type { BulkRow } from '../../../../api/wire-rows.ts';
import type { Outcome } from '../../../../domain/bulk-action.ts';
import { rowsQuery } from '../../client/bulk-actions.ts';

const PAGE = 200;

export function useRowPages(id: string, outcomes: readonly Outcome[]) {
  const [range, setRange] = useState({ first: 0, last: 0 });
  const pageAt = (page: number) => rowsQuery(id, { outcomes, offset: page * PAGE, limit: PAGE });
  const start = useQuery({ ...pageAt(0), placeholderData: keepPreviousData });
  const [from, to] = [Math.floor(range.first / PAGE), Math.floor(range.last / PAGE)];
  const pages = useQueries({
    queries: Array.from({ length: to - from + 1 }, (_, place) => pageAt(from + place)),
  });
  const onRange = useCallback((first: number, last: number) => setRange({ first, last }), []);
  const rowAt = (index: number): BulkRow | undefined => {
    const page = Math.floor(index / PAGE);
    const data = page === 0 ? start.data : pages[page - from]?.data;
    return data?.items[index % PAGE];
  };
  return { start, rowCount: start.data?.total ?? 0, rowAt, onRange };
}
