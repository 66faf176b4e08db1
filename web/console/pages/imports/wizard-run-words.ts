// What the last steps of an import say in the frame of the wizard.
import { dictionary } from '../../words/language.tsx';

export const wizardRunWords = dictionary({
  en: { title: 'Import users' },
  de: { title: 'Personen importieren' },
});
