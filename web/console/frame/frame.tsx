// The frame around every page of somebody who is signed in: the sidebar, the banner of the lock, and the page.
import { Outlet, useMatches } from '@tanstack/react-router';
import { dictionary, useWords } from '../words/language.tsx';
import styles from './frame.module.css';
import { LockBanner } from './lock-banner.tsx';
import { Sidebar } from './sidebar.tsx';

const words = dictionary({ en: { skip: 'Skip to content' }, de: { skip: 'Zum Inhalt' } });

export function Frame() {
  const said = useWords(words);
  const isFolded = useMatches().some(({ staticData }) => staticData.isFolded);
  return (
    <div className={styles['frame']} data-folded={isFolded || undefined}>
      <a href="#main" className={styles['skip']}>
        {said.skip}
      </a>
      <Sidebar isFolded={isFolded} />
      <div className={styles['content']}>
        <LockBanner />
        <Outlet />
      </div>
    </div>
  );
}
