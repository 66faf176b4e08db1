// The admin who is signed in, and what is theirs alone: language, light or dark, keys, and the way out.
import {
  Divider,
  type MantineColorScheme,
  Popover,
  SegmentedControl,
  Switch,
  UnstyledButton,
} from '@mantine/core';
import { IconApi, IconDotsVertical, IconKeyboard, IconLogout } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { useId, useState } from 'react';
import { sessionQuery } from '../client/session.ts';
import { showOverlay } from '../context/overlays.ts';
import { usePreferences } from '../context/preferences.tsx';
import { toastProblem } from '../kit/toast.ts';
import { useWords } from '../words/language.tsx';
import styles from './admin-menu.module.css';
import { frameWords } from './frame-words.ts';
import { useSignOut } from './use-sign-out.ts';

const LANGUAGES = [
  { value: 'en', label: 'English' },
  { value: 'de', label: 'Deutsch' },
] as const;

export function AdminMenu() {
  const said = useWords(frameWords);
  const { data: me } = useQuery(sessionQuery);
  const [isOpen, setOpen] = useState(false);
  const roles = me?.roles?.join(', ') ?? '';
  return (
    <Popover
      opened={isOpen}
      onChange={setOpen}
      position="top-start"
      width={280}
      trapFocus
      returnFocus
      radius="lg"
    >
      <Popover.Target>
        <UnstyledButton className={styles['admin'] ?? ''} onClick={() => setOpen(!isOpen)}>
          <span className={styles['initials']} aria-hidden>
            {initialsOf(me?.name ?? '')}
          </span>
          <span className={styles['who']}>
            <span className={styles['name']}>{me?.name}</span>{' '}
            <span className={styles['note']}>{roles === '' ? me?.email : roles}</span>
          </span>
          <IconDotsVertical size={18} stroke={1.75} aria-hidden />
        </UnstyledButton>
      </Popover.Target>
      <Popover.Dropdown aria-label={said.preferences} className={styles['dropdown'] ?? ''}>
        <Preferred />
        <Divider />
        <Ways onDone={() => setOpen(false)} />
      </Popover.Dropdown>
    </Popover>
  );
}

function Preferred() {
  const said = useWords(frameWords);
  const { language, colorScheme, hasSingleKeys, prefer } = usePreferences();
  const [languageId, appearanceId] = [useId(), useId()];
  return (
    <div className={styles['preferred']}>
      <p id={languageId} className={styles['label']}>
        {said.language}
      </p>
      <SegmentedControl
        fullWidth
        aria-labelledby={languageId}
        data={[...LANGUAGES]}
        value={language}
        onChange={(chosen) => prefer({ language: chosen === 'de' ? 'de' : 'en' })}
      />
      <p id={appearanceId} className={styles['label']}>
        {said.appearance}
      </p>
      <SegmentedControl
        fullWidth
        aria-labelledby={appearanceId}
        data={[
          { value: 'light', label: said.light },
          { value: 'dark', label: said.dark },
          { value: 'auto', label: said.system },
        ]}
        value={colorScheme}
        onChange={(chosen) => prefer({ colorScheme: chosen as MantineColorScheme })}
      />
      <Switch
        mt="sm"
        label={said.singleKeys}
        description={said.singleKeysNote}
        checked={hasSingleKeys}
        onChange={({ currentTarget }) => prefer({ hasSingleKeys: currentTarget.checked })}
      />
    </div>
  );
}

function Ways({ onDone }: { onDone: () => void }) {
  const said = useWords(frameWords);
  const signOut = useSignOut();
  return (
    <div className={styles['ways']}>
      <UnstyledButton
        className={styles['way'] ?? ''}
        onClick={() => {
          onDone();
          showOverlay('keys');
        }}
      >
        <IconKeyboard size={18} stroke={1.75} aria-hidden />
        <span>{said.allKeys}</span>
        <kbd className={styles['key']}>?</kbd>
      </UnstyledButton>
      <UnstyledButton
        component="a"
        href="/docs"
        target="_blank"
        rel="noopener"
        className={styles['way'] ?? ''}
      >
        <IconApi size={18} stroke={1.75} aria-hidden />
        <span>{said.apiDocs}</span>
      </UnstyledButton>
      <UnstyledButton className={styles['way'] ?? ''} onClick={() => void signOut().catch(toastProblem)}>
        <IconLogout size={18} stroke={1.75} aria-hidden />
        <span>{said.signOut}</span>
      </UnstyledButton>
    </div>
  );
}

/** HV for Hanna Vogt; as many letters as are sure to fit. */
const initialsOf = (name: string): string => {
  const words = name.split(/\s+/).filter((word) => /^\p{L}/u.test(word));
  const ends = words.length > 1 ? [words[0], words.at(-1)] : words;
  return ends.map((word) => [...(word ?? '')][0]?.toUpperCase()).join('');
};
