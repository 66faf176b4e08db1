// A state in a word, with its icon: a colour alone says nothing to those who do not see it.
import type { Icon } from '@tabler/icons-react';
import styles from './badge.module.css';

export type Tone = 'accent' | 'ok' | 'warn' | 'bad' | 'info' | 'plum' | 'neutral';

type Props = {
  tone: Tone;
  icon: Icon;
  children: string;
  /** Without a ground: inside rows of a table. */
  isPlain?: boolean;
  /** For what is under way. */
  isTurning?: boolean;
};

export const Badge = ({ tone, icon: Sign, children, isPlain = false, isTurning = false }: Props) => (
  <span className={styles['badge']} data-tone={tone} data-plain={isPlain || undefined}>
    <Sign size={16} stroke={1.75} aria-hidden className={isTurning ? styles['turning'] : undefined} />
    {children}
  </span>
);
