// Searching everything by a few letters: places, people, runs and settings, gone through by keyboard.
import { Loader, Modal } from '@mantine/core';
import { IconSearch } from '@tabler/icons-react';
import { useNavigate } from '@tanstack/react-router';
import { type KeyboardEvent, useEffect, useRef, useState } from 'react';
import { useWords } from '../words/language.tsx';
import styles from './search.module.css';
import { type Result, type ResultGroup, useResults } from './search-results.ts';
import { searchWords } from './search-words.ts';
import { focusPage } from './use-frame-keys.ts';

const LIST = 'search-results';

export default function Search({ onClose }: { onClose: () => void }) {
  const said = useWords(searchWords);
  const navigate = useNavigate();
  const [typed, setTyped] = useState('');
  const [chosen, setChosen] = useState<string>();
  const { groups, isOnItsWay, hasFailed } = useResults(typed);
  const all = groups.flatMap(({ results }) => results);
  const at = all.find(({ id }) => id === chosen) ?? all[0];
  const go = ({ to }: Result) => {
    onClose();
    void navigate({ to }).then(focusPage);
  };
  const onKeyDown = (event: KeyboardEvent) => {
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (step !== undefined && all.length > 0) {
      event.preventDefault();
      const next = (all.findIndex(({ id }) => id === at?.id) + step + all.length) % all.length;
      setChosen(all[next]?.id);
    } else if (event.key === 'Enter' && at && !event.nativeEvent.isComposing) {
      event.preventDefault();
      go(at);
    }
  };
  return (
    <Modal
      opened
      onClose={onClose}
      withCloseButton={false}
      centered={false}
      yOffset="12dvh"
      size={600}
      padding={0}
      attributes={{ content: { 'aria-label': said.search } }}
      returnFocus
    >
      <div className={styles['field']}>
        <IconSearch size={20} stroke={1.75} aria-hidden />
        <input
          className={styles['input']}
          role="combobox"
          aria-expanded={all.length > 0}
          aria-controls={LIST}
          aria-activedescendant={at?.id}
          aria-autocomplete="list"
          aria-label={said.search}
          placeholder={said.hint}
          autoComplete="off"
          spellCheck={false}
          data-autofocus
          value={typed}
          onChange={({ currentTarget }) => {
            setTyped(currentTarget.value);
            setChosen(undefined);
          }}
          onKeyDown={onKeyDown}
        />
        {isOnItsWay && <Loader size={18} aria-hidden />}
        <kbd className={styles['key']}>Esc</kbd>
      </div>
      <ResultList groups={groups} at={at} onChoose={go} />
      {all.length === 0 && (
        <p className={styles['note']}>
          {isOnItsWay ? said.searching : hasFailed ? said.failed : said.nothing}
        </p>
      )}
      <p className="visually-hidden" role="status">
        {isOnItsWay ? said.searching : said.found(all.length)}
      </p>
    </Modal>
  );
}

type ListProps = {
  groups: readonly ResultGroup[];
  at: Result | undefined;
  onChoose: (result: Result) => void;
};

function ResultList({ groups, at, onChoose }: ListProps) {
  const said = useWords(searchWords);
  const list = useRef<HTMLDivElement>(null);
  useEffect(() => {
    if (at) list.current?.querySelector(`[id="${at.id}"]`)?.scrollIntoView({ block: 'nearest' });
  }, [at]);
  return (
    <div
      ref={list}
      id={LIST}
      role="listbox"
      aria-label={said.results}
      tabIndex={-1}
      className={styles['list']}
    >
      {groups.map(({ name, results }) => (
        // biome-ignore lint/a11y/useSemanticElements: a group of options is no set of fields
        <div key={name} role="group" aria-label={name} className={styles['group']}>
          <p className={styles['name']} aria-hidden>
            {name}
          </p>
          {results.map((result) => (
            // biome-ignore lint/a11y/useKeyWithClickEvents: keys are the field's
            // biome-ignore lint/a11y/useFocusableInteractive: focus stays in the field
            <div
              key={result.id}
              id={result.id}
              role="option"
              aria-selected={result.id === at?.id}
              className={styles['result']}
              onMouseDown={(event) => event.preventDefault()}
              onClick={() => onChoose(result)}
            >
              <result.icon size={18} stroke={1.75} aria-hidden />
              <span className={styles['title']}>{result.title}</span>{' '}
              {result.note !== undefined && <span className={styles['aside']}>{result.note}</span>}
            </div>
          ))}
        </div>
      ))}
    </div>
  );
}
