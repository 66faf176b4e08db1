// The way to everything that the admin may open: sites, search, places, and the admin themselves.
import { Tooltip, UnstyledButton } from '@mantine/core';
import { IconSearch } from '@tabler/icons-react';
import { Link } from '@tanstack/react-router';
import { showOverlay } from '../context/overlays.ts';
import { useRights } from '../context/rights.ts';
import { useFormats } from '../words/formats.ts';
import { useWords } from '../words/language.tsx';
import { AdminMenu } from './admin-menu.tsx';
import { frameWords } from './frame-words.ts';
import { Logo } from './logo.tsx';
import { ADMINISTRATION, isOpened, PLACES, type Place, placeWords } from './places.ts';
import styles from './sidebar.module.css';
import { SiteSwitcher } from './site-switcher.tsx';
import { useWaitingCounts } from './waiting-counts.ts';

export function Sidebar({ isFolded = false }: { isFolded?: boolean }) {
  const said = { ...useWords(frameWords), ...useWords(placeWords) };
  const { mayAnywhere } = useRights();
  const administration = ADMINISTRATION.filter((place) => isOpened(place, mayAnywhere));
  return (
    <div className={styles['sidebar']} data-folded={isFolded || undefined}>
      {isFolded ? (
        <div className={styles['sign']}>
          <Logo />
        </div>
      ) : (
        <>
          <SiteSwitcher />
          <UnstyledButton className={styles['search'] ?? ''} onClick={() => showOverlay('search')}>
            <IconSearch size={18} stroke={1.75} aria-hidden />
            <span className={styles['word']}>{said.search}</span>
            <kbd className={styles['key']}>{said.searchKey}</kbd>
          </UnstyledButton>
        </>
      )}
      <nav aria-label={said.places} className={styles['nav']}>
        <PlaceList places={PLACES.filter((place) => isOpened(place, mayAnywhere))} isFolded={isFolded} />
        {!isFolded && administration.length > 0 && (
          <>
            <p className={styles['group']}>{said.administration}</p>
            <PlaceList places={administration} />
          </>
        )}
      </nav>
      {!isFolded && <AdminMenu />}
    </div>
  );
}

function PlaceList({ places, isFolded = false }: { places: readonly Place[]; isFolded?: boolean }) {
  const said = useWords(placeWords);
  const { waiting } = useWords(frameWords);
  const { number } = useFormats();
  const counts = useWaitingCounts();
  return (
    <ul className={styles['places']}>
      {places.map(({ name, to, icon: Sign }) => {
        const count = counts[name] ?? 0;
        return (
          <li key={name}>
            <Tooltip label={said[name]} position="right" disabled={!isFolded}>
              <Link
                to={to}
                className={styles['place']}
                activeOptions={{ exact: to === '/', includeSearch: false }}
              >
                <Sign size={20} stroke={1.75} aria-hidden />
                <span className={isFolded ? 'visually-hidden' : styles['word']}>{said[name]}</span>
                {count > 0 && !isFolded && (
                  <span className={styles['count']}>
                    {number(count)}
                    <span className="visually-hidden"> {waiting}</span>
                  </span>
                )}
              </Link>
            </Tooltip>
          </li>
        );
      })}
    </ul>
  );
}
