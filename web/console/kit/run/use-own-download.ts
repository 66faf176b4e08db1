// The results come by themselves, once, to the admin who has begun the run and looks at it as it ends.
import { useQuery } from '@tanstack/react-query';
import { useEffect, useState } from 'react';
import type { BulkAction } from '../../../../api/wire.ts';
import { resultsAddress } from '../../client/bulk-actions.ts';
import { sessionQuery } from '../../client/session.ts';
import { useLanguage } from '../../words/language.tsx';

const REMEMBERED = 'muster-downloaded';
/** Of so many runs it is remembered. */
const RUNS_MAX = 100;
/** What has ended longer ago does not come by itself any more. */
const FRESH_MS = 10 * 60_000;

function downloaded(): string[] {
  try {
    const kept: unknown = JSON.parse(localStorage.getItem(REMEMBERED) ?? '[]');
    return Array.isArray(kept) ? kept.map(String) : [];
  } catch {
    return [];
  }
}

/** True once the results of the run have been saved in this browser. */
export function useOwnDownload(run: BulkAction, isPossible: boolean): boolean {
  const me = useQuery(sessionQuery).data;
  const language = useLanguage();
  const [isSaved, setSaved] = useState(() => downloaded().includes(run.id));
  const isOwn = me !== undefined && me !== null && run.startedById === me.personId;
  const isFresh = run.finishedAt !== null && Date.now() - Date.parse(run.finishedAt) < FRESH_MS;
  const wanted = isPossible && isOwn && isFresh && run.state === 'completed' && run.counts.total > 0;
  useEffect(() => {
    if (!wanted || document.visibilityState !== 'visible') return;
    // Read again: another tab may have been first.
    const before = downloaded();
    if (!before.includes(run.id)) {
      localStorage.setItem(REMEMBERED, JSON.stringify([run.id, ...before].slice(0, RUNS_MAX)));
      const link = document.createElement('a');
      link.href = resultsAddress(run, language);
      link.download = '';
      link.click();
    }
    setSaved(true);
  }, [wanted, run, language]);
  return isSaved;
}
