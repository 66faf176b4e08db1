// Where a person belongs: an org unit and a supervisor, each found by typing a part of its name.
import { Loader, Select } from '@mantine/core';
import { useDebouncedValue } from '@mantine/hooks';
import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { type ReactNode, useState } from 'react';
import type { Person } from '../../../../api/wire-person.ts';
import { orgUnitsQuery } from '../../client/org-units.ts';
import { foundPeopleQuery, personQuery } from '../../client/person.ts';
import { pathOf, useSites } from '../../context/site.ts';
import { useWords } from '../../words/language.tsx';
import { formWords } from './form-words.ts';

const SHOWN_MAX = 50;
const TYPING_MS = 200;

type Props = {
  label: string;
  value?: string;
  onChange?: (value: string) => void;
  error?: ReactNode;
  name?: string;
};

/** Of the units of a site and of those above it. */
export function OrgUnitSelect({ siteId, value = '', onChange, ...props }: Props & { siteId: number }) {
  const words = useWords(formWords);
  const sites = useSites();
  const { data: units = [] } = useQuery(orgUnitsQuery);
  const path = pathOf(sites, siteId).map(({ id }) => id);
  const own = units.filter((unit) => path.includes(unit.siteId));
  const data = own.map(({ id, name }) => ({ value: String(id), label: name }));
  const isUnknown = value !== '' && !data.some((one) => one.value === value);
  return (
    <Select
      {...props}
      searchable
      clearable
      clearButtonProps={{ 'aria-label': words.clear(props.label) }}
      limit={SHOWN_MAX}
      nothingFoundMessage={words.noUnit}
      data={isUnknown ? [{ value, label: value }, ...data] : data}
      value={value === '' ? null : value}
      onChange={(chosen) => onChange?.(chosen ?? '')}
    />
  );
}

const nameOf = ({ displayName, identifier }: Person): string =>
  [displayName, identifier].filter((part) => part !== null && part !== '').join(' · ');

/** Anybody active whom the admin sees. */
export function SupervisorSelect({
  personId,
  value = '',
  onChange,
  ...props
}: Props & { personId?: number | undefined }) {
  const words = useWords(formWords);
  const [typed, setTyped] = useState('');
  const [sought] = useDebouncedValue(typed, TYPING_MS);
  const chosen = useQuery({ ...personQuery(Number(value)), enabled: value !== '', retry: false });
  const chosenName = chosen.data ? nameOf(chosen.data) : value;
  const isChosenName = sought === chosenName;
  const found = useQuery({
    ...foundPeopleQuery(isChosenName ? '' : sought, undefined),
    placeholderData: keepPreviousData,
  });
  const people = (found.data ?? []).filter(({ id }) => id !== personId && String(id) !== value);
  const data = [
    ...(value === '' ? [] : [{ value, label: chosenName }]),
    ...people.map((person) => ({ value: String(person.id), label: nameOf(person) })),
  ];
  return (
    <Select
      {...props}
      searchable
      clearable
      clearButtonProps={{ 'aria-label': words.clear(props.label) }}
      placeholder={words.findPerson}
      searchValue={typed}
      onSearchChange={setTyped}
      // The API has found them: what it finds need not have the typed text in its name.
      filter={({ options }) => options}
      rightSection={found.isFetching ? <Loader size={16} /> : undefined}
      nothingFoundMessage={sought.trim() === '' ? words.typeName : words.noPerson}
      data={data}
      value={value === '' ? null : value}
      onChange={(next) => onChange?.(next ?? '')}
    />
  );
}
