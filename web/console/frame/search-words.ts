// The words of searching everything.
import { dictionary } from '../words/language.tsx';

/** The sections of the settings, as their addresses name them, and which right shows each. */
export const SETTINGS_SECTIONS = [
  ['sites', 'sites:read'],
  ['units', 'sites:read'],
  ['fields', 'people:read'],
  ['roles', 'sites:read'],
  ['presets', 'sites:read'],
  ['mails', 'sites:read'],
  ['approvals', 'sites:read'],
  ['keys', 'keys:write'],
  ['webhooks', 'webhooks:write'],
] as const;

type Section = (typeof SETTINGS_SECTIONS)[number][0];

export const searchWords = dictionary<{
  search: string;
  hint: string;
  places: string;
  people: string;
  runs: string;
  settings: string;
  nothing: string;
  searching: string;
  failed: string;
  results: string;
  found: (count: number) => string;
  sections: Record<Section, string>;
}>({
  en: {
    search: 'Search',
    hint: 'Places, people, runs, settings',
    places: 'Places',
    people: 'People',
    runs: 'Runs',
    settings: 'Settings',
    nothing: 'Nothing is called that.',
    searching: 'Searching people …',
    failed: 'People could not be searched just now.',
    results: 'Results',
    found: (count) => (count === 1 ? '1 result' : `${count} results`),
    sections: {
      sites: 'Sites',
      units: 'Org units',
      fields: 'Fields',
      roles: 'Roles',
      presets: 'Presets',
      mails: 'Mail texts',
      approvals: 'Approvals and guards',
      keys: 'API keys',
      webhooks: 'Webhooks',
    },
  },
  de: {
    search: 'Suchen',
    hint: 'Orte, Personen, Läufe, Einstellungen',
    places: 'Orte',
    people: 'Personen',
    runs: 'Läufe',
    settings: 'Einstellungen',
    nothing: 'So heißt nichts.',
    searching: 'Personen werden gesucht …',
    failed: 'Personen lassen sich gerade nicht suchen.',
    results: 'Ergebnisse',
    found: (count) => (count === 1 ? '1 Ergebnis' : `${count} Ergebnisse`),
    sections: {
      sites: 'Standorte',
      units: 'Org-Einheiten',
      fields: 'Felder',
      roles: 'Rollen',
      presets: 'Vorlagen',
      mails: 'Mailtexte',
      approvals: 'Genehmigungen und Grenzen',
      keys: 'API-Schlüssel',
      webhooks: 'Webhooks',
    },
  },
});
