// Where things are: the places of the sidebar, in its order, and which permission opens each.
import {
  type Icon,
  IconFileImport,
  IconHistory,
  IconHome,
  IconId,
  IconListDetails,
  IconPhoto,
  IconRefresh,
  IconSettings,
  IconUserCheck,
  IconUsers,
} from '@tabler/icons-react';
import type { Permission } from '../../../domain/rights.ts';
import { dictionary } from '../words/language.tsx';

export type PlaceName =
  | 'home'
  | 'people'
  | 'import'
  | 'runs'
  | 'approvals'
  | 'photos'
  | 'cards'
  | 'sources'
  | 'audit'
  | 'settings';

export type Place = {
  name: PlaceName;
  to: string;
  icon: Icon;
  /** One of them is enough; none: everybody has it. */
  permissions: readonly Permission[];
  /** After G. */
  key?: string;
};

export const PLACES: readonly Place[] = [
  { name: 'home', to: '/', icon: IconHome, permissions: [], key: 'h' },
  { name: 'people', to: '/people', icon: IconUsers, permissions: ['people:read'], key: 'p' },
  { name: 'import', to: '/import', icon: IconFileImport, permissions: ['bulk-actions:run'], key: 'i' },
  { name: 'runs', to: '/runs', icon: IconListDetails, permissions: ['bulk-actions:read'], key: 'r' },
  { name: 'approvals', to: '/approvals', icon: IconUserCheck, permissions: ['bulk-actions:read'], key: 'a' },
  {
    name: 'photos',
    to: '/photos',
    icon: IconPhoto,
    permissions: ['photos:review', 'photos:write'],
    key: 'o',
  },
  { name: 'cards', to: '/cards', icon: IconId, permissions: ['people:read'] },
  { name: 'sources', to: '/sources', icon: IconRefresh, permissions: ['bulk-actions:read'], key: 's' },
];

export const ADMINISTRATION: readonly Place[] = [
  { name: 'audit', to: '/audit', icon: IconHistory, permissions: ['audit:read'] },
  { name: 'settings', to: '/settings', icon: IconSettings, permissions: ['sites:read'] },
];

/** Whether the admin may open it, told from what they hold on any site. */
export const isOpened = ({ permissions }: Place, mayAnywhere: (permission: Permission) => boolean): boolean =>
  permissions.length === 0 || permissions.some(mayAnywhere);

/** The place that an address belongs to. */
export function placeOf(path: string): Place | undefined {
  const first = `/${path.split('/')[1] ?? ''}`;
  return [...PLACES, ...ADMINISTRATION].find(({ to }) => to === first);
}

export const placeWords = dictionary<Record<PlaceName | 'administration', string>>({
  en: {
    home: 'Home',
    people: 'People',
    import: 'Import users',
    runs: 'Runs',
    approvals: 'Approvals',
    photos: 'Photos',
    cards: 'Cards',
    sources: 'Sources',
    audit: 'Audit',
    settings: 'Settings',
    administration: 'Administration',
  },
  de: {
    home: 'Start',
    people: 'Personen',
    import: 'Personen importieren',
    runs: 'Läufe',
    approvals: 'Genehmigungen',
    photos: 'Fotos',
    cards: 'Karten',
    sources: 'Quellen',
    audit: 'Protokoll',
    settings: 'Einstellungen',
    administration: 'Verwaltung',
  },
});
