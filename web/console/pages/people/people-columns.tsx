// The columns of the list of people: which there are, which are shown, and what stands in them.
import { Checkbox, UnstyledButton } from '@mantine/core';
import {
  IconArchive,
  IconArrowDown,
  IconArrowUp,
  IconCircleCheck,
  IconEyeOff,
  IconMail,
  IconPhotoCheck,
  IconPhotoOff,
  IconPhotoSearch,
  IconPhotoX,
  IconUser,
} from '@tabler/icons-react';
import { Link } from '@tanstack/react-router';
import type { ReactNode } from 'react';
import type { FieldDefinitionWire, Site } from '../../../../api/wire-org.ts';
import type { ListedPerson, PeopleSort } from '../../../../api/wire-people.ts';
import { Badge } from '../../kit/badge.tsx';
import type { GridColumn } from '../../kit/virtual-grid.tsx';
import type { Formats } from '../../words/formats.ts';
import styles from './people-list.module.css';
import type { ColumnKey, PeopleWords } from './people-words.ts';
import type { Choice } from './use-chosen.ts';

export const OWN_COLUMNS: readonly ColumnKey[] = [
  'identifier',
  'email',
  'username',
  'orgUnit',
  'site',
  'cards',
  'photo',
  'status',
  'created',
  'updated',
];
const FIELD = 'field:';
export const fieldColumn = (name: string) => FIELD + name;
const STANDARD_FIELDS = 1;

/** What is shown where nobody has chosen: with the first field of the site, as most say most with it. */
export const standardColumns = (fields: readonly FieldDefinitionWire[], isArchive: boolean): string[] => [
  'identifier',
  'email',
  ...fields.slice(0, STANDARD_FIELDS).map(({ name }) => fieldColumn(name)),
  'cards',
  isArchive ? 'status' : 'photo',
];

const SORTS: Partial<Record<string, string>> = {
  name: 'name',
  identifier: 'identifier',
  email: 'email',
  created: 'created',
  updated: 'updated',
};
const WIDTHS: Partial<Record<string, string>> = {
  identifier: 'minmax(110px, 0.6fr)',
  email: 'minmax(200px, 1.4fr)',
  orgUnit: 'minmax(140px, 0.8fr)',
  site: 'minmax(140px, 0.8fr)',
  cards: 'minmax(92px, 0.4fr)',
  photo: 'minmax(160px, 0.7fr)',
  status: 'minmax(130px, 0.5fr)',
};

/** Last name first, as lists are read. */
export function listName(person: ListedPerson, said: PeopleWords): string {
  const { firstName, lastName, displayName, identifier } = person;
  if (firstName && lastName) return `${lastName}, ${firstName}`;
  return displayName || identifier || said.anonymous;
}

const PHOTO = {
  approved: { icon: IconPhotoCheck, tone: 'ok' },
  'in-review': { icon: IconPhotoSearch, tone: 'warn' },
  'sent-back': { icon: IconPhotoX, tone: 'bad' },
  invited: { icon: IconMail, tone: 'accent' },
  none: { icon: IconPhotoOff, tone: 'neutral' },
} as const;
const STATUS = {
  active: { icon: IconCircleCheck, tone: 'ok' },
  archived: { icon: IconArchive, tone: 'warn' },
  anonymized: { icon: IconEyeOff, tone: 'plum' },
} as const;

export function PhotoBadge({ person, said }: { person: ListedPerson; said: PeopleWords }) {
  const state = person.photoState ?? 'none';
  return (
    <Badge {...PHOTO[state]} isPlain>
      {said.photo[state]}
    </Badge>
  );
}

export const StatusBadge = ({ person, said }: { person: ListedPerson; said: PeopleWords }) => (
  <Badge {...STATUS[person.status]} isPlain>
    {said.status[person.status]}
  </Badge>
);

export const Face = ({ person }: { person: ListedPerson }) =>
  person.photoThumbnailUrl ? (
    <img src={person.photoThumbnailUrl} alt="" className={styles['face']} loading="lazy" />
  ) : (
    <span className={styles['face']}>
      <IconUser size={14} stroke={1.75} aria-hidden />
    </span>
  );

type Means = {
  said: PeopleWords;
  formats: Formats;
  fields: readonly FieldDefinitionWire[];
  sites: readonly Site[];
  shown: readonly string[];
  sort: PeopleSort;
  onSort: (sort: PeopleSort) => void;
  choice: Choice | undefined;
  total: number;
  menu: (person: ListedPerson) => ReactNode;
};

