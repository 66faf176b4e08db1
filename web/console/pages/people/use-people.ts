// The people in sight, fetched a page at a time; a page that is passed by is not waited for.
import { keepPreviousData, useQueries, useQuery, useQueryClient } from '@tanstack/react-query';
import { useCallback, useEffect, useRef, useState } from 'react';
import type { ListedPerson, PeopleSort } from '../../../../api/wire-people.ts';
import { PEOPLE_PAGE, type PeopleWanted, peopleCountQuery, peoplePageQuery } from '../../client/people.ts';

/** A scroll bar that is dragged passes hundreds of pages: none is asked for before it rests this long. */
const REST_MS = 70;

export function usePeople(wanted: PeopleWanted, sort: PeopleSort) {
  const client = useQueryClient();
  const list = JSON.stringify([wanted, sort]);
  const [seen, setSeen] = useState<{ list: string; pages: readonly number[] }>({ list, pages: [0] });
  // Of another list nothing is in sight yet but its beginning.
  const pages = seen.list === list ? seen.pages : [0];
  const timer = useRef<number>(undefined);
  const onRange = useCallback(
    (first: number, last: number) => {
      const [from, to] = [Math.floor(first / PEOPLE_PAGE), Math.floor(last / PEOPLE_PAGE)];
      window.clearTimeout(timer.current);
      timer.current = window.setTimeout(
        () =>
          setSeen((before) => {
            const isSame = before.list === list && before.pages[0] === from && before.pages.at(-1) === to;
            return isSame
              ? before
              : { list, pages: Array.from({ length: to - from + 1 }, (_, step) => from + step) };
          }),
        REST_MS,
      );
    },
    [list],
  );
  useEffect(() => () => window.clearTimeout(timer.current), []);
  const count = useQuery({ ...peopleCountQuery(wanted), placeholderData: keepPreviousData });
  const found = useQueries({ queries: pages.map((page) => peoplePageQuery(wanted, sort, page)) });
  const rowAt = (index: number): ListedPerson | undefined =>
    client.getQueryData(peoplePageQuery(wanted, sort, Math.floor(index / PEOPLE_PAGE)).queryKey)?.[
      index % PEOPLE_PAGE
    ];
  /** The people from one row to another, those that are not here yet too. */
  const fetchRange = async (from: number, to: number): Promise<ListedPerson[]> => {
    const [first, last] = [Math.floor(from / PEOPLE_PAGE), Math.floor(to / PEOPLE_PAGE)];
    const all: ListedPerson[] = [];
    for (let page = first; page <= last; page += 1) {
      // Each by its own places: where somebody has gone since, a page is shorter than others.
      const people = await client.ensureQueryData(peoplePageQuery(wanted, sort, page));
      const before = page * PEOPLE_PAGE;
      all.push(...people.slice(Math.max(0, from - before), to - before + 1));
    }
    return all;
  };
  const failed = found.find(({ isError, data }) => isError && data === undefined);
  return {
    count,
    rowAt,
    onRange,
    fetchRange,
    error: count.isError && count.data === undefined ? count.error : failed?.error,
    retry: () => void client.invalidateQueries({ queryKey: ['people'] }),
  };
}
