// What the frame of an import says.
import type { DraftFault } from '../../client/imports.ts';
import { dictionary } from '../../words/language.tsx';

export type StepNumber = 1 | 2 | 3 | 4 | 5;

export const wizardWords = dictionary({
  en: {
    steps: { 1: 'Upload', 2: 'Configure', 3: 'Preview', 4: 'Run', 5: 'Results' } as Record<
      StepNumber,
      string
    >,
    progress: 'Steps of the import',
    stepOf: (step: number, name: string) => `Step ${step} of 5: ${name}`,
    done: 'done',
    close: 'Close',
    saved: 'Draft saved',
    saving: 'Saving the draft',
    faults: {
      unreachable: 'Not saved: Muster cannot be reached. It is tried again.',
      newer: 'Changed in another window.',
      failed: 'The draft could not be saved.',
    } as Record<DraftFault, string>,
    load: 'Load that version',
    back: 'Back',
    draft: 'The import',
  },
  de: {
    steps: { 1: 'Hochladen', 2: 'Einstellen', 3: 'Vorschau', 4: 'Ausführen', 5: 'Ergebnisse' },
    progress: 'Schritte des Imports',
    stepOf: (step, name) => `Schritt ${step} von 5: ${name}`,
    done: 'erledigt',
    close: 'Schließen',
    saved: 'Entwurf gespeichert',
    saving: 'Entwurf wird gespeichert',
    faults: {
      unreachable: 'Nicht gespeichert: Muster ist nicht erreichbar. Es wird weiter versucht.',
      newer: 'In einem anderen Fenster geändert.',
      failed: 'Der Entwurf konnte nicht gespeichert werden.',
    },
    load: 'Diese Fassung laden',
    back: 'Zurück',
    draft: 'Der Import',
  },
});
