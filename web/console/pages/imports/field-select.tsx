// Which field a column becomes: found by typing, with what stands in it and whether it is required.
import { Select } from '@mantine/core';
import { IconChevronDown } from '@tabler/icons-react';
import type { FieldDefinitionWire } from '../../../../api/wire-org.ts';
import { EXTRA_FIELDS } from '../../../../domain/rows/extras.ts';
import { useWords } from '../../words/language.tsx';
import styles from './column-table.module.css';
import { type ColumnLine, type Field, letterOf } from './columns.ts';
import { configureWords } from './configure-words.ts';
import { fieldWords } from './field-words.ts';

type Props = {
  id: string;
  line: ColumnLine;
  fields: readonly Field[];
  definitions: readonly FieldDefinitionWire[];
  cardIdType: 'decimal' | 'hex';
  onChoose: (field: string | null) => void;
};

const LEFT_OUT = '-';
const TYPES: Readonly<Record<string, string>> = { card_valid_until: 'date', send_invitation: 'boolean' };
const OTHERS: readonly string[] = ['account_id', 'action', 'username', 'display_name', ...EXTRA_FIELDS];

export function FieldSelect({ id, line, fields, definitions, cardIdType, onChoose }: Props) {
  const said = useWords(configureWords);
  const { kinds } = useWords(fieldWords);
  const kindOf = ({ name, isRequired }: Field): string | undefined => {
    if (isRequired) return kinds['required'];
    if (name === 'card_id') return kinds[cardIdType];
    const own = definitions.find((definition) => definition.name === name);
    return own ? (own.type === 'text' ? kinds['custom'] : kinds[own.type]) : kinds[TYPES[name] ?? ''];
  };
  const isOther = ({ name }: Field) => OTHERS.includes(name) && !definitions.some((one) => one.name === name);
  const group = (label: string, members: readonly Field[]) => ({
    group: label,
    items: members.map(({ name, label: text }) => ({ value: name, label: text })),
  });
  const open = fields.filter(({ isRequired }) => !isRequired);
  const data = [
    { group: '\u00a0', items: [{ value: LEFT_OUT, label: said.leftOut }] },
    group(
      said.groups.needed,
      fields.filter(({ isRequired }) => isRequired),
    ),
    group(
      said.groups.common,
      open.filter((field) => !isOther(field)),
    ),
    group(said.groups.other, open.filter(isOther)),
  ].filter(({ items }) => items.length > 0);
  const chosen = fields.find(({ name }) => name === line.field);
  const kind = chosen && kindOf(chosen);
  return (
    <Select
      id={id}
      aria-label={said.fieldOf(`${letterOf(line.position)} ${line.header}`.trim())}
      className={styles['select'] ?? ''}
      data={data}
      value={line.field ?? (line.matchedBy === 'needed' ? null : LEFT_OUT)}
      placeholder={said.choose}
      searchable
      allowDeselect={false}
      nothingFoundMessage={said.nothingFound}
      error={line.matchedBy === 'needed'}
      maxDropdownHeight={320}
      comboboxProps={{ width: 280, position: 'bottom-start' }}
      rightSection={
        <span className={styles['right']}>
          {kind}
          <IconChevronDown size={16} stroke={1.75} aria-hidden />
        </span>
      }
      rightSectionWidth={36 + (kind?.length ?? 0) * 7.5}
      rightSectionPointerEvents="none"
      renderOption={({ option }) => {
        const field = fields.find(({ name }) => name === option.value);
        return (
          <span className={styles['option']}>
            {option.label} <span className={styles['kind']}>{field && kindOf(field)}</span>
          </span>
        );
      }}
      // Not on change: who chooses what was guessed has checked it.
      onOptionSubmit={(value) => onChoose(value === LEFT_OUT ? null : value)}
    />
  );
}
