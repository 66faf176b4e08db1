// A word when a run of one's own ends while one is elsewhere in the console.
import { useQuery } from '@tanstack/react-query';
import { useRouterState } from '@tanstack/react-router';
import { useEffect } from 'react';
import { isFinal } from '../../../domain/bulk-action.ts';
import { onRunMoved } from '../client/events.ts';
import { sessionQuery } from '../client/session.ts';
import { runName } from '../kit/run-name.tsx';
import { runWords } from '../kit/run-words.ts';
import { toast } from '../kit/toast.ts';
import { useWords } from '../words/language.tsx';
import { liveWords } from './live-words.ts';

/** Where a run is looked at already: its own page, and those of the wizard that show it. */
const SHOWS_RUNS = /^\/(runs\/|import\/[^/]+\/(preview|run))/;

export function useEndedToasts(): void {
  const { data: me } = useQuery(sessionQuery);
  const said = useWords(liveWords);
  const named = useWords(runWords);
  const path = useRouterState({ select: ({ location }) => location.pathname });
  const personId = me?.personId;
  useEffect(
    () =>
      onRunMoved((run, before) => {
        const isNews = isFinal(run.state) && before !== undefined && !isFinal(before);
        const isDropped = run.state === 'cancelled' && run.isDryRun;
        if (!isNews || isDropped || run.startedById !== personId || SHOWS_RUNS.test(path)) return;
        const name = runName(run, named);
        if (run.state === 'rejected') toast(said.rejected(name));
        else if (run.state === 'cancelled') toast(said.cancelled(name));
        else toast(said.completed(name));
      }),
    [personId, path, said, named],
  );
}
