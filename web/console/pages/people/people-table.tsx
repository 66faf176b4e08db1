// The list of people itself: what is asked for, the rows, and the bar of those who are chosen.
import { TextInput } from '@mantine/core';
import { useDebouncedValue } from '@mantine/hooks';
import { IconSearch } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { useNavigate, useSearch } from '@tanstack/react-router';
import { type KeyboardEvent, useEffect, useRef, useState } from 'react';
import type { PeopleSort } from '../../../../api/wire-people.ts';
import { fieldsQuery } from '../../client/fields.ts';
import { peopleCsvAddress } from '../../client/people.ts';
import { peopleViewsQuery } from '../../client/people-views.ts';
import { useKeys } from '../../context/keys.ts';
import { usePreferences } from '../../context/preferences.tsx';
import { useRights } from '../../context/rights.ts';
import { useSites } from '../../context/site.ts';
import { Failure, NoMatch, Waiting } from '../../kit/states.tsx';
import { type GridSelecting, VirtualGrid } from '../../kit/virtual-grid.tsx';
import { useFormats } from '../../words/formats.ts';
import { useWords } from '../../words/language.tsx';
import { PeopleBar } from './people-bar.tsx';
import { fieldColumn, labelOf, OWN_COLUMNS, peopleColumns, standardColumns } from './people-columns.tsx';
import { PeopleFilters } from './people-filters.tsx';
import styles from './people-list.module.css';
import { ColumnsMenu, Empty, NarrowRow } from './people-rows.tsx';
import { PeopleViewTabs } from './people-view-tabs.tsx';
import { builtInViews, type ListView, savedView } from './people-views.ts';
import { peopleWords } from './people-words.ts';
import { ROW_MENU, RowMenu } from './row-menu.tsx';
import { useChosen } from './use-chosen.ts';
import { usePeople } from './use-people.ts';
import { useRowSteps } from './use-row-steps.tsx';

const TYPING_MS = 300;
const TEXT = 'muster-people-search';
const COLUMNS = 'muster-people-columns';
const ROW = 40;

type Props = {
  siteId: number;
  /** Told where what is shown can be downloaded. */
  onShown: (csvAddress: string) => void;
};

