// The menu of one person in the list: opened, edited, their email copied, chosen, archived or restored.
import { ActionIcon, Menu } from '@mantine/core';
import {
  IconArchive,
  IconCheckbox,
  IconCopy,
  IconDots,
  IconPencil,
  IconRestore,
  IconUser,
} from '@tabler/icons-react';
import { useNavigate } from '@tanstack/react-router';
import type { ListedPerson } from '../../../../api/wire-people.ts';
import { useRights } from '../../context/rights.ts';
import { useEditReason } from '../../kit/edit-button.tsx';
import { toast } from '../../kit/toast.ts';
import { useWords } from '../../words/language.tsx';
import { listName } from './people-columns.tsx';
import { peopleWords } from './people-words.ts';

/** What a row does beside itself. `onChoose` is left out where nobody can be chosen. */
export type RowSteps = {
  onArchive: (person: ListedPerson) => void;
  onRestore: (person: ListedPerson) => void;
  onChoose: ((person: ListedPerson) => void) | undefined;
  isChosen: (person: ListedPerson) => boolean;
};

type Props = { person: ListedPerson; steps: RowSteps };

/** Found by the key that opens menus: a grid is one tab stop. */
export const ROW_MENU = 'data-row-menu';

export function RowMenu({ person, steps }: Props) {
  const said = useWords(peopleWords);
  return (
    <Menu position="bottom-end" withinPortal>
      <Menu.Target>
        <ActionIcon tabIndex={-1} aria-label={said.more(listName(person, said))} {...{ [ROW_MENU]: true }}>
          <IconDots size={18} stroke={1.75} aria-hidden />
        </ActionIcon>
      </Menu.Target>
      <Menu.Dropdown>
        <Items person={person} steps={steps} />
      </Menu.Dropdown>
    </Menu>
  );
}

function Items({ person, steps }: Props) {
  const said = useWords(peopleWords);
  const { may } = useRights();
  const navigate = useNavigate();
  const { email, siteId, status } = person;
  const reason = useEditReason(siteId);
  const open = (search: { edit?: string }) =>
    void navigate({ to: '/people/$id', params: { id: String(person.id) }, search });
  const mayEdit = status === 'active' && may('people:update', siteId);
  const mayArchive = status === 'active' && may('people:archive', siteId);
  const mayRestore = status === 'archived' && may('people:restore', siteId);
  const isLocked = reason !== undefined;
  return (
    <>
      <Menu.Item leftSection={<IconUser size={16} aria-hidden />} onClick={() => open({})}>
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
      {steps.onChoose && (
        <Menu.Item
          leftSection={<IconCheckbox size={16} aria-hidden />}
          onClick={() => steps.onChoose?.(person)}
        >
          {steps.isChosen(person) ? said.leaveOut : said.addToSelection}
        </Menu.Item>
      )}
      {isLocked && (mayEdit || mayArchive || mayRestore) && <Menu.Label>{reason}</Menu.Label>}
      {mayEdit && (
        <Menu.Item
          leftSection={<IconPencil size={16} aria-hidden />}
          disabled={isLocked}
          onClick={() => open({ edit: 'yes' })}
        >
          {said.edit}
        </Menu.Item>
      )}
      {mayArchive && (
        <Menu.Item
          leftSection={<IconArchive size={16} aria-hidden />}
          disabled={isLocked}
          onClick={() => steps.onArchive(person)}
        >
          {said.archive}
        </Menu.Item>
      )}
      {mayRestore && (
        <Menu.Item
          leftSection={<IconRestore size={16} aria-hidden />}
          disabled={isLocked}
          onClick={() => steps.onRestore(person)}
        >
          {said.restore}
        </Menu.Item>
      )}
    </>
  );
}