export function peopleColumns(means: Means): GridColumn<ListedPerson>[] {
  const { said, choice, shown, menu } = means;
  return [
    ...(choice ? [chooseColumn(choice, means)] : []),
    {
      key: 'name',
      ...headOf('name', said.columns.name, means),
      width: 'minmax(210px, 1.1fr)',
      cell: (person) => (
        <Link to="/people/$id" params={{ id: String(person.id) }} tabIndex={-1} className={styles['name']}>
          <Face person={person} />
          <span className={styles['nameText']}>{listName(person, said)}</span>
        </Link>
      ),
    },
    ...shown.flatMap((key) => {
      const label = labelOf(key, means);
      if (label === undefined) return [];
      return [
        {
          key,
          ...headOf(key, label, means),
          width: WIDTHS[key] ?? 'minmax(130px, 0.8fr)',
          cell: (person: ListedPerson) => cellOf(key, person, means),
        },
      ];
    }),
    {
      key: 'menu',
      head: <span className="visually-hidden">{said.columns.name}</span>,
      label: '…',
      width: '56px',
      cell: menu,
    },
  ];
}

/** What a column is called; undefined for the one of a field that is gone. */
export function labelOf(key: string, { said, fields }: Pick<Means, 'said' | 'fields'>): string | undefined {
  if (key.startsWith(FIELD)) {
    const field = fields.find(({ name }) => fieldColumn(name) === key);
    return field && (field.label || field.name);
  }
  return OWN_COLUMNS.includes(key as ColumnKey) ? said.columns[key as ColumnKey] : undefined;
}

function cellOf(key: string, person: ListedPerson, { said, formats, sites }: Means): ReactNode {
  if (key.startsWith(FIELD)) return fieldText(person.fields[key.slice(FIELD.length)]);
  switch (key as ColumnKey) {
    case 'identifier':
      return <span className="mono">{person.identifier}</span>;
    case 'cards':
      return person.cardCount === 0
        ? said.nobody
        : said.cards(formats.number(person.cardCount ?? 0), person.cardCount ?? 0);
    case 'photo':
      return <PhotoBadge person={person} said={said} />;
    case 'status':
      return <StatusBadge person={person} said={said} />;
    case 'site':
      return sites.find(({ id }) => id === person.siteId)?.name ?? person.siteId;
    case 'created':
      return formats.shortDate(person.createdAt);
    case 'updated':
      return formats.shortDate(person.updatedAt);
    case 'orgUnit':
      return person.orgUnit;
    default:
      return key === 'email' || key === 'username' ? person[key] : null;
  }
}

const fieldText = (value: string | number | boolean | undefined): string =>
  value === undefined ? '' : typeof value === 'boolean' ? (value ? '✓' : '–') : String(value);

/** A head that sorts, where the list can be sorted by it. */
function headOf(key: string, label: string, { said, sort, onSort }: Means) {
  const by = SORTS[key];
  if (by === undefined) return { head: label };
  const isBy = sort === by || sort === `${by}-desc`;
  const isDescending = sort.endsWith('-desc');
  const Arrow = isDescending ? IconArrowDown : IconArrowUp;
  return {
    sorted: isBy ? (isDescending ? ('descending' as const) : ('ascending' as const)) : undefined,
    head: (
      <UnstyledButton
        className={styles['sort']}
        title={said.sortBy(label)}
        onClick={() => onSort((isBy && !isDescending ? `${by}-desc` : by) as PeopleSort)}
      >
        {label}
        {isBy && <Arrow size={14} stroke={2} aria-hidden />}
      </UnstyledButton>
    ),
  };
}

function chooseColumn(choice: Choice, { said, total }: Means): GridColumn<ListedPerson> {
  const isWhole = choice.count > 0 && choice.count >= total;
  return {
    key: 'choose',
    label: said.selectAll,
    width: '52px',
    head: (
      <Checkbox
        size="xs"
        aria-label={said.selectAll}
        checked={isWhole}
        indeterminate={choice.count > 0 && !isWhole}
        onChange={() => (choice.count > 0 ? choice.clear() : choice.chooseAll())}
      />
    ),
    cell: (person) => (
      <Checkbox
        size="xs"
        tabIndex={-1}
        aria-label={said.select(listName(person, said))}
        checked={choice.has(person.id)}
        onChange={() => choice.toggle(person)}
      />
    ),
  };
}
