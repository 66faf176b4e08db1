// The filters of the list of people: those that hold as chips, and menus for the usual ones.
import { ActionIcon, Button, Menu, Popover, Select, TextInput } from '@mantine/core';
import { IconAdjustmentsHorizontal, IconChevronDown, IconX } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { type FormEvent, useState } from 'react';
import type { FieldDefinitionWire } from '../../../../api/wire-org.ts';
import { CARD_FILTERS, PHOTO_FILTERS } from '../../../../domain/person-filter.ts';
import { orgUnitsQuery } from '../../client/org-units.ts';
import { rolesAtQuery } from '../../client/roles.ts';
import { type Formats, useFormats } from '../../words/formats.ts';
import { useWords } from '../../words/language.tsx';
import { type FilterWords, filterWords } from './people-filter-words.ts';
import styles from './people-list.module.css';
import { filteredValue, filterValue, nameOf, withFilter } from './people-views.ts';

const TIMES = ['created_after', 'created_before', 'archived_after', 'archived_before'] as const;
type Time = (typeof TIMES)[number];
const isTime = (name: string): name is Time => (TIMES as readonly string[]).includes(name);

type Props = {
  siteId: number;
  filters: readonly string[];
  fields: readonly FieldDefinitionWire[];
  onChange: (filters: string[]) => void;
};

export function PeopleFilters({ siteId, filters, fields, onChange }: Props) {
  const said = useWords(filterWords);
  const formats = useFormats();
  const { data: units = [] } = useQuery(orgUnitsQuery);
  const { data: roles = [] } = useQuery(rolesAtQuery(siteId));
  const set = (name: string, value: string) =>
    onChange(withFilter(filters, name, value === '' ? '' : `${name}=${value}`));
  const menu = (name: string, label: string, values: readonly { value: string; label: string }[]) => (
    <FilterMenu
      label={label}
      values={values}
      chosen={filterValue(filters, name)}
      onChoose={(value) => set(name, value)}
    />
  );
  const names = (all: readonly { name: string }[]) =>
    [...new Set(all.map(({ name }) => name))].map((name) => ({ value: name, label: name }));
  return (
    <>
      {filters
        .filter((word) => nameOf(word) !== 'status')
        .map((word) => (
          <Chip
            key={word}
            text={chipText(word, said, formats, fields)}
            said={said}
            onRemove={() => onChange(filters.filter((one) => one !== word))}
          />
        ))}
      {units.length > 0 && menu('org_unit', said.orgUnit, names(units))}
      {roles.length > 0 && menu('role', said.role, names(roles))}
      {menu(
        'photo',
        said.photo,
        PHOTO_FILTERS.map((value) => ({ value, label: said.photoIs[value] ?? value })),
      )}
      {menu(
        'card',
        said.card,
        CARD_FILTERS.map((value) => ({ value, label: said.cardIs[value] ?? value })),
      )}
      <MoreFilters fields={fields} said={said} onAdd={(name, value) => set(name, value)} />
    </>
  );
}

function chipText(
  word: string,
  said: FilterWords,
  formats: Formats,
  fields: readonly FieldDefinitionWire[],
): string {
  const [name, value] = [nameOf(word), filteredValue(word)];
  if (isTime(name)) return said[name](formats.date(value));
  if (name === 'photo') return said.photoIs[value] ?? value;
  if (name === 'card') return said.cardIs[value] ?? value;
  const own: Record<string, string> = { org_unit: said.orgUnit, role: said.role };
  const field = fields.find((one) => one.name === name);
  const label = own[name] ?? (field?.label || name);
  return word.includes('~') && !word.startsWith(`${name}=`) ? said.has(label, value) : said.is(label, value);
}

function Chip({ text, said, onRemove }: { text: string; said: FilterWords; onRemove: () => void }) {
  return (
    <span className={styles['chip']}>
      {text}
      <ActionIcon size={28} color="petrol" aria-label={said.remove(text)} onClick={onRemove}>
        <IconX size={14} stroke={2} aria-hidden />
      </ActionIcon>
    </span>
  );
}

