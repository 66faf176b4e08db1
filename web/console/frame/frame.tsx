// The frame around every page of somebody who is signed in: the sidebar, the banner of the lock, and the page.
import { Drawer } from '@mantine/core';
import { useMediaQuery } from '@mantine/hooks';
import { Outlet, useMatches, useRouterState } from '@tanstack/react-router';
import { lazy, type ReactNode, Suspense, useEffect, useRef, useState } from 'react';
import { useEvents } from '../client/events.ts';
import { showOverlay, useOverlay } from '../context/overlays.ts';
import { useRights } from '../context/rights.ts';
import { useWords } from '../words/language.tsx';
import { ForbiddenPage } from './forbidden.tsx';
import styles from './frame.module.css';
import { frameWords } from './frame-words.ts';
import { LockBanner } from './lock-banner.tsx';
import { isOpened, placeOf } from './places.ts';
import { SessionEnded } from './session-ended.tsx';
import { Sidebar } from './sidebar.tsx';
import { useFrameKeys } from './use-frame-keys.ts';

const Search = lazy(() => import('./search.tsx'));
const KeyList = lazy(() => import('./key-list.tsx'));

export function Frame(): ReactNode {
  const said = useWords(frameWords);
  const isFolded = useMatches().some(({ staticData }) => staticData.isFolded) === true;
  const path = useRouterState({ select: ({ location }) => location.pathname });
  const { mayAnywhere } = useRights();
  const place = placeOf(path);
  const overlay = useOverlay();
  useEvents();
  useFrameKeys();
  return (
    <div className={styles['frame']} data-folded={isFolded || undefined}>
      <a href="#main" className={styles['skip']}>
        {said.skip}
      </a>
      <aside className={styles['aside']} aria-label={said.menu}>
        <Sidebar isFolded={isFolded} />
      </aside>
      <div className={styles['content']}>
        <LockBanner />
        {place && !isOpened(place, mayAnywhere) ? <ForbiddenPage place={place} /> : <Outlet />}
      </div>
      <Menu />
      <Announced path={path} />
      <Suspense fallback={null}>
        {overlay === 'search' && <Search onClose={() => showOverlay(undefined)} />}
        {overlay === 'keys' && <KeyList onClose={() => showOverlay(undefined)} />}
      </Suspense>
      <SessionEnded />
    </div>
  );
}

/** The sidebar of small screens. */
function Menu() {
  const said = useWords(frameWords);
  const isOpen = useOverlay() === 'menu';
  const isSmall = useMediaQuery('(width < 900px)');
  const address = useRouterState({ select: ({ location }) => location.href });
  // biome-ignore lint/correctness/useExhaustiveDependencies: whoever has gone somewhere is done with it
  useEffect(() => {
    if (isOpen) showOverlay(undefined);
  }, [address]);
  return (
    <Drawer
      opened={isOpen && isSmall === true}
      onClose={() => showOverlay(undefined)}
      title={said.menu}
      size={300}
      padding={0}
      closeButtonProps={{ 'aria-label': said.closeMenu }}
      classNames={{
        content: styles['drawer'] ?? '',
        header: styles['drawerHead'] ?? '',
        body: styles['drawerBody'] ?? '',
      }}
    >
      <Sidebar />
    </Drawer>
  );
}

const SETTLED_MS = 400;
const LOOK_MS = 200;
const LOOKS = 50;

/** Says which page has come, to whoever can't see it, and takes the focus there from what is gone. */
function Announced({ path }: { path: string }) {
  const [title, setTitle] = useState('');
  const said = useRef('');
  useEffect(() => {
    let timer: ReturnType<typeof setTimeout>;
    // The page before stays until the new one is read, and so does its title.
    const look = (left: number): void => {
      const hasCome = document.title !== said.current && document.querySelector('h1') !== null;
      const isLost = document.activeElement === document.body && path !== '/';
      if (isLost && (hasCome || left === LOOKS))
        document.getElementById('main')?.focus({ preventScroll: true });
      if (hasCome) {
        said.current = document.title;
        setTitle(document.title);
      } else if (left > 0) timer = setTimeout(look, LOOK_MS, left - 1);
    };
    timer = setTimeout(look, SETTLED_MS, LOOKS);
    return () => clearTimeout(timer);
  }, [path]);
  return (
    <div className="visually-hidden" aria-live="polite">
      {title}
    </div>
  );
}
