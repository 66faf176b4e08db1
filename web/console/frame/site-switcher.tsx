// Which site the admin works on, and the way to another one: the tree, found in by typing.
import { Combobox, useCombobox } from '@mantine/core';
import { IconCheck, IconSelector } from '@tabler/icons-react';
import { useNavigate, useRouterState } from '@tanstack/react-router';
import { useMemo, useState } from 'react';
import { pathOf, rememberSite, useSite, useSites } from '../context/site.ts';
import { useFormats } from '../words/formats.ts';
import { useLanguage, useWords } from '../words/language.tsx';
import { frameWords } from './frame-words.ts';
import { Logo } from './logo.tsx';
import styles from './site-switcher.module.css';
import { linesFor, treeOf } from './site-tree.ts';

const SHOWN_MAX = 150;

export function SiteSwitcher() {
  const said = useWords(frameWords);
  const sites = useSites();
  const here = useSite();
  const choose = useChooseSite();
  const top = here && pathOf(sites, here.id).at(-1);
  const [typed, setTyped] = useState('');
  const combobox = useCombobox({
    onDropdownOpen: () => {
      combobox.focusSearchInput();
      combobox.updateSelectedOptionIndex('active', { scrollIntoView: true });
    },
    onDropdownClose: () => {
      combobox.resetSelectedOption();
      combobox.focusTarget();
      setTyped('');
    },
  });
  return (
    <Combobox
      store={combobox}
      position="bottom-start"
      withinPortal={false}
      floatingStrategy="fixed"
      width={340}
      radius="lg"
      onOptionSubmit={(id) => {
        choose(Number(id));
        combobox.closeDropdown();
      }}
    >
      <Combobox.Target targetType="button" withAriaAttributes={false}>
        <button
          type="button"
          className={styles['button']}
          aria-haspopup="listbox"
          aria-expanded={combobox.dropdownOpened}
          onClick={() => combobox.toggleDropdown()}
        >
          <Logo />
          <span className={styles['text']}>
            <span className="visually-hidden">{said.switchSite}: </span>
            <span className={styles['name']}>{here?.name ?? said.noSites}</span>{' '}
            <span className={styles['note']}>
              {here && top && (top.id === here.id ? here.id : `${here.id} · ${top.name}`)}
            </span>
          </span>
          <IconSelector size={18} stroke={1.75} aria-hidden />
        </button>
      </Combobox.Target>
      <Combobox.Dropdown className={styles['dropdown'] ?? ''}>
        <Combobox.Search
          aria-label={said.findSite}
          placeholder={said.findSite}
          value={typed}
          onChange={({ currentTarget }) => {
            setTyped(currentTarget.value);
            combobox.resetSelectedOption();
            queueMicrotask(() => combobox.selectFirstOption());
          }}
        />
        <SiteOptions sites={sites} here={here?.id} typed={typed} />
      </Combobox.Dropdown>
    </Combobox>
  );
}

type OptionsProps = { sites: ReturnType<typeof useSites>; here: number | undefined; typed: string };

function SiteOptions({ sites, here, typed }: OptionsProps) {
  const said = useWords(frameWords);
  const { number } = useFormats();
  const language = useLanguage();
  const tree = useMemo(() => treeOf(sites, language), [sites, language]);
  const found = linesFor(tree, typed);
  const isWhole = found.length === tree.length;
  const shown = found.slice(0, SHOWN_MAX);
  return (
    <>
      <Combobox.Options aria-label={said.sites} className={styles['options'] ?? ''}>
        {shown.map(({ site, depth, above }) => (
          <Combobox.Option
            key={site.id}
            value={String(site.id)}
            active={site.id === here}
            className={styles['option'] ?? ''}
            style={isWhole ? { paddingLeft: 10 + Math.min(depth, 8) * 16 } : undefined}
          >
            <span className={styles['text']}>
              {site.name}
              {!isWhole && above.length > 0 && (
                <span className={styles['note']}> {above.map(({ name }) => name).join(' / ')}</span>
              )}
            </span>
            <span className={styles['note']}>{site.id}</span>
            <IconCheck size={16} aria-hidden className={styles['check']} data-here={site.id === here} />
          </Combobox.Option>
        ))}
        {found.length === 0 && <Combobox.Empty>{said.noSite}</Combobox.Empty>}
      </Combobox.Options>
      {found.length > shown.length && (
        <Combobox.Footer className={styles['note'] ?? ''}>
          {said.moreSites(number(found.length - shown.length))}
        </Combobox.Footer>
      )}
    </>
  );
}

/** Goes to the same place on another site: of one record, to the list that it stands in. */
function useChooseSite() {
  const navigate = useNavigate();
  const path = useRouterState({ select: ({ location }) => location.pathname });
  return (site: number) => {
    rememberSite(site);
    const [first = '', second] = path.split('/').slice(1);
    const place = first === 'settings' && second !== undefined ? `/settings/${second}` : `/${first}`;
    void navigate({ to: place, search: { site } });
  };
}
