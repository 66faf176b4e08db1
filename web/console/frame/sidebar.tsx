// The way to everything that the admin may open.
import { Link } from '@tanstack/react-router';
import { useRights } from '../context/rights.ts';
import { useWords } from '../words/language.tsx';
import { ADMINISTRATION, PLACES, type Place, placeWords } from './places.ts';
import styles from './sidebar.module.css';

export function Sidebar({ isFolded }: { isFolded: boolean }) {
  const said = useWords(placeWords);
  const { mayAnywhere } = useRights();
  const opened = ({ permissions }: Place) =>
    permissions.length === 0 || permissions.some((one) => mayAnywhere(one));
  const shown = (places: readonly Place[]) =>
    places.filter(opened).map(({ name, to, icon: Sign }) => (
      <li key={name}>
        <Link
          to={to}
          className={styles['place']}
          activeOptions={{ exact: to === '/' }}
          title={isFolded ? said[name] : undefined}
        >
          <Sign size={20} stroke={1.75} aria-hidden />
          <span className={isFolded ? 'visually-hidden' : undefined}>{said[name]}</span>
        </Link>
      </li>
    ));
  return (
    <aside className={styles['sidebar']}>
      <nav>
        <ul className={styles['places']}>{shown(PLACES)}</ul>
        {!isFolded && ADMINISTRATION.some(opened) && <p className={styles['group']}>{said.administration}</p>}
        {!isFolded && <ul className={styles['places']}>{shown(ADMINISTRATION)}</ul>}
      </nav>
    </aside>
  );
}
