// What stands at the end of every top bar: whether the server is heard of, what ended elsewhere, and help.
import { ActionIcon, Tooltip } from '@mantine/core';
import { IconHelpCircle, IconPlugConnectedX } from '@tabler/icons-react';
import { useIsLost } from '../client/events.ts';
import { showOverlay } from '../context/overlays.ts';
import { useWords } from '../words/language.tsx';
import { liveWords } from './live-words.ts';
import { NotificationBell } from './notification-bell.tsx';
import styles from './top-bar-tools.module.css';

export function TopBarTools() {
  const said = useWords(liveWords);
  const isLost = useIsLost();
  return (
    <>
      <span role="status" className={isLost ? styles['lost'] : 'visually-hidden'}>
        {isLost && (
          <>
            <IconPlugConnectedX size={18} stroke={1.75} aria-hidden />
            <span className={styles['word']}>{said.lost}</span>
          </>
        )}
      </span>
      <div className={styles['tools']}>
        <NotificationBell />
        <Tooltip label={said.help}>
          <ActionIcon
            aria-label={said.help}
            onClick={() => showOverlay('keys')}
            className={styles['tool'] ?? ''}
          >
            <IconHelpCircle size={20} stroke={1.75} aria-hidden />
          </ActionIcon>
        </Tooltip>
      </div>
    </>
  );
}
