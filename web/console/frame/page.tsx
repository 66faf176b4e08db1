// What every page has: its title and actions in the top bar, and its content below.
import type { ReactNode } from 'react';
import { useEffect } from 'react';
import { MenuButton } from './menu-button.tsx';
import styles from './page.module.css';
import { TopBarTools } from './top-bar-tools.tsx';

type Props = {
  /** The heading of the page, and the name of the tab. */
  title: string;
  /** What stands above it: links, in their order from the top. */
  crumbs?: ReactNode;
  /** Beside the title: a count. */
  aside?: ReactNode;
  actions?: ReactNode;
  /** False where the content has a heading of its own, which then is the page's. */
  isHeading?: boolean;
  /** `reading` is narrow, `wide` has room for tables, `full` reaches the edges and scrolls inside. */
  width?: 'reading' | 'wide' | 'full';
  children: ReactNode;
};

export function Page({ title, crumbs, aside, actions, isHeading = true, width = 'wide', children }: Props) {
  useEffect(() => {
    if (title !== '') document.title = `${title} · Muster`;
  }, [title]);
  const Title = isHeading ? 'h1' : 'span';
  return (
    <>
      <header className={styles['bar']}>
        <MenuButton />
        <div className={styles['where']}>
          {crumbs !== undefined && (
            <nav className={styles['crumbs']}>
              {crumbs} <span aria-hidden>/</span>{' '}
            </nav>
          )}
          <Title className={styles['title']}>{title}</Title>
          {aside !== undefined && <span className={styles['aside']}>{aside}</span>}
        </div>
        <div className={styles['actions']}>
          {actions}
          <TopBarTools />
        </div>
      </header>
      <main id="main" tabIndex={-1} className={styles['main']} data-width={width}>
        {children}
      </main>
    </>
  );
}
