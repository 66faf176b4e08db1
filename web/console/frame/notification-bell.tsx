// The bell: how much ended or waits that the admin has not seen, and what it is. Opening it counts as having seen it.
import { ActionIcon, Popover, Tooltip } from '@mantine/core';
import { IconBell } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { markAllSeen, notificationsQuery } from '../client/notifications.ts';
import { Failure, Waiting } from '../kit/states.tsx';
import { useWords } from '../words/language.tsx';
import { liveWords } from './live-words.ts';
import styles from './notification-bell.module.css';
import { NotificationList } from './notification-list.tsx';
import { useEndedToasts } from './notification-toasts.ts';

export function NotificationBell() {
  const said = useWords(liveWords);
  const [isOpen, setOpen] = useState(false);
  const query = useQuery(notificationsQuery);
  useEndedToasts();
  const unseen = query.data?.unseen ?? 0;
  const turn = (now: boolean) => {
    setOpen(now);
    // When it is closed: what is new stays marked as new while it is looked at.
    if (!now && query.data?.items.some(({ what, isSeen }) => what === 'run-ended' && !isSeen))
      void markAllSeen();
  };
  return (
    <Popover
      opened={isOpen}
      onChange={turn}
      position="bottom-end"
      width="min(400px, calc(100vw - 24px))"
      trapFocus
      returnFocus
      shadow="md"
      radius="lg"
    >
      <Popover.Target>
        <Tooltip label={said.title} disabled={isOpen}>
          <ActionIcon
            aria-label={said.bell(unseen)}
            aria-haspopup="dialog"
            onClick={() => turn(!isOpen)}
            className={styles['bell'] ?? ''}
          >
            <IconBell size={20} stroke={1.75} aria-hidden />
            {unseen > 0 && (
              <span aria-hidden className={styles['count']}>
                {unseen}
              </span>
            )}
          </ActionIcon>
        </Tooltip>
      </Popover.Target>
      <Popover.Dropdown className={styles['dropdown'] ?? ''} aria-label={said.title}>
        <h2 className={styles['title']}>{said.title}</h2>
        {query.data ? (
          <NotificationList items={query.data.items} onGone={() => turn(false)} />
        ) : query.isError ? (
          <Failure error={query.error} onRetry={() => void query.refetch()} />
        ) : (
          <Waiting lines={3} height={52} />
        )}
      </Popover.Dropdown>
    </Popover>
  );
}
