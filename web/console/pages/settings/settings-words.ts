// The words of the settings: their sections, and what each is for.
import { dictionary } from '../../words/language.tsx';

export type SectionName =
  | 'sites'
  | 'units'
  | 'fields'
  | 'roles'
  | 'presets'
  | 'mails'
  | 'approvals'
  | 'keys'
  | 'webhooks';

type Section = { title: string; about: string; empty: string; add: string };
type Words = {
  settings: string;
  sections: Record<SectionName, Section>;
  saved: string;
  removed: string;
  remove: string;
  cancel: string;
  asAbove: string;
  saidBy: (site: string) => string;
  ofNobody: string;
};

export const settingsWords = dictionary<Words>({
  en: {
    settings: 'Settings',
    sections: {
      sites: {
        title: 'Sites',
        about: 'What holds for a site holds for all below it, unless they say otherwise.',
        empty: 'No sites yet.',
        add: 'Add site',
      },
      units: {
        title: 'Org units',
        about:
          'Faculties, departments, teams. People are in one of them; agents in one that has none below it.',
        empty: 'No org units yet. Add one, or import a file with the columns name and parent.',
        add: 'Add unit',
      },
      fields: {
        title: 'Fields',
        about:
          'What is known of a person beside name, email and identifier. A field holds below its site too.',
        empty: 'No fields of its own yet. Every column of a file can fill one.',
        add: 'Add field',
      },
      roles: {
        title: 'Roles',
        about: 'What people may do on a site and below it. Nobody gives more than they hold.',
        empty: 'No roles yet.',
        add: 'Add role',
      },
      presets: {
        title: 'Presets',
        about: 'Columns, rules and options for one kind of file.',
        empty: 'None saved yet. Save one from the options of an import.',
        add: 'Add preset',
      },
      mails: {
        title: 'Mail texts',
        about: 'What cardholders are told, in their language.',
        empty: '',
        add: '',
      },
      approvals: {
        title: 'Approvals and guards',
        about: 'When a run asks before it writes, and whom.',
        empty: '',
        add: '',
      },
      keys: {
        title: 'API keys',
        about: 'For machines. A key carries the rights of its admin, or fewer.',
        empty: 'No keys yet. Machines that import or export need one.',
        add: 'Add key',
      },
      webhooks: {
        title: 'Webhooks',
        about: 'Addresses that are told when a run ends or asks.',
        empty: 'No webhooks yet.',
        add: 'Add webhook',
      },
    },
    saved: 'Saved.',
    removed: 'Removed.',
    remove: 'Remove',
    cancel: 'Keep',
    asAbove: 'As the site above',
    saidBy: (site) => `Said by ${site}`,
    ofNobody: 'Nobody says anything: the default holds.',
  },
  de: {
    settings: 'Einstellungen',
    sections: {
      sites: {
        title: 'Standorte',
        about: 'Was für einen Standort gilt, gilt auch für alle darunter, wenn diese nichts anderes sagen.',
        empty: 'Noch keine Standorte.',
        add: 'Standort anlegen',
      },
      units: {
        title: 'Einheiten',
        about:
          'Organisationseinheiten: Fakultäten, Abteilungen, Teams. Personen gehören zu einer davon; Agenten zu einer, unter der keine weitere ist.',
        empty:
          'Noch keine Einheiten. Legen Sie eine an, oder importieren Sie eine Datei mit den Spalten name und parent.',
        add: 'Einheit anlegen',
      },
      fields: {
        title: 'Felder',
        about:
          'Was außer Name, E-Mail und Kennung von einer Person bekannt ist. Ein Feld gilt auch unterhalb seines Standorts.',
        empty: 'Noch keine eigenen Felder. Jede Spalte einer Datei kann eines füllen.',
        add: 'Feld anlegen',
      },
      roles: {
        title: 'Rollen',
        about:
          'Was Personen an einem Standort und darunter tun dürfen. Niemand vergibt mehr, als er selbst hat.',
        empty: 'Noch keine Rollen.',
        add: 'Rolle anlegen',
      },
      presets: {
        title: 'Vorlagen',
        about: 'Spalten, Regeln und Optionen für eine Art von Datei.',
        empty: 'Noch keine gespeichert. Speichern Sie eine aus den Optionen eines Imports.',
        add: 'Vorlage anlegen',
      },
      mails: {
        title: 'Mailtexte',
        about: 'Was Karteninhaber erfahren, in ihrer Sprache.',
        empty: '',
        add: '',
      },
      approvals: {
        title: 'Genehmigungen und Grenzen',
        about: 'Wann ein Lauf fragt, bevor er schreibt, und wen.',
        empty: '',
        add: '',
      },
      keys: {
        title: 'API-Schlüssel',
        about: 'Für Maschinen. Ein Schlüssel trägt die Rechte seines Admins, oder weniger.',
        empty: 'Noch keine Schlüssel. Maschinen, die importieren oder exportieren, brauchen einen.',
        add: 'Schlüssel anlegen',
      },
      webhooks: {
        title: 'Webhooks',
        about: 'Adressen, die erfahren, wenn ein Lauf endet oder fragt.',
        empty: 'Noch keine Webhooks.',
        add: 'Webhook anlegen',
      },
    },
    saved: 'Gespeichert.',
    removed: 'Entfernt.',
    remove: 'Entfernen',
    cancel: 'Behalten',
    asAbove: 'Wie der Standort darüber',
    saidBy: (site) => `Von ${site} festgelegt`,
    ofNobody: 'Niemand sagt etwas: Die Voreinstellung gilt.',
  },
});
