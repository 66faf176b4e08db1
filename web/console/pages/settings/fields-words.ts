// The words of fields: what they are and which rules they have.
import type { FieldType } from '../../../../domain/field-definition.ts';
import { dictionary } from '../../words/language.tsx';

type Words = {
  gone: string;
  label: string;
  name: string;
  nameAbout: string;
  type: string;
  types: Record<FieldType, string>;
  choices: string;
  choicesAbout: string;
  pattern: string;
  patternAbout: string;
  required: string;
  requiredAbout: string;
  unique: string;
  uniqueAbout: string;
  holdsAt: (site: string) => string;
  nonConforming: (people: string, isOne: boolean) => string;
  used: string;
  people: (people: string, isOne: boolean) => string;
  without: (people: string, isOne: boolean) => string;
  sites: (sites: string, isOne: boolean) => string;
  presets: string;
  sources: string;
  none: string;
};

export const fieldsWords = dictionary<Words>({
  en: {
    gone: 'There is no such field.',
    label: 'Label',
    name: 'Name',
    nameAbout: 'In files and over the API: small letters, digits and underscores. It stays as it is.',
    type: 'Type',
    types: { text: 'Text', number: 'Number', date: 'Date', boolean: 'Yes or no', choice: 'One of a list' },
    choices: 'Choices',
    choicesAbout: 'Enter after each.',
    pattern: 'Pattern',
    patternAbout: 'A regular expression (RE2) that the whole value must match. Empty: any text.',
    required: 'Required',
    requiredAbout: 'A new person must have a value.',
    unique: 'Unique',
    uniqueAbout: 'No two people have the same value.',
    holdsAt: (site) => `Holds at ${site} and below it.`,
    nonConforming: (people, isOne) =>
      isOne
        ? `Saved. ${people} person does not fit now and stays as they are.`
        : `Saved. ${people} people do not fit now and stay as they are.`,
    used: 'Where it is used',
    people: (people, isOne) => (isOne ? `${people} person has a value` : `${people} people have a value`),
    without: (people, isOne) =>
      isOne ? `${people} active person has none` : `${people} active people have none`,
    sites: (sites, isOne) => (isOne ? `${sites} site` : `${sites} sites`),
    presets: 'Saved presets',
    sources: 'Sources',
    none: 'none',
  },
  de: {
    gone: 'Dieses Feld gibt es nicht.',
    label: 'Bezeichnung',
    name: 'Name',
    nameAbout:
      'In Dateien und über die API: Kleinbuchstaben, Ziffern und Unterstriche. Er bleibt, wie er ist.',
    type: 'Art',
    types: {
      text: 'Text',
      number: 'Zahl',
      date: 'Datum',
      boolean: 'Ja oder nein',
      choice: 'Eines aus einer Liste',
    },
    choices: 'Auswahl',
    choicesAbout: 'Nach jedem Wert die Eingabetaste.',
    pattern: 'Muster',
    patternAbout: 'Ein regulärer Ausdruck (RE2), zu dem der ganze Wert passen muss. Leer: jeder Text.',
    required: 'Erforderlich',
    requiredAbout: 'Eine neue Person muss einen Wert haben.',
    unique: 'Eindeutig',
    uniqueAbout: 'Keine zwei Personen haben denselben Wert.',
    holdsAt: (site) => `Gilt an ${site} und darunter.`,
    nonConforming: (people, isOne) =>
      isOne
        ? `Gespeichert. ${people} Person passt nun nicht und bleibt, wie sie ist.`
        : `Gespeichert. ${people} Personen passen nun nicht und bleiben, wie sie sind.`,
    used: 'Wo es verwendet wird',
    people: (people, isOne) =>
      isOne ? `${people} Person hat einen Wert` : `${people} Personen haben einen Wert`,
    without: (people, isOne) =>
      isOne ? `${people} aktive Person hat keinen` : `${people} aktive Personen haben keinen`,
    sites: (sites, isOne) => (isOne ? `${sites} Standort` : `${sites} Standorte`),
    presets: 'Gespeicherte Vorlagen',
    sources: 'Quellen',
    none: 'keine',
  },
});
