// Single pieces of the list of people: a row on a phone, the menu of columns, and nobody at all.
import { ActionIcon, Button, Checkbox, Popover } from '@mantine/core';
import { IconColumns3, IconUsers } from '@tabler/icons-react';
import { Link } from '@tanstack/react-router';
import type { ListedPerson } from '../../../../api/wire-people.ts';
import { useRights } from '../../context/rights.ts';
import { Message } from '../../kit/states.tsx';
import { useWords } from '../../words/language.tsx';
import { Face, listName, PhotoBadge, StatusBadge } from './people-columns.tsx';
import styles from './people-list.module.css';
import { peopleWords } from './people-words.ts';
import { RowMenu, type RowSteps } from './row-menu.tsx';

export function Empty() {
  const said = useWords(peopleWords);
  const { may } = useRights();
  return (
    <Message
      icon={IconUsers}
      title={said.empty}
      action={
        may('bulk-actions:run') && (
          <Button renderRoot={(props) => <Link to="/import" {...props} />}>{said.importUsers}</Button>
        )
      }
    />
  );
}

type NarrowProps = { person: ListedPerson; steps: RowSteps };

export function NarrowRow({ person, steps }: NarrowProps) {
  const said = useWords(peopleWords);
  const name = listName(person, said);
  return (
    <div className={styles['narrow']}>
      {steps.onChoose && (
        <Checkbox
          tabIndex={-1}
          aria-label={said.select(name)}
          checked={steps.isChosen(person)}
          onChange={() => steps.onChoose?.(person)}
        />
      )}
      <Face person={person} />
      <div className={styles['narrowText']}>
        <Link to="/people/$id" params={{ id: String(person.id) }} tabIndex={-1} className={styles['name']}>
          <span className={styles['nameText']}>{name}</span>
        </Link>
        <span className={styles['narrowLine']}>
          <span className="mono">{person.identifier}</span>
          {person.status === 'active' ? (
            <PhotoBadge person={person} said={said} />
          ) : (
            <StatusBadge person={person} said={said} />
          )}
          <span className={styles['narrowEmail']}>{person.email}</span>
        </span>
      </div>
      <RowMenu person={person} steps={steps} />
    </div>
  );
}

type ColumnsProps = {
  all: readonly string[];
  shown: readonly string[];
  nameOf: (key: string) => string | undefined;
  onChange: (columns: readonly string[] | undefined) => void;
};

export function ColumnsMenu({ all, shown, nameOf, onChange }: ColumnsProps) {
  const said = useWords(peopleWords);
  return (
    <Popover position="bottom-end" withinPortal trapFocus returnFocus>
      <Popover.Target>
        <ActionIcon size={30} aria-label={said.chooseColumns} className={styles['wideOnly'] ?? ''}>
          <IconColumns3 size={18} stroke={1.75} aria-hidden />
        </ActionIcon>
      </Popover.Target>
      <Popover.Dropdown aria-label={said.chooseColumns} className={styles['columns']}>
        {all.map((key) => {
          const isShown = shown.includes(key);
          return (
            <Checkbox
              key={key}
              label={nameOf(key)}
              checked={isShown}
              onChange={() => onChange(isShown ? shown.filter((one) => one !== key) : [...shown, key])}
            />
          );
        })}
        <Button variant="default" onClick={() => onChange(undefined)}>
          {said.standardColumns}
        </Button>
      </Popover.Dropdown>
    </Popover>
  );
}
