// A card on a page: a title, perhaps something beside it, and what it holds.
import type { ReactNode } from 'react';
import { useId } from 'react';
import styles from './panel.module.css';

type Props = {
  title: ReactNode;
  /** At the end of the title's line: a link, a count, a control. */
  aside?: ReactNode;
  /** Without room around it: lists and tables reach the edges. */
  isFlush?: boolean;
  className?: string;
  children: ReactNode;
};

export function Panel({ title, aside, isFlush = false, className, children }: Props) {
  const id = useId();
  return (
    <section className={[styles['panel'], className].join(' ')} aria-labelledby={id}>
      <header className={styles['head']}>
        <h2 id={id} className={styles['title']}>
          {title}
        </h2>
        {aside !== undefined && <div className={styles['aside']}>{aside}</div>}
      </header>
      <div className={isFlush ? undefined : styles['body']}>{children}</div>
    </section>
  );
}
