// The shape of a setting of which there are many: the list left, what is open of it right.
import { Button, TextInput } from '@mantine/core';
import { IconArrowLeft, IconPlus, IconSearch } from '@tabler/icons-react';
import { Link } from '@tanstack/react-router';
import { type ReactNode, useState } from 'react';
import { dictionary, useWords } from '../../words/language.tsx';
import styles from './list-and-form.module.css';
import type { SectionName } from './settings-words.ts';

const words = dictionary({
  en: {
    find: 'Find in this list',
    choose: 'Choose one on the left, or add one.',
    back: 'Back to the list',
    noMatch: 'None is called so.',
  },
  de: {
    find: 'In dieser Liste suchen',
    choose: 'Wählen Sie links etwas aus, oder legen Sie etwas an.',
    back: 'Zurück zur Liste',
    noMatch: 'Nichts heißt so.',
  },
});

export type ListItem = { id: string; label: string; note?: ReactNode; depth?: number };

type Props = {
  section: SectionName;
  title: string;
  about: string;
  items: readonly ListItem[];
  /** What is said where there is none yet. */
  empty: string;
  openId: string | undefined;
  /** Left out where nothing can be added. */
  addLabel?: string | undefined;
  /** Above the list: what is done with all of it. */
  tools?: ReactNode;
  children: ReactNode;
};

const FEW = 8;

export function ListAndForm({
  section,
  title,
  about,
  items,
  empty,
  openId,
  addLabel,
  tools,
  children,
}: Props) {
  const said = useWords(words);
  const [sought, setSought] = useState('');
  const wanted = sought.trim().toLowerCase();
  const shown = items.filter(({ label, id }) => `${label} ${id}`.toLowerCase().includes(wanted));
  return (
    <div className={styles['both']} data-open={openId !== undefined || undefined}>
      <div className={styles['list']}>
        <div className={styles['head']}>
          <h2 className={styles['title']}>{title}</h2>
          {addLabel !== undefined && (
            <Button
              variant="default"
              leftSection={<IconPlus size={16} aria-hidden />}
              renderRoot={(props) => (
                <Link to="/settings/$section/$id" params={{ section, id: 'new' }} {...props} />
              )}
            >
              {addLabel}
            </Button>
          )}
        </div>
        <p className={styles['about']}>{about}</p>
        {tools}
        {items.length > FEW && (
          <TextInput
            aria-label={said.find}
            placeholder={said.find}
            leftSection={<IconSearch size={16} aria-hidden />}
            value={sought}
            onChange={(event) => setSought(event.currentTarget.value)}
            data-search
          />
        )}
        {items.length === 0 && <p className={styles['empty']}>{empty}</p>}
        {items.length > 0 && shown.length === 0 && <p className={styles['empty']}>{said.noMatch}</p>}
        <ul className={styles['items']}>
          {shown.map(({ id, label, note, depth = 0 }) => (
            <li key={id}>
              <Link
                to="/settings/$section/$id"
                params={{ section, id }}
                className={styles['item']}
                style={{ paddingInlineStart: 10 + depth * 16 }}
                data-status={id === openId ? 'active' : undefined}
                aria-current={id === openId ? 'true' : undefined}
              >
                <span>{label}</span>
                {note !== undefined && <span className={styles['note']}>{note}</span>}
              </Link>
            </li>
          ))}
        </ul>
      </div>
      <div className={styles['form']}>
        {openId !== undefined && (
          <Link to="/settings/$section" params={{ section }} className={styles['back']}>
            <IconArrowLeft size={16} aria-hidden /> {said.back}
          </Link>
        )}
        {openId !== undefined ? children : <p className={styles['empty']}>{said.choose}</p>}
      </div>
    </div>
  );
}
