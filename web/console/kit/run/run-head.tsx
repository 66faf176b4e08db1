// The head of a run's page: its state, where and by whom, the one thing to know of it, and what is beside it.
import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import type { ReactNode } from 'react';
import type { BulkAction } from '../../../../api/wire.ts';
import { sitesQuery } from '../../client/sites.ts';
import { useFormats } from '../../words/formats.ts';
import { useWords } from '../../words/language.tsx';
import { RunBadge } from '../run-badge.tsx';
import { runKindWord } from '../run-name.tsx';
import { isOnlyDry, runWords } from '../run-words.ts';
import styles from './run.module.css';
import { runViewWords } from './run-view-words.ts';

type Props = {
  run: BulkAction;
  title: ReactNode;
  /** Behind the site and what it is: who did what when. */
  facts: readonly string[];
  aside?: ReactNode;
};

export function RunHead({ run, title, facts, aside }: Props) {
  const words = useWords(runWords);
  const said = useWords(runViewWords);
  const site = useQuery(sitesQuery).data?.find(({ id }) => id === run.site);
  const shown = [
    runKindWord(run, words),
    ...(site ? [site.name] : []),
    ...(isOnlyDry(run) ? [said.dryRun] : []),
    ...facts,
  ];
  return (
    <header className={styles['head']}>
      <div className={styles['titles']}>
        <p className={styles['meta']}>
          <RunBadge run={run} />
          <span>
            {shown.join(' · ')}
            {run.undoes !== null && (
              <>
                {' · '}
                <Link to="/runs/$id" params={{ id: run.undoes }} className={`mono ${styles['link']}`}>
                  {run.undoes}
                </Link>
              </>
            )}
          </span>
        </p>
        <h1 className={styles['title']}>{title}</h1>
      </div>
      {aside !== undefined && <div className={styles['beside']}>{aside}</div>}
    </header>
  );
}

/** Who has started it and when, as one fact. */
export function useStarted(run: BulkAction): string {
  const said = useWords(runViewWords);
  const { dateTime } = useFormats();
  const when = dateTime(run.createdAt);
  return run.startedBy === null ? said.startedAt(when) : said.startedBy(run.startedBy, when);
}