export function PeopleTable({ siteId, onShown }: Props) {
  const said = useWords(peopleWords);
  const formats = useFormats();
  const navigate = useNavigate();
  const sites = useSites();
  const { may } = useRights();
  const search = useSearch({ from: '/frame/people' });
  const { data: fields = [] } = useQuery(fieldsQuery(siteId));
  const { data: savedViews = [] } = useQuery(peopleViewsQuery(siteId));
  const views: ListView[] = [...builtInViews(new Date()), ...savedViews.map(savedView)];
  const view = views.find(({ key }) => key === (search.view ?? 'active')) ?? (views[0] as ListView);
  const filters = search.filter ?? view.filters;
  const sort = (search.sort ?? view.sort) as PeopleSort;
  const [typed, setTyped] = useState(() => sessionStorage.getItem(TEXT) ?? '');
  const [text] = useDebouncedValue(typed.trim(), TYPING_MS);
  useEffect(() => sessionStorage.setItem(TEXT, text), [text]);
  const wanted = { site: siteId, filters, text };
  const people = usePeople(wanted, sort);
  const total = people.count.data ?? 0;
  const choice = useChosen(wanted, total);
  const [ownColumns, setOwnColumns] = useState(columnsKept);
  const shown =
    ownColumns ?? view.saved?.view.columns ?? standardColumns(fields, filters.includes('status=archived'));
  const csv = peopleCsvAddress(wanted);
  useEffect(() => onShown(csv), [csv, onShown]);
  const find = useRef<HTMLInputElement>(null);
  useKeys({ '/': () => find.current?.focus() });

  const go = (next: { filter?: string[]; sort?: string }) =>
    void navigate({ to: '/people', search: { ...search, ...next }, replace: true });
  const keepColumns = (columns: readonly string[] | undefined) => {
    setOwnColumns(columns);
    if (columns) localStorage.setItem(COLUMNS, JSON.stringify(columns));
    else localStorage.removeItem(COLUMNS);
  };
  const clear = () => {
    setTyped('');
    go({ filter: [...view.filters] });
  };
  const select = async (selecting: GridSelecting) => {
    if (selecting.kind === 'all') return choice.chooseAll();
    if (selecting.kind === 'range') return choice.add(await people.fetchRange(selecting.from, selecting.to));
    const person = people.rowAt(selecting.index);
    if (person) choice.toggle(person);
  };
  const open = (index: number) => {
    const person = people.rowAt(index);
    if (person) void navigate({ to: '/people/$id', params: { id: String(person.id) } });
  };
  const download = () => {
    const link = document.createElement('a');
    link.href = peopleCsvAddress(wanted, choice.selection);
    link.click();
  };
  const mayChoose = may('bulk-actions:run') || may('invitations:write') || may('people:export');
  const { steps, dialog } = useRowSteps(mayChoose ? choice : undefined);
  const { hasSingleKeys } = usePreferences();
  const onKey = (event: KeyboardEvent, index: number): boolean => {
    if (event.key === 'ContextMenu' || (event.key === 'F10' && event.shiftKey)) {
      (event.target as Element).closest('[role=row]')?.querySelector<HTMLElement>(`[${ROW_MENU}]`)?.click();
      return true;
    }
    const person = people.rowAt(index);
    const isBare = !event.ctrlKey && !event.metaKey && !event.altKey && !event.shiftKey;
    if (event.key !== 'e' || !isBare || !hasSingleKeys || !person) return false;
    void navigate({ to: '/people/$id', params: { id: String(person.id) }, search: { edit: 'yes' } });
    return true;
  };
  const columns = peopleColumns({
    said,
    formats,
    fields,
    sites,
    shown,
    sort,
    onSort: (next) => go({ sort: next }),
    choice: mayChoose ? choice : undefined,
    total,
    menu: (person) => <RowMenu person={person} steps={steps} />,
  });
  const isNarrowed = text !== '' || JSON.stringify(filters) !== JSON.stringify(['status=active']);
  return (
    <>
      <div className={styles['head']}>
        <PeopleViewTabs
          siteId={siteId}
          views={views}
          chosen={view}
          now={{ filters, columns: shown, sort }}
          isChanged={JSON.stringify(filters) !== JSON.stringify(view.filters) || sort !== view.sort}
          onSaved={(key) => void navigate({ to: '/people', search: { view: key } })}
        />
        <div className={styles['filters']}>
          <TextInput
            ref={find}
            type="search"
            className={styles['search']}
            aria-label={said.searchLabel}
            placeholder={said.search}
            leftSection={<IconSearch size={16} stroke={1.75} aria-hidden />}
            value={typed}
            onChange={(event) => setTyped(event.currentTarget.value)}
          />
          <PeopleFilters
            siteId={siteId}
            filters={filters}
            fields={fields}
            onChange={(filter) => go({ filter })}
          />
          <span className={styles['found']} role="status">
            {people.count.data === undefined ? '' : said.people(formats.number(total), total)}
          </span>
          <ColumnsMenu
            all={[...OWN_COLUMNS, ...fields.map(({ name }) => fieldColumn(name))]}
            shown={shown}
            nameOf={(key) => labelOf(key, { said, fields })}
            onChange={keepColumns}
          />
        </div>
      </div>
      <div className={styles['grid']}>
        {people.error ? (
          <Failure error={people.error} onRetry={people.retry} />
        ) : people.count.data === undefined ? (
          <Waiting lines={12} height={ROW} />
        ) : total === 0 && isNarrowed ? (
          <NoMatch onClear={clear}>{said.found}</NoMatch>
        ) : total === 0 ? (
          <Empty />
        ) : (
          <VirtualGrid
            key={JSON.stringify([filters, text, sort])}
            list={JSON.stringify([filters, text, sort])}
            label={said.list}
            columns={columns}
            rowCount={total}
            rowHeight={ROW}
            rowAt={people.rowAt}
            onRange={people.onRange}
            onOpen={open}
            {...(mayChoose && {
              isSelected: (index: number) => {
                const person = people.rowAt(index);
                return person !== undefined && choice.has(person.id);
              },
              onSelect: (selecting: GridSelecting) => void select(selecting),
            })}
            onKey={onKey}
            narrow={(person) => <NarrowRow person={person} steps={steps} />}
          />
        )}
      </div>
      {dialog}
      {choice.count > 0 && (
        <PeopleBar
          wanted={wanted}
          total={total}
          choice={choice}
          onExport={may('people:export') && choice.canExport ? download : undefined}
        />
      )}
    </>
  );
}

function columnsKept(): readonly string[] | undefined {
  try {
    const kept: unknown = JSON.parse(localStorage.getItem(COLUMNS) ?? 'null');
    return Array.isArray(kept) ? kept.filter((one) => typeof one === 'string') : undefined;
  } catch {
    return undefined;
  }
}
