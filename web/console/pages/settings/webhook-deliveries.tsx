// The messages to a webhook, newest first, and how each fared.
import { Button } from '@mantine/core';
import { IconCircleCheck, IconCircleX, IconClock } from '@tabler/icons-react';
import { useInfiniteQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import type { WebhookDelivery } from '../../../../api/wire-webhooks.ts';
import { deliveriesQuery, resendDelivery } from '../../client/webhooks.ts';
import { Badge } from '../../kit/badge.tsx';
import { Panel } from '../../kit/panel.tsx';
import { useSaving } from '../../kit/saving.ts';
import { Failure, Message, Waiting } from '../../kit/states.tsx';
import { useFormats } from '../../words/formats.ts';
import { useWords } from '../../words/language.tsx';
import styles from './webhook-deliveries.module.css';
import { webhooksWords } from './webhooks-words.ts';

const SIGNS = {
  waiting: { icon: IconClock, tone: 'neutral' },
  delivered: { icon: IconCircleCheck, tone: 'ok' },
  failed: { icon: IconCircleX, tone: 'bad' },
} as const;

export function Deliveries({ id }: { id: number }) {
  const said = useWords(webhooksWords);
  const { dateTime, number } = useFormats();
  const query = useInfiniteQuery(deliveriesQuery(id));
  const resend = useSaving({
    save: (delivery: string) => resendDelivery(id, delivery),
    renews: ['webhooks'],
    done: said.resent,
  });
  const deliveries = query.data?.pages.flatMap(({ items }) => items) ?? [];
  const fateOf = ({ attempts, nextAttemptAt, lastStatus, lastError }: WebhookDelivery) =>
    [
      said.attempts(number(attempts), attempts === 1),
      lastStatus === null ? lastError : String(lastStatus),
      nextAttemptAt && said.next(dateTime(nextAttemptAt)),
    ]
      .filter((part) => part)
      .join(' · ');
  return (
    <Panel title={said.deliveries} isFlush className={styles['panel'] ?? ''}>
      {query.isError ? (
        <Failure error={query.error} onRetry={() => void query.refetch()} />
      ) : query.isPending ? (
        <Waiting />
      ) : deliveries.length === 0 ? (
        <Message title={said.noDeliveries} />
      ) : (
        <ul className={styles['list']}>
          {deliveries.map((delivery) => (
            <li key={delivery.id}>
              <div>
                {said.eventWords[delivery.event]}
                {delivery.bulkActionId && (
                  <>
                    {' · '}
                    <Link to="/runs/$id" params={{ id: delivery.bulkActionId }} className="mono">
                      {delivery.bulkActionId}
                    </Link>
                  </>
                )}
                <div className={styles['meta']}>
                  {dateTime(delivery.createdAt)} · {fateOf(delivery)}
                </div>
              </div>
              <Badge {...SIGNS[delivery.state]}>{said.states[delivery.state]}</Badge>
              {delivery.state !== 'waiting' && (
                <Button variant="subtle" size="compact-sm" onClick={() => resend.mutate(delivery.id)}>
                  {said.resend}
                </Button>
              )}
            </li>
          ))}
        </ul>
      )}
      {query.hasNextPage && (
        <Button
          variant="subtle"
          loading={query.isFetchingNextPage}
          onClick={() => void query.fetchNextPage()}
        >
          {said.more}
        </Button>
      )}
    </Panel>
  );
}
