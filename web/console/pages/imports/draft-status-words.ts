// What is said of a draft: whether it is saved.
import type { DraftFault } from '../../client/imports.ts';
import { dictionary } from '../../words/language.tsx';

export const draftStatusWords = dictionary({
  en: {
    saved: 'Draft saved',
    saving: 'Saving the draft',
    faults: {
      unreachable: 'Not saved: Muster cannot be reached. It is tried again.',
      newer: 'Changed in another window.',
      failed: 'The draft could not be saved.',
    } as Record<DraftFault, string>,
    load: 'Load that version',
  },
  de: {
    saved: 'Entwurf gespeichert',
    saving: 'Entwurf wird gespeichert',
    faults: {
      unreachable: 'Nicht gespeichert: Muster ist nicht erreichbar. Es wird weiter versucht.',
      newer: 'In einem anderen Fenster geändert.',
      failed: 'Der Entwurf konnte nicht gespeichert werden.',
    },
    load: 'Diese Fassung laden',
  },
});
