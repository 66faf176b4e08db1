// What the built-in presets are called; one that a site has saved is called as it was named.
import { dictionary, useWords } from '../words/language.tsx';

const words = dictionary<Record<string, string>>({
  en: {
    people: 'People',
    'user-update': 'User update (many accounts)',
    'access-cards': 'Access cards',
    agents: 'Agents (3 files)',
    oneroster: 'OneRoster people',
  },
  de: {
    people: 'Personen',
    'user-update': 'Personen ändern (viele Standorte)',
    'access-cards': 'Zutrittskarten',
    agents: 'Agenten (3 Dateien)',
    oneroster: 'OneRoster-Personen',
  },
});

export function usePresetNames(): (preset: { name: string; title?: string }) => string {
  const said = useWords(words);
  return ({ name, title }) => said[name] ?? title ?? name;
}
