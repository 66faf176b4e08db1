// What the frame of an import says.
import { dictionary } from '../words/language.tsx';

export type StepNumber = 1 | 2 | 3 | 4 | 5;

export const wizardWords = dictionary({
  en: {
    steps: { 1: 'Upload', 2: 'Configure', 3: 'Preview', 4: 'Run', 5: 'Results' } as Record<
      StepNumber,
      string
    >,
    progress: 'Steps',
    done: 'done',
    close: 'Close',
  },
  de: {
    steps: { 1: 'Hochladen', 2: 'Einstellen', 3: 'Vorschau', 4: 'Ausführen', 5: 'Ergebnisse' },
    progress: 'Schritte',
    done: 'erledigt',
    close: 'Schließen',
  },
});