type MenuProps = {
  label: string;
  values: readonly { value: string; label: string }[];
  chosen: string | undefined;
  onChoose: (value: string) => void;
};

const SEARCHED_MIN = 8;

function FilterMenu({ label, values, chosen, onChoose }: MenuProps) {
  const said = useWords(filterWords);
  const [text, setText] = useState('');
  const found = values.filter((one) => one.label.toLowerCase().includes(text.toLowerCase()));
  return (
    <Menu position="bottom-start" withinPortal onClose={() => setText('')} returnFocus>
      <Menu.Target>
        <Button
          variant="default"
          className={styles['menu'] ?? ''}
          h={30}
          px={10}
          rightSection={<IconChevronDown size={14} stroke={2} aria-hidden />}
        >
          {label}
        </Button>
      </Menu.Target>
      <Menu.Dropdown mah={360} style={{ overflowY: 'auto' }}>
        {values.length >= SEARCHED_MIN && (
          <TextInput
            m={4}
            aria-label={said.find}
            placeholder={said.find}
            value={text}
            onChange={(event) => setText(event.currentTarget.value)}
          />
        )}
        {chosen !== undefined && <Menu.Item onClick={() => onChoose('')}>{said.any}</Menu.Item>}
        {found.slice(0, 200).map(({ value, label: text }) => (
          <Menu.Item
            key={value}
            aria-current={value === chosen || undefined}
            fw={value === chosen ? 600 : 400}
            onClick={() => onChoose(value)}
          >
            {text}
          </Menu.Item>
        ))}
      </Menu.Dropdown>
    </Menu>
  );
}

type MoreProps = {
  fields: readonly FieldDefinitionWire[];
  said: FilterWords;
  onAdd: (name: string, value: string) => void;
};

function MoreFilters({ fields, said, onAdd }: MoreProps) {
  const [isOpen, setOpen] = useState(false);
  const [name, setName] = useState<string>('created_after');
  const [value, setValue] = useState('');
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (value.trim() === '') return;
    onAdd(name, value.trim());
    setValue('');
    setOpen(false);
  };
  const field = fields.find((one) => one.name === name);
  return (
    <Popover opened={isOpen} onChange={setOpen} position="bottom-start" withinPortal trapFocus returnFocus>
      <Popover.Target>
        <ActionIcon
          className={styles['menu'] ?? ''}
          variant="default"
          size={30}
          aria-label={said.more}
          onClick={() => setOpen(!isOpen)}
        >
          <IconAdjustmentsHorizontal size={16} stroke={1.75} aria-hidden />
        </ActionIcon>
      </Popover.Target>
      <Popover.Dropdown aria-label={said.more}>
        <form onSubmit={submit} style={{ display: 'grid', gap: 12, width: 260 }}>
          <Select
            label={said.field}
            data={[
              ...TIMES.map((time) => ({ value: time, label: said.times[time] })),
              ...fields.map((one) => ({ value: one.name, label: one.label || one.name })),
            ]}
            value={name}
            allowDeselect={false}
            searchable
            comboboxProps={{ withinPortal: false }}
            onChange={(next) => {
              setName(next ?? 'created_after');
              setValue('');
            }}
          />
          {field?.choices ? (
            <Select
              label={said.value}
              data={[...field.choices]}
              value={value || null}
              searchable
              comboboxProps={{ withinPortal: false }}
              onChange={(next) => setValue(next ?? '')}
            />
          ) : (
            <TextInput
              label={said.value}
              type={isTime(name) ? 'date' : 'text'}
              value={value}
              onChange={(event) => setValue(event.currentTarget.value)}
            />
          )}
          <Button type="submit">{said.apply}</Button>
        </form>
      </Popover.Dropdown>
    </Popover>
  );
}
