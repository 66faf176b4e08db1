// The words by which a row names its action, in English and German.
import { ACTIONS, type Action } from '../bulk-action.ts';

/** The form in which words for actions are compared. */
const actionKey = (word: string): string =>
  word
    .normalize('NFC')
    .toLowerCase()
    .replace(/[\s_\-.+&/,]+/g, '');

const OTHER_WORDS: Readonly<Record<Action, readonly string[]>> = {
  'create-or-update': [
    'create and update',
    'create update',
    'create or change',
    'upsert',
    'anlegen oder aktualisieren',
    'anlegen und aktualisieren',
    'anlegen oder ändern',
    'anlegen und ändern',
    'erstellen oder aktualisieren',
    'erstellen und aktualisieren',
  ],
  create: ['add', 'new', 'insert', 'anlegen', 'erstellen', 'neu', 'hinzufügen'],
  update: ['change', 'modify', 'edit', 'aktualisieren', 'ändern', 'bearbeiten'],
  archive: ['archivieren'],
  restore: ['unarchive', 'wiederherstellen'],
  anonymize: ['anonymise', 'anonymisieren'],
  delete: ['remove', 'löschen', 'entfernen'],
};

const ACTION_OF: ReadonlyMap<string, Action> = new Map(
  ACTIONS.flatMap((action) => [action, ...OTHER_WORDS[action]].map((word) => [actionKey(word), action])),
);

/** The action that a word means, whatever its case and the marks between its parts; undefined for none. */
export const actionNamed = (word: string): Action | undefined => ACTION_OF.get(actionKey(word));
