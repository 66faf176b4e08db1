// Opens the menu of small screens, where there is no room for the sidebar.
import { ActionIcon } from '@mantine/core';
import { IconMenu2 } from '@tabler/icons-react';
import { showOverlay, useOverlay } from '../context/overlays.ts';
import { useWords } from '../words/language.tsx';
import { frameWords } from './frame-words.ts';
import styles from './page.module.css';

export function MenuButton() {
  const said = useWords(frameWords);
  return (
    <ActionIcon
      className={styles['menu'] ?? ''}
      size={40}
      aria-label={said.menu}
      aria-haspopup="dialog"
      aria-expanded={useOverlay() === 'menu'}
      onClick={() => showOverlay('menu')}
    >
      <IconMenu2 size={22} stroke={1.75} aria-hidden />
    </ActionIcon>
  );
}
