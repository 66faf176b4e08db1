// What somebody else has done to a person while they were edited: who, what and when, and their value beside the own.
import { Button } from '@mantine/core';
import type { FieldDefinitionWire } from '../../../../api/wire-org.ts';
import type { Person } from '../../../../api/wire-person.ts';
import type { HistoryEntry } from '../../../../api/wire-person-history.ts';
import { fieldWords } from '../../kit/field-words.ts';
import { useFormats } from '../../words/formats.ts';
import { useWords } from '../../words/language.tsx';
import { formWords } from './form-words.ts';
import styles from './person-form.module.css';
import { columnOf } from './person-values.ts';

export function EditConflict({ entries }: { entries: readonly HistoryEntry[] }) {
  const words = useWords(formWords);
  const { labels } = useWords(fieldWords);
  const { dateTime, list } = useFormats();
  return (
    <div role="alert" className={styles['conflict']}>
      <h3>{words.meanwhile}</h3>
      <ul>
        {entries.map(({ id, at, by, changes }) => (
          <li key={id}>
            <strong>{by ?? words.somebody}</strong>, {dateTime(at)}
            {changes.length > 0 &&
              `: ${list(changes.map(({ field, label }) => label ?? labels[field] ?? field))}`}
          </li>
        ))}
      </ul>
      <p>{words.meanwhileText}</p>
    </div>
  );
}

type TheirProps = {
  place: string;
  value: string;
  definitions: readonly FieldDefinitionWire[];
  /** As they left the person. */
  person: Person;
  onTake: () => void;
};

export function TheirValue({ place, value, definitions, person, onTake }: TheirProps) {
  const words = useWords(formWords);
  const said = useWords(fieldWords);
  const column = columnOf(place);
  const label = definitions.find(({ name }) => name === column)?.label ?? said.labels[column] ?? column;
  const shown = value === '' ? said.empty : place === 'orgUnitId' ? (person.orgUnit ?? value) : value;
  return (
    <div className={styles['theirs']}>
      <span>{words.theirs(shown)}</span>
      <Button size="compact-sm" variant="default" onClick={onTake} aria-label={`${words.take}: ${label}`}>
        {words.take}
      </Button>
    </div>
  );
}
