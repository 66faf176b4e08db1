// A page on its way: its bar and its place are there already, so that nothing moves when it comes.
import type { ReactNode } from 'react';
import { Waiting } from '../kit/states.tsx';
import { MenuButton } from './menu-button.tsx';
import styles from './page.module.css';
import { TopBarTools } from './top-bar-tools.tsx';

export const PendingPage = (): ReactNode => (
  <>
    <header className={styles['bar']}>
      <MenuButton />
      <div className={styles['where']} />
      <div className={styles['actions']}>
        <TopBarTools />
      </div>
    </header>
    <div className={styles['main']}>
      <Waiting />
    </div>
  </>
);
