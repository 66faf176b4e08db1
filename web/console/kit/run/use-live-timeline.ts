// The timeline of a run, read anew as the run moves, but not more often than people can read.
import { useQuery } from '@tanstack/react-query';
import { useEffect, useRef } from 'react';
import type { BulkAction } from '../../../../api/wire.ts';
import { timelineQuery } from '../../client/bulk-actions.ts';

const APART_MS = 2000;

export function useLiveTimeline(run: BulkAction) {
  // What was read for the run as it was before is no answer for what is shown of it now.
  const query = useQuery({ ...timelineQuery(run.id), refetchOnMount: 'always' });
  const { refetch } = query;
  const readAt = useRef(0);
  const moved = `${run.state} ${run.phase} ${run.progress.done} ${run.paused?.at} ${run.finishedAt} ${run.followUp?.state} ${run.mail?.state}`;
  const seen = useRef(moved);
  useEffect(() => {
    if (seen.current === moved) return;
    seen.current = moved;
    const wait = Math.max(0, readAt.current + APART_MS - Date.now());
    const timer = setTimeout(() => {
      readAt.current = Date.now();
      void refetch();
    }, wait);
    return () => clearTimeout(timer);
  }, [moved, refetch]);
  return query;
}
