// The people that are chosen in the list: one by one, or all whom the filters find but for some.
import { useState } from 'react';
import type { ListedPerson } from '../../../../api/wire-people.ts';
import type { SelectionAsked } from '../../../../api/wire-selection.ts';
import { SELECTED_IDS_MAX } from '../../../../domain/selection.ts';
import { EXPORTED_IDS_MAX, type PeopleWanted } from '../../client/people.ts';
import { filterValue } from './people-views.ts';

type Status = ListedPerson['status'];
type Chosen = {
  /** What they were chosen among: with other filters, nobody is. */
  among: string;
  isAll: boolean;
  /** Those who are chosen, or with `isAll` those who are not. */
  people: ReadonlyMap<number, Status>;
};

export type Choice = {
  count: number;
  isAll: boolean;
  has: (id: number) => boolean;
  toggle: (person: ListedPerson) => void;
  add: (people: readonly ListedPerson[]) => void;
  chooseAll: () => void;
  clear: () => void;
  /** What all of them are; undefined where they differ, or are of any. */
  status: Status | undefined;
  selection: SelectionAsked;
  ids: readonly number[] | undefined;
  /** They can be named in an address. */
  canExport: boolean;
};

const NOBODY = { isAll: false, people: new Map<number, Status>() };

export function useChosen(wanted: PeopleWanted, total: number): Choice {
  const among = JSON.stringify(wanted);
  const [kept, setChosen] = useState<Chosen>({ among, ...NOBODY });
  const chosen = kept.among === among ? kept : { among, ...NOBODY };
  const { isAll, people } = chosen;
  const change = (next: Map<number, Status>) => {
    if (next.size <= SELECTED_IDS_MAX) setChosen({ ...chosen, people: next });
  };
  const statuses = new Set(people.values());
  const filtered = filterValue(wanted.filters, 'status');
  return {
    count: isAll ? Math.max(0, total - people.size) : people.size,
    isAll,
    has: (id) => people.has(id) !== isAll,
    toggle: ({ id, status }) => {
      const next = new Map(people);
      if (!next.delete(id)) next.set(id, status);
      change(next);
    },
    add: (more) => {
      const next = new Map(people);
      for (const { id, status } of more) {
        if (isAll) next.delete(id);
        else next.set(id, status);
      }
      change(next);
    },
    chooseAll: () => setChosen({ among, isAll: true, people: new Map() }),
    clear: () => setChosen({ among, ...NOBODY }),
    status: isAll ? statusOf(filtered) : statuses.size === 1 ? [...statuses][0] : undefined,
    selection: selectionOf(wanted, isAll, [...people.keys()]),
    ids: isAll ? undefined : [...people.keys()],
    canExport: people.size <= EXPORTED_IDS_MAX,
  };
}

const statusOf = (word: string | undefined): Status | undefined =>
  word === 'active' || word === 'archived' ? word : undefined;

/** All: whom the filters find as the run begins, the page's and those further down alike. */
function selectionOf(wanted: PeopleWanted, isAll: boolean, ids: number[]): SelectionAsked {
  if (!isAll) return { ids };
  const { filters, text } = wanted;
  const narrowed = filters.length > 0 || text !== '';
  return {
    ...(narrowed ? {} : { all: true as const }),
    ...(filters.length > 0 && { filter: [...filters] }),
    ...(text !== '' && { q: text }),
    ...(!filters.some((word) => word.startsWith('status=')) && { status: 'all' as const }),
    ...(ids.length > 0 && { except: ids }),
  };
}
