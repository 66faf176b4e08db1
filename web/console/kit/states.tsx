// The states of a list or page that is not there yet, is empty, or cannot be shown.
import { Button, Skeleton } from '@mantine/core';
import { type Icon, IconCloudOff, IconLock, IconMoodEmpty, IconSearchOff } from '@tabler/icons-react';
import type { UseQueryResult } from '@tanstack/react-query';
import { type ReactNode, useEffect, useState } from 'react';
import { ApiProblem } from '../client/client.ts';
import { dictionary, useWords } from '../words/language.tsx';
import styles from './states.module.css';

const PATIENCE_MS = 200;

const words = dictionary({
  en: {
    loading: 'Loading',
    noMatch: 'Nothing matches.',
    clear: 'Clear filters',
    again: 'Try again',
    unreachable: 'Muster cannot be reached. Nothing is lost: what was written stays, and runs go on.',
    failed: 'This could not be shown. What was written stays as it is.',
    forbidden: 'You have no right to see this. Whoever gives roles on this site can grant it.',
    request: (id: string) => `Request ${id}`,
  },
  de: {
    loading: 'Wird geladen',
    noMatch: 'Nichts passt dazu.',
    clear: 'Filter löschen',
    again: 'Erneut versuchen',
    unreachable:
      'Muster ist nicht erreichbar. Nichts ist verloren: Geschriebenes bleibt, und Läufe gehen weiter.',
    failed: 'Das kann gerade nicht gezeigt werden. Geschriebenes bleibt, wie es ist.',
    forbidden:
      'Sie haben kein Recht, das zu sehen. Wer auf diesem Standort Rollen vergibt, kann es erteilen.',
    request: (id) => `Anfrage ${id}`,
  },
});

type MessageProps = {
  icon?: Icon;
  title: ReactNode;
  children?: ReactNode;
  action?: ReactNode;
  isAlert?: boolean;
};

/** A message in the place of a list: what belongs here, or what is in the way, and one thing to do. */
export const Message = ({
  icon: Sign = IconMoodEmpty,
  title,
  children,
  action,
  isAlert = false,
}: MessageProps) => (
  <div className={styles['message']} role={isAlert ? 'alert' : undefined}>
    <Sign size={28} stroke={1.5} aria-hidden className={styles['sign']} />
    <p className={styles['title']}>{title}</p>
    {children !== undefined && <div className={styles['text']}>{children}</div>}
    {action}
  </div>
);

export function NoMatch({ onClear, children }: { onClear: () => void; children?: ReactNode }) {
  const said = useWords(words);
  return (
    <Message
      icon={IconSearchOff}
      title={said.noMatch}
      action={
        <Button variant="default" onClick={onClear}>
          {said.clear}
        </Button>
      }
    >
      {children}
    </Message>
  );
}

export function Forbidden({ children }: { children?: ReactNode }) {
  const said = useWords(words);
  return <Message icon={IconLock} title={children ?? said.forbidden} />;
}

/** What went wrong, what is safe, and another try. */
export function Failure({ error, onRetry }: { error: unknown; onRetry?: (() => void) | undefined }) {
  const said = useWords(words);
  if (error instanceof ApiProblem && error.status === 403) return <Forbidden />;
  const isAway = error instanceof ApiProblem && error.status === 0;
  const { detail, requestId } = error instanceof ApiProblem ? error.problem : {};
  return (
    <Message
      icon={IconCloudOff}
      isAlert
      title={isAway ? said.unreachable : (detail ?? said.failed)}
      action={
        onRetry && (
          <Button variant="default" onClick={onRetry}>
            {said.again}
          </Button>
        )
      }
    >
      {requestId !== undefined && <span className="mono">{said.request(requestId)}</span>}
    </Message>
  );
}

/** Lines in the place of what is to come, once it takes noticeably long. `height` keeps the place. */
export function Waiting({ lines = 5, height = 36 }: { lines?: number; height?: number }) {
  const said = useWords(words);
  const [isLong, setLong] = useState(false);
  useEffect(() => {
    const timer = setTimeout(() => setLong(true), PATIENCE_MS);
    return () => clearTimeout(timer);
  }, []);
  return (
    <div aria-busy="true" style={{ minHeight: lines * height }}>
      <span className="visually-hidden">{said.loading}</span>
      {isLong &&
        Array.from({ length: lines }, (_, line) => (
          // biome-ignore lint/suspicious/noArrayIndexKey: lines are all alike
          <div key={line} className={styles['line']} style={{ height }}>
            <Skeleton height={12} width={`${55 + ((line * 17) % 40)}%`} />
          </div>
        ))}
    </div>
  );
}

type LoadedProps<Data> = {
  query: UseQueryResult<Data>;
  waiting?: ReactNode;
  children: (data: Data) => ReactNode;
};

/** What a query gives, or why there is nothing yet. What was there before stays while it is asked for again. */
export function Loaded<Data>({ query, waiting, children }: LoadedProps<Data>) {
  if (query.data !== undefined) return <>{children(query.data)}</>;
  if (query.isError) return <Failure error={query.error} onRetry={() => void query.refetch()} />;
  return <>{waiting ?? <Waiting />}</>;
}
