// Counts that divide one whole, as tiles over one bar: each filters what is below it, or leads to its records.
import { Link } from '@tanstack/react-router';
import type { ReactNode } from 'react';
import { useFormats } from '../words/formats.ts';
import styles from './count-tiles.module.css';

export type CountTile = {
  key: string;
  label: string;
  count: number;
  /** Below the count: a share, or what it consists of. */
  note?: ReactNode;
  /** Of its part of the bar; left out by the whole, which has no part. */
  fill?: string;
};

type Props = {
  label: string;
  tiles: readonly CountTile[];
  /** Where tiles filter: the key of the one that does. */
  chosen?: string | null;
  onChoose?: (key: string) => void;
  /** Where tiles lead to their records: addresses by key. */
  links?: Readonly<Record<string, string>>;
};

export function CountTiles({ label, tiles, chosen, onChoose, links = {} }: Props) {
  const { number } = useFormats();
  const parts = tiles.filter(({ fill, count }) => fill !== undefined && count > 0);
  const whole = parts.reduce((sum, { count }) => sum + count, 0);
  return (
    <div className={styles['frame']}>
      <section className={styles['tiles']} aria-label={label}>
        {tiles.map((tile) => {
          const inside = (
            <>
              <span className={styles['label']}>
                {tile.fill !== undefined && (
                  <span aria-hidden className={styles['fill']} style={{ background: tile.fill }} />
                )}
                {tile.label}
              </span>{' '}
              <span className={styles['count']}>{number(tile.count)}</span>{' '}
              {tile.note !== undefined && <span className={styles['note']}>{tile.note}</span>}
            </>
          );
          const to = links[tile.key];
          if (to !== undefined) {
            // Apart: what is behind the path would not be kept with the site that the address has anyway.
            const [path = '', search] = to.split('?');
            return (
              <Link
                key={tile.key}
                to={path}
                search={Object.fromEntries(new URLSearchParams(search)) as never}
                className={styles['tile']}
              >
                {inside}
              </Link>
            );
          }
          if (onChoose === undefined)
            return (
              <div key={tile.key} className={styles['tile']}>
                {inside}
              </div>
            );
          return (
            <button
              key={tile.key}
              type="button"
              className={styles['tile']}
              aria-pressed={tile.key === chosen}
              onClick={() => onChoose(tile.key)}
            >
              {inside}
            </button>
          );
        })}
      </section>
      <div aria-hidden className={styles['bar']}>
        {parts.map(({ key, count, fill }) => (
          <span
            key={key}
            className={styles['part']}
            style={{ flexGrow: Math.max(count / whole, 0.0015), background: fill }}
          />
        ))}
      </div>
    </div>
  );
}
