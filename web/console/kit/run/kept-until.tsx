// Until when the results of a run are there: after that its rows go by themselves.
import { IconClock } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import type { BulkAction } from '../../../../api/wire.ts';
import { timelineQuery } from '../../client/bulk-actions.ts';
import { useFormats } from '../../words/formats.ts';
import { useWords } from '../../words/language.tsx';
import styles from './run.module.css';
import { resultWords } from './run-results-words.ts';

export function KeptUntil({ run }: { run: BulkAction }) {
  const said = useWords(resultWords);
  const { shortDate } = useFormats();
  const until = useQuery(timelineQuery(run.id)).data?.keptUntil;
  if (!until || run.discardedAt !== null) return null;
  return (
    <span className={styles['kept']}>
      <IconClock size={18} stroke={1.75} aria-hidden /> {said.keptUntil(shortDate(until))}
    </span>
  );
}
