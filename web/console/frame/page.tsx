// What every page has: its title and actions in the top bar, and its content below.
import { useMediaQuery } from '@mantine/hooks';
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
  /** Where a phone has them beside the title: they are short, and the page has what is done with it below already. */
  areActionsAbove?: boolean;
  /** False where the content has a heading of its own, which then is the page's. */
  isHeading?: boolean;
  /** `reading` is narrow, `wide` has room for tables, `full` reaches the edges and scrolls inside. */
  width?: 'reading' | 'wide' | 'full';
  children: ReactNode;
};

export function Page({
  title,
  crumbs,
  aside,
  actions,
  areActionsAbove = false,
  isHeading = true,
  width = 'wide',
  children,
}: Props) {
  useEffect(() => {
    if (title !== '') document.title = `${title} · Muster`;
  }, [title]);
  const Title = isHeading ? 'h1' : 'span';
  // On a phone they stand below: beside them no title has room, and none jumps when they come.
  const isPhone = useMediaQuery('(width < 600px)', undefined, { getInitialValueInEffect: false });
  const isNarrow = isPhone && !areActionsAbove;
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
          {!isNarrow && actions}
          <TopBarTools />
        </div>
      </header>
      <main id="main" tabIndex={-1} className={styles['main']} data-width={width}>
        {children}
      </main>
      {isNarrow && actions != null && actions !== false && (
        <footer className={styles['below']}>{actions}</footer>
      )}
    </>
  );
}
