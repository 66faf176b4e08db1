// What came to a source, the newest first: files, why they wait or failed, and the runs of them.
import { Button } from '@mantine/core';
import {
  type Icon,
  IconArrowDownCircle,
  IconCircleCheck,
  IconCircleX,
  IconEqual,
  IconInbox,
  IconLoader2,
} from '@tabler/icons-react';
import { useInfiniteQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import type { BulkAction } from '../../../../api/wire.ts';
import type { SourceDelivery } from '../../../../api/wire-source-deliveries.ts';
import { OUTCOMES } from '../../../../domain/bulk-action.ts';
import { deliveriesQuery } from '../../client/sources.ts';
import { Badge, type Tone } from '../../kit/badge.tsx';
import { OutcomeBar } from '../../kit/outcome-bar.tsx';
import { Panel } from '../../kit/panel.tsx';
import { RunBadge } from '../../kit/run-badge.tsx';
import { Failure, Message, Waiting } from '../../kit/states.tsx';
import { useFormats } from '../../words/formats.ts';
import { useWords } from '../../words/language.tsx';
import styles from './source.module.css';
import { type SourceWords, sourceWords } from './source-words.ts';

export function Deliveries({ id }: { id: number }) {
  const said = useWords(sourceWords);
  const query = useInfiniteQuery(deliveriesQuery(id));
  const deliveries = query.data?.pages.flatMap(({ items }) => items) ?? [];
  return (
    <Panel title={said.deliveries} isFlush>
      {query.isError && <Failure error={query.error} onRetry={() => void query.refetch()} />}
      {query.isPending && <Waiting lines={4} height={64} />}
      {query.data && deliveries.length === 0 && (
        <Message icon={IconInbox} title={said.noDeliveries}>
          {said.noDeliveriesText}
        </Message>
      )}
      <ul className={styles['deliveries']}>
        {deliveries.map((delivery) => (
          <Delivery key={delivery.id} delivery={delivery} />
        ))}
      </ul>
      {query.hasNextPage && (
        <div className={styles['more']}>
          <Button
            variant="default"
            loading={query.isFetchingNextPage}
            onClick={() => void query.fetchNextPage()}
          >
            {said.moreDeliveries}
          </Button>
        </div>
      )}
    </Panel>
  );
}

const NONE = Object.fromEntries([...OUTCOMES, 'total'].map((name) => [name, 0])) as BulkAction['counts'];

type Sign = { tone: Tone; icon: Icon; isTurning?: boolean; word: string };

function signOf({ outcome, state }: SourceDelivery, said: SourceWords): Sign {
  if (outcome !== null) {
    const signs = {
      imported: { tone: 'ok', icon: IconCircleCheck },
      same: { tone: 'neutral', icon: IconEqual },
      failed: { tone: 'bad', icon: IconCircleX },
      cancelled: { tone: 'neutral', icon: IconCircleX },
      gone: { tone: 'neutral', icon: IconCircleX },
    } as const;
    return { ...signs[outcome], word: said.outcome[outcome] };
  }
  const isUnderWay = state !== 'arriving' && state !== 'ended';
  return {
    tone: isUnderWay ? 'accent' : 'neutral',
    icon: isUnderWay ? IconLoader2 : IconArrowDownCircle,
    isTurning: isUnderWay,
    word: said.delivery[state],
  };
}

function Delivery({ delivery }: { delivery: SourceDelivery }) {
  const said = useWords(sourceWords);
  const formats = useFormats();
  const { word, ...sign } = signOf(delivery, said);
  const { rows, runs, problem } = delivery;
  return (
    <li className={styles['delivery']}>
      <div className={styles['what']}>
        <ul className={styles['files']}>
          {delivery.files.map((file) => (
            <li key={`${file.name} ${file.movedAs}`}>
              <span className={styles['fileName']}>{file.name}</span>{' '}
              <span className={styles['meta']}>
                {[formats.bytes(file.bytes), file.movedTo && said.movedTo[file.movedTo]]
                  .filter(Boolean)
                  .join(' · ')}
              </span>
            </li>
          ))}
        </ul>
        <span className={styles['meta']}>
          {[
            formats.dateTime(delivery.firstSeenAt),
            rows !== null && said.rows(rows, formats.number(rows)),
            delivery.isRemaster && said.asMaster,
          ]
            .filter(Boolean)
            .join(' · ')}
        </span>
        {problem && <p className={styles['problem']}>{problem.message}</p>}
        {runs.map((run) => (
          <Link key={run.id} to="/runs/$id" params={{ id: run.id }} className={styles['run']}>
            <RunBadge run={{ ...run, paused: null, counts: run.counts ?? NONE }} />
            {run.counts && <OutcomeBar counts={run.counts} />}
          </Link>
        ))}
      </div>
      <Badge {...sign}>{word}</Badge>
    </li>
  );
}
