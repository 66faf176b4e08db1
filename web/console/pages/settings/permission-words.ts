// What each permission lets people do, in words, and in which order a grid of them stands.
import type { Permission } from '../../../../domain/rights.ts';
import { dictionary } from '../../words/language.tsx';

type GroupName = 'people' | 'cards' | 'runs' | 'organisation' | 'administration';

export const PERMISSION_GROUPS: readonly { name: GroupName; permissions: readonly Permission[] }[] = [
  {
    name: 'people',
    permissions: [
      'people:read',
      'people:create',
      'people:update',
      'people:archive',
      'people:restore',
      'people:anonymize',
      'people:delete',
      'people:export',
    ],
  },
  { name: 'cards', permissions: ['photos:review', 'photos:write', 'cards:write', 'invitations:write'] },
  { name: 'runs', permissions: ['bulk-actions:read', 'bulk-actions:run', 'sources:write', 'presets:write'] },
  { name: 'organisation', permissions: ['sites:read', 'sites:write', 'fields:write', 'org-units:write'] },
  {
    name: 'administration',
    permissions: [
      'roles:write',
      'safeguards:write',
      'safeguards:override',
      'keys:write',
      'webhooks:write',
      'audit:read',
    ],
  },
];

type Words = {
  permission: string;
  groups: Record<GroupName, string>;
  permissions: Record<Permission, string>;
  notYours: string;
  changed: (names: string[]) => string;
  discard: string;
  save: string;
  name: string;
  newAbout: string;
  rename: string;
  renameAbout: string;
};

export const permissionWords = dictionary<Words>({
  en: {
    permission: 'Permission',
    groups: {
      people: 'People',
      cards: 'Photos and cards',
      runs: 'Runs',
      organisation: 'Organisation',
      administration: 'Administration',
    },
    permissions: {
      'people:read': 'See people',
      'people:create': 'Create people',
      'people:update': 'Change people',
      'people:archive': 'Archive people',
      'people:restore': 'Restore people',
      'people:anonymize': 'Anonymize people',
      'people:delete': 'Delete people',
      'people:export': 'Export people',
      'photos:review': 'Approve photos and send them back',
      'photos:write': 'Add and delete photos',
      'cards:write': 'Issue and revoke cards',
      'invitations:write': 'Invite, and write what mails say',
      'bulk-actions:read': 'See runs',
      'bulk-actions:run': 'Begin runs',
      'sources:write': 'Set up sources',
      'presets:write': 'Save presets',
      'sites:read': 'See sites',
      'sites:write': 'Add and change sites',
      'fields:write': 'Add and change fields',
      'org-units:write': 'Add and change org units',
      'roles:write': 'Make and give roles',
      'safeguards:write': 'Set guards and approvals',
      'safeguards:override': 'Go beyond the guards for one run',
      'keys:write': 'Make API keys',
      'webhooks:write': 'Set up webhooks',
      'audit:read': 'Read the audit',
    },
    notYours: 'You lack this right here, and can neither give nor take it.',
    changed: (names) => `Changed: ${names.join(', ')}`,
    discard: 'Discard changes',
    save: 'Save',
    name: 'Name',
    newAbout: 'It permits nothing at first. Files name roles by this name.',
    rename: 'Rename role',
    renameAbout: 'Files that say the old name find it no more.',
  },
  de: {
    permission: 'Recht',
    groups: {
      people: 'Personen',
      cards: 'Fotos und Karten',
      runs: 'Läufe',
      organisation: 'Organisation',
      administration: 'Verwaltung',
    },
    permissions: {
      'people:read': 'Personen sehen',
      'people:create': 'Personen anlegen',
      'people:update': 'Personen ändern',
      'people:archive': 'Personen archivieren',
      'people:restore': 'Personen wiederherstellen',
      'people:anonymize': 'Personen anonymisieren',
      'people:delete': 'Personen löschen',
      'people:export': 'Personen exportieren',
      'photos:review': 'Fotos genehmigen und zurückschicken',
      'photos:write': 'Fotos hinzufügen und löschen',
      'cards:write': 'Karten ausgeben und sperren',
      'invitations:write': 'Einladen, und Mailtexte schreiben',
      'bulk-actions:read': 'Läufe sehen',
      'bulk-actions:run': 'Läufe beginnen',
      'sources:write': 'Quellen einrichten',
      'presets:write': 'Vorlagen speichern',
      'sites:read': 'Standorte sehen',
      'sites:write': 'Standorte anlegen und ändern',
      'fields:write': 'Felder anlegen und ändern',
      'org-units:write': 'Organisationseinheiten anlegen und ändern',
      'roles:write': 'Rollen anlegen und vergeben',
      'safeguards:write': 'Grenzen und Genehmigungen festlegen',
      'safeguards:override': 'Für einen Lauf über die Grenzen gehen',
      'keys:write': 'API-Schlüssel anlegen',
      'webhooks:write': 'Webhooks einrichten',
      'audit:read': 'Das Protokoll lesen',
    },
    notYours: 'Dieses Recht haben Sie hier nicht; Sie können es weder geben noch nehmen.',
    changed: (names) => `Geändert: ${names.join(', ')}`,
    discard: 'Änderungen verwerfen',
    save: 'Speichern',
    name: 'Name',
    newAbout: 'Sie erlaubt zunächst nichts. Dateien nennen Rollen bei diesem Namen.',
    rename: 'Rolle umbenennen',
    renameAbout: 'Dateien, die den alten Namen nennen, finden sie nicht mehr.',
  },
});
