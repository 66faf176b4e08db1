// Single pieces of the list of people: a row on a phone, the menu of a row, the menu of columns, and nobody at all.
import { ActionIcon, Button, Checkbox, Menu, Popover } from '@mantine/core';
import { IconColumns3, IconCopy, IconDots, IconUser, IconUsers } from '@tabler/icons-react';
import { Link, useNavigate } from '@tanstack/react-router';
import type { ListedPerson } from '../../../../api/wire-people.ts';
import { useRights } from '../../context/rights.ts';
import { Message } from '../../kit/states.tsx';
import { toast } from '../../kit/toast.ts';
import { useWords } from '../../words/language.tsx';
import { Face, listName, PhotoBadge, StatusBadge } from './people-columns.tsx';
import styles from './people-list.module.css';
import { peopleWords } from './people-words.ts';

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

export function RowMenu({ person }: { person: ListedPerson }) {
  const said = useWords(peopleWords);
  const navigate = useNavigate();
  const { email } = person;
  return (
    <Menu position="bottom-end" withinPortal>
      <Menu.Target>
        <ActionIcon tabIndex={-1} aria-label={said.more(listName(person, said))}>
          <IconDots size={18} stroke={1.75} aria-hidden />
        </ActionIcon>
      </Menu.Target>
      <Menu.Dropdown>
        <Menu.Item
          leftSection={<IconUser size={16} aria-hidden />}
          onClick={() => void navigate({ to: '/people/$id', params: { id: String(person.id) } })}
        >
          {said.open}
        </Menu.Item>
        {email !== null && (
          <Menu.Item
            leftSection={<IconCopy size={16} aria-hidden />}
            onClick={() => void navigator.clipboard.writeText(email).then(() => toast(said.copied))}
          >
            {said.copyEmail}
          </Menu.Item>
        )}
      </Menu.Dropdown>
    </Menu>
  );
}

type NarrowProps = { person: ListedPerson; isChosen: boolean | undefined; onChoose: () => void };

export function NarrowRow({ person, isChosen, onChoose }: NarrowProps) {
  const said = useWords(peopleWords);
  const name = listName(person, said);
  return (
    <div className={styles['narrow']}>
      {isChosen !== undefined && (
        <Checkbox tabIndex={-1} aria-label={said.select(name)} checked={isChosen} onChange={onChoose} />
      )}
      <Face person={person} />
      <div className={styles['narrowText']}>
        <Link to="/people/$id" params={{ id: String(person.id) }} tabIndex={-1} className={styles['name']}>
          <span className={styles['nameText']}>{name}</span>
        </Link>
        <span className={styles['narrowLine']}>
          <span className="mono">{person.identifier}</span> {person.email}
        </span>
      </div>
      {person.status === 'active' ? (
        <PhotoBadge person={person} said={said} />
      ) : (
        <StatusBadge person={person} said={said} />
      )}
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
        <ActionIcon size={30} aria-label={said.chooseColumns}>
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
