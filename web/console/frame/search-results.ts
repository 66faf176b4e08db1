// What a search finds: places and settings by their names; runs by file or id and people by asking the API.
import { useDebouncedValue } from '@mantine/hooks';
import { type Icon, IconListDetails, IconSettings, IconUser } from '@tabler/icons-react';
import { queryOptions, useQuery } from '@tanstack/react-query';
import type { BulkAction, Page } from '../../../api/wire.ts';
import type { Person } from '../../../api/wire-person.ts';
import { ask } from '../client/client.ts';
import { useRights } from '../context/rights.ts';
import { useSite } from '../context/site.ts';
import { runName } from '../kit/run-name.tsx';
import { runWords } from '../kit/run-words.ts';
import { useFormats } from '../words/formats.ts';
import { useWords } from '../words/language.tsx';
import { ADMINISTRATION, isOpened, PLACES, placeWords } from './places.ts';
import { SETTINGS_SECTIONS, searchWords } from './search-words.ts';

export type Result = { id: string; to: string; icon: Icon; title: string; note?: string | undefined };
export type ResultGroup = { name: string; results: readonly Result[] };

const LETTERS_MIN = 2;
const PAUSE_MS = 250;
const PEOPLE_MAX = 8;
const RUNS_MAX = 6;

const peopleFound = (site: number | undefined, words: string, isWanted: boolean) =>
  queryOptions({
    queryKey: ['people', 'search', site, words],
    enabled: isWanted && words.length >= LETTERS_MIN,
    // What was typed is a name as likely as not: it is not kept.
    gcTime: 0,
    queryFn: ({ signal }) =>
      ask<Page<Person>>('GET', '/v1/people', {
        query: { site, q: words, status: 'all', limit: PEOPLE_MAX },
        signal,
      }),
  });

const runsFound = (site: number | undefined, words: string, isWanted: boolean) =>
  queryOptions({
    queryKey: ['bulk-actions', 'search', site, words],
    enabled: isWanted && words.length >= LETTERS_MIN,
    gcTime: 0,
    queryFn: ({ signal }) =>
      ask<Page<BulkAction>>('GET', '/v1/bulk-actions', {
        query: { site, q: words, limit: RUNS_MAX },
        signal,
      }),
  });

/** Groups that hold something, in their order; `isOnItsWay` while people and runs are still looked for. */
export function useResults(typed: string) {
  const said = { ...useWords(searchWords), run: useWords(runWords) };
  const placeNames = useWords(placeWords);
  const { date } = useFormats();
  const { mayAnywhere, may } = useRights();
  const site = useSite();
  const [settled] = useDebouncedValue(typed.trim(), PAUSE_MS);
  const people = useQuery(peopleFound(site?.id, settled, mayAnywhere('people:read')));
  const runs = useQuery(runsFound(site?.id, settled, mayAnywhere('bulk-actions:read')));
  const fits = fitting(typed);

  const places = [...PLACES, ...ADMINISTRATION]
    .filter((place) => isOpened(place, mayAnywhere) && fits(placeNames[place.name]))
    .map(({ name, to, icon }) => ({ id: `place-${name}`, to, icon, title: placeNames[name] }));
  const settings = SETTINGS_SECTIONS.filter(
    ([name, right]) => typed.trim() !== '' && may(right) && fits(said.sections[name]),
  ).map(([name]) => ({
    id: `settings-${name}`,
    to: `/settings/${name}`,
    icon: IconSettings,
    title: said.sections[name],
  }));
  const isLong = typed.trim().length >= LETTERS_MIN;
  const isAsked = isLong && mayAnywhere('people:read');
  const areRunsAsked = isLong && mayAnywhere('bulk-actions:read');
  const isSettled = settled === typed.trim();
  const ran = (areRunsAsked && isSettled ? (runs.data?.items ?? []) : []).map((run) => ({
    id: `run-${run.id}`,
    to: `/runs/${run.id}`,
    icon: IconListDetails,
    title: runName(run, said.run),
    note: date(run.createdAt),
  }));
  const persons = (isAsked && isSettled ? (people.data?.items ?? []) : []).map((person) => ({
    id: `person-${person.id}`,
    to: `/people/${person.id}`,
    icon: IconUser,
    title: person.displayName || (person.identifier ?? String(person.id)),
    note: [person.identifier, person.email].filter((one) => one !== null).join(' · '),
  }));

  const groups: ResultGroup[] = [
    { name: said.places, results: places },
    { name: said.people, results: persons },
    { name: said.runs, results: ran },
    { name: said.settings, results: settings },
  ];
  return {
    groups: groups.filter(({ results }) => results.length > 0),
    isOnItsWay:
      (isAsked && (!isSettled || people.isPending)) || (areRunsAsked && (!isSettled || runs.isPending)),
    hasFailed: isSettled && ((isAsked && people.isError) || (areRunsAsked && runs.isError)),
  };
}

/** Every word that is typed begins a word of the text, or stands in it. */
function fitting(typed: string): (text: string) => boolean {
  const wanted = plain(typed).split(/\s+/).filter(Boolean);
  return (text) => wanted.every((word) => plain(text).includes(word));
}

const plain = (text: string): string => text.normalize('NFD').replace(/\p{M}/gu, '').toLowerCase();
