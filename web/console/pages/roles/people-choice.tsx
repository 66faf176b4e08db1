// Whom a run is for where no selection came along: filters of fields, or everybody of the site.
import { Button, CloseButton, Radio, Select, TextInput } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { type FormEvent, useState } from 'react';
import type { SelectionAsked } from '../../../../api/wire-selection.ts';
import { fieldsQuery } from '../../client/fields.ts';
import { fieldWords } from '../../kit/field-words.ts';
import { useWords } from '../../words/language.tsx';
import styles from './roles.module.css';
import { rolesWords } from './roles-words.ts';

const OWN = ['identifier', 'email', 'username', 'first_name', 'last_name', 'org_unit', 'role'];

type Filter = { field: string; value: string };
type Props = {
  siteId: number;
  siteName: string;
  /** Undefined for nobody yet. */
  onChosen: (selection: SelectionAsked | undefined) => void;
};

export function PeopleChoice({ siteId, siteName, onChosen }: Props) {
  const words = useWords(rolesWords);
  const { labels } = useWords(fieldWords);
  const { data: definitions = [] } = useQuery(fieldsQuery(siteId));
  const [isAll, setAll] = useState(false);
  const [filters, setFilters] = useState<readonly Filter[]>([]);
  const [typed, setTyped] = useState<Filter>({ field: 'org_unit', value: '' });
  const choose = (next: readonly Filter[], all: boolean) => {
    setFilters(next);
    setAll(all);
    if (all) onChosen({ all: true });
    else
      onChosen(
        next.length === 0 ? undefined : { filter: next.map(({ field, value }) => `${field}=${value}`) },
      );
  };
  const fields = [
    ...OWN.map((value) => ({ value, label: labels[value] ?? value })),
    ...definitions.map(({ name, label }) => ({ value: name, label })),
  ];
  const labelOf = (field: string) => fields.find(({ value }) => value === field)?.label ?? field;
  const add = (event: FormEvent) => {
    event.preventDefault();
    if (typed.value.trim() === '') return;
    choose([...filters, { ...typed, value: typed.value.trim() }], false);
    setTyped({ ...typed, value: '' });
  };
  return (
    <div className={styles['choice']}>
      <Radio.Group
        aria-label={words.whom}
        value={isAll ? 'all' : 'filtered'}
        onChange={(value) => choose(filters, value === 'all')}
      >
        <div className={styles['roles']}>
          <Radio value="filtered" label={words.filtered} />
          <Radio value="all" label={words.all(siteName)} />
        </div>
      </Radio.Group>
      {!isAll && (
        <>
          {filters.length === 0 ? (
            <p className={styles['note']}>{words.noFilter}</p>
          ) : (
            <ul className={styles['chips']}>
              {filters.map((filter) => {
                const text = `${labelOf(filter.field)}: ${filter.value}`;
                return (
                  <li key={text} className={styles['chip']}>
                    {text}
                    <CloseButton
                      size={24}
                      aria-label={words.remove(text)}
                      onClick={() =>
                        choose(
                          filters.filter((one) => one !== filter),
                          false,
                        )
                      }
                    />
                  </li>
                );
              })}
            </ul>
          )}
          <form onSubmit={add} className={styles['adding']}>
            <Select
              label={words.field}
              data={fields}
              allowDeselect={false}
              value={typed.field}
              onChange={(field) => field !== null && setTyped({ ...typed, field })}
            />
            <TextInput
              label={words.value}
              value={typed.value}
              autoComplete="off"
              onChange={({ currentTarget: { value } }) => setTyped({ ...typed, value })}
            />
            <Button type="submit" variant="default">
              {words.addFilter}
            </Button>
          </form>
        </>
      )}
    </div>
  );
}
