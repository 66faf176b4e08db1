// What is said of settings of a source that would never work: what is wrong, and what to do.
import type { Language } from '../language.ts';

/** Sentences about one thing, in each language. */
type Words = Readonly<Record<Language, string>>;
const words = <Name extends string>(all: Readonly<Record<Name, Words>>) => all;

/** Where the address or the folder of a place may not lead is said by place-problems.ts. */
export const FAULT_WORDS = words({
  'cron-fields': {
    en: 'Cron takes five fields: minute, hour, day of the month, month, day of the week. Seconds and years are none of them.',
    de: 'Cron hat fünf Felder: Minute, Stunde, Tag des Monats, Monat, Wochentag. Sekunden und Jahre gehören nicht dazu.',
  },
  'cron-days': {
    en: 'Name days of the month or days of the week, not both: some read that as either, others as both at once.',
    de: 'Nennen Sie Tage des Monats oder Wochentage, nicht beides: Manche lesen das als eines von beiden, andere als beides zugleich.',
  },
  'cron-never': {
    en: 'It would never fire: none of its months has such a day.',
    de: 'Das träfe nie zu: Keiner der Monate hat einen solchen Tag.',
  },
  'blackouts-always': {
    en: 'These hours leave no time for any run.',
    de: 'Diese Stunden lassen keinem Lauf Zeit.',
  },
  'blackouts-inside': {
    en: 'It would only ever look inside the blackout hours. Move one or the other.',
    de: 'Sie sähe immer nur in den gesperrten Stunden nach. Verschieben Sie das eine oder das andere.',
  },
  'time-zone': {
    en: 'This is no time zone. Give a name such as Europe/Berlin, spelled as there, or UTC.',
    de: 'Das ist keine Zeitzone. Geben Sie einen Namen wie Europe/Berlin an, genau so geschrieben, oder UTC.',
  },
  'blackout-from': {
    en: 'Give a time of day as HH:MM, from 00:00 to 23:59.',
    de: 'Geben Sie eine Uhrzeit als HH:MM an, von 00:00 bis 23:59.',
  },
  'blackout-until': {
    en: 'Give a time of day as HH:MM, from 00:00 to 24:00.',
    de: 'Geben Sie eine Uhrzeit als HH:MM an, von 00:00 bis 24:00.',
  },
  'blackout-empty': {
    en: 'It ends when it begins. For whole days write 00:00 and 24:00.',
    de: 'Das endet, wenn es beginnt. Für ganze Tage schreiben Sie 00:00 und 24:00.',
  },
  'blackout-days': {
    en: 'Give days from 0 for Sunday to 6 for Saturday, or null for all.',
    de: 'Geben Sie Tage von 0 für Sonntag bis 6 für Samstag an, oder null für alle.',
  },
  'pattern-blank': {
    en: 'Name the files, for example by roster-*.csv.',
    de: 'Nennen Sie die Dateien, zum Beispiel mit personen-*.csv.',
  },
  'pattern-slash': {
    en: 'A pattern is for names in one folder: leave out the slash.',
    de: 'Ein Muster gilt für Namen in einem Ordner: Lassen Sie den Schrägstrich weg.',
  },
  'pattern-unfinished': {
    en: 'Hidden and unfinished files (.x, ~x, x.tmp, x.part, x.filepart) are never taken. Have them renamed once they are whole.',
    de: 'Versteckte und unfertige Dateien (.x, ~x, x.tmp, x.part, x.filepart) werden nie genommen. Lassen Sie sie umbenennen, sobald sie vollständig sind.',
  },
  'pattern-braces': {
    en: 'Braces list plain texts, as in {csv,xlsx}: give each a pattern of its own for more.',
    de: 'Geschweifte Klammern zählen reine Texte auf, wie in {csv,xlsx}: Geben Sie für mehr je ein eigenes Muster an.',
  },
  'pattern-twice': {
    en: 'This pattern is there twice: nobody could tell which of the two a file is for.',
    de: 'Dieses Muster gibt es zweimal: Niemand könnte sagen, für welches der beiden eine Datei ist.',
  },
  'patterns-differ': {
    en: 'Files belong together by what the wildcards stand for: give each pattern as many of them, in as many places.',
    de: 'Dateien gehören durch das zusammen, wofür die Platzhalter stehen: Geben Sie jedem Muster gleich viele, an gleich vielen Stellen.',
  },
  'host-keys': {
    en: 'Say which keys the server has, as SHA256:…. A test of these settings shows those that it has now (muster source add … --dry-run, or POST /v1/sources/test): compare them with what its operator says.',
    de: 'Nennen Sie die Schlüssel des Servers, als SHA256:…. Eine Prüfung der Verbindung zeigt, welche er jetzt hat: Vergleichen Sie sie mit den Angaben des Betreibers.',
  },
  email: { en: 'This is no email address.', de: 'Das ist keine E-Mail-Adresse.' },
  'secret-elsewhere': {
    en: 'The place leads elsewhere than before: give its secret again, or null where it needs none.',
    de: 'Der Ort führt woanders hin als bisher: Geben Sie an, was dort Zugang gibt.',
  },
  'secret-untried': {
    en: 'The place leads elsewhere than what is saved: give its secret again.',
    de: 'Der Ort führt woanders hin als gespeichert: Geben Sie an, was dort Zugang gibt.',
  },
  'secret-keyless': {
    en: 'Secrets are kept encrypted, and no key is set for that. Ask the operator to set SECRETS_KEYS.',
    de: 'Geheimnisse werden verschlüsselt verwahrt, und dafür ist kein Schlüssel gesetzt. Bitten Sie den Betreiber, SECRETS_KEYS zu setzen.',
  },
  'two-syncs': {
    en: 'One part of a source can be a sync. Make a source of its own for each of them.',
    de: 'Nur ein Lauf einer Quelle kann ein Abgleich sein. Legen Sie für jeden eine eigene Quelle an.',
  },
  unlimited: {
    en: 'A sync takes a limit: say how many people it may change, or set limits on the site.',
    de: 'Ein Abgleich braucht eine Grenze: Sagen Sie, wie viele Personen er ändern darf, oder setzen Sie Grenzen am Standort.',
  },
  'same-beside': {
    en: 'The file with the number of rows is called as the marker is. Give them endings that differ.',
    de: 'Die Datei mit der Zeilenzahl heißt wie die Marke. Geben Sie ihnen verschiedene Endungen.',
  },
  'beside-unfinished': {
    en: 'Files with this ending are taken as unfinished, and never looked at. Give another.',
    de: 'Dateien mit dieser Endung gelten als unfertig und werden nie angesehen. Geben Sie eine andere an.',
  },
  'beside-pattern': {
    en: 'A pattern has the same ending: none of its files would be taken. Give another.',
    de: 'Ein Muster hat dieselbe Endung: Keine seiner Dateien würde genommen. Geben Sie eine andere an.',
  },
  'address-marker': {
    en: 'An address has no marker beside it. Use rest.',
    de: 'Neben einer Webadresse liegt keine Marke. Warten Sie, bis sich nichts mehr ändert.',
  },
  'address-count': {
    en: 'An address has no other file beside it. Use a trailer, or none.',
    de: 'Neben einer Webadresse liegt keine andere Datei. Nehmen Sie die letzte Zeile, oder nichts.',
  },
  'address-parts': {
    en: 'An address gives one file. Give one part with one pattern, and a source for each other address.',
    de: 'Eine Webadresse gibt eine Datei. Geben Sie ein Muster an, und je eine Quelle für jede weitere Adresse.',
  },
});

/** Of a number that is to be whole, and in what it is counted. */
export const numberFault = (unit: 'minutes' | 'seconds', min: number, max: number): Words =>
  unit === 'minutes'
    ? {
        en: `Give whole minutes from ${min} to ${max}, which are a week. For longer times use cron.`,
        de: `Geben Sie ganze Minuten von ${min} bis ${max} an, das ist eine Woche. Für längere Zeiten nehmen Sie Cron.`,
      }
    : {
        en: `Give whole seconds from ${min} to ${max}, which are six hours.`,
        de: `Geben Sie ganze Sekunden von ${min} bis ${max} an, das sind sechs Stunden.`,
      };

/** Of more than there may be. */
export const mostFault = (what: 'blackouts' | 'characters' | 'stars', most: number): Words =>
  ({
    blackouts: {
      en: `There can be ${most} blackout hours at most.`,
      de: `Höchstens ${most} gesperrte Zeiten sind möglich.`,
    },
    characters: {
      en: `A pattern has ${most} characters at most.`,
      de: `Ein Muster hat höchstens ${most} Zeichen.`,
    },
    stars: { en: `A pattern has ${most} stars at most.`, de: `Ein Muster hat höchstens ${most} Sterne.` },
  })[what];

/** Of more patterns than a preset takes files. */
export const patternsFault = (preset: string, templates: readonly string[]): Words => {
  const names = templates.join(', ');
  return templates.length === 1
    ? {
        en: `The preset ${preset} takes one file: give a part for each pattern.`,
        de: `${preset} nimmt eine Datei: Geben Sie nur ein Muster an.`,
      }
    : {
        en: `The preset ${preset} takes ${templates.length} files at most, in this order: ${names}.`,
        de: `${preset} nimmt höchstens ${templates.length} Dateien, in dieser Reihenfolge: ${names}.`,
      };
};

type Field = 'minute' | 'hour' | 'day of the month' | 'month' | 'day of the week';
const FIELDS_IN_GERMAN: Readonly<Record<Field, { none: string; the: string }>> = {
  minute: { none: 'keine Minute', the: 'Die Minute' },
  hour: { none: 'keine Stunde', the: 'Die Stunde' },
  'day of the month': { none: 'kein Tag des Monats', the: 'Der Tag des Monats' },
  month: { none: 'kein Monat', the: 'Der Monat' },
  'day of the week': { none: 'kein Wochentag', the: 'Der Wochentag' },
};

/** Of a field of a cron line. `shown`: what stands there, where that can be shown. */
export function cronFieldFault(
  field: { name: Field; min: number; max: number; words?: readonly string[] },
  shown: string | undefined,
): Words {
  const { name, min, max, words: names } = field;
  const [first, last] = [names?.[0], names?.at(-1)];
  const german = FIELDS_IN_GERMAN[name];
  const examples = `${min}-${min + 4}`;
  const steps = `${min}-${max}/3`;
  return {
    en: `${shown === undefined ? `The ${name} can’t be read` : `“${shown}” is no ${name}`}: it takes numbers from ${min} to ${max}${names ? `, or ${first} to ${last}` : ''}, ranges such as ${examples}, steps such as */2 or ${steps}, lists with commas, and *.`,
    de: `${shown === undefined ? `${german.the} ist nicht lesbar` : `„${shown}“ ist ${german.none}`}: Möglich sind Zahlen von ${min} bis ${max}${names ? ` oder ${first} bis ${last}` : ''}, Bereiche wie ${examples}, Schritte wie */2 oder ${steps}, Listen mit Kommas und *.`,
  };
}

export const cronNicknameFault = (names: readonly string[]): Words => ({
  en: `Of the words with @ there are ${names.join(', ')}.`,
  de: `Von den Wörtern mit @ gibt es ${names.join(', ')}.`,
});

type PlaceKind = 'directory' | 'sftp' | 'https' | 's3';
const PLACES: Readonly<Record<PlaceKind, Words>> = {
  directory: { en: 'A directory', de: 'Ein Ordner' },
  sftp: { en: 'An SFTP server', de: 'Ein SFTP-Server' },
  https: { en: 'This address', de: 'Diese Adresse' },
  s3: { en: 'A bucket', de: 'Ein Bucket' },
};
const SECRETS_IN_GERMAN: Readonly<Record<string, string>> = {
  password: 'Passwort',
  privateKey: 'privater Schlüssel',
  passphrase: 'Passphrase',
  headerValue: 'Wert der Kopfzeile',
  accessKeyId: 'Zugriffsschlüssel-ID',
  secretAccessKey: 'geheimer Zugriffsschlüssel',
};
const inGerman = (names: readonly string[]) => names.map((name) => SECRETS_IN_GERMAN[name] ?? name);

/** Of a secret that a place does not take. */
export function strangeSecretFault(
  kind: PlaceKind,
  takes: readonly string[],
  strange: readonly string[],
): Words {
  const { en, de } = PLACES[kind];
  return takes.length === 0
    ? { en: `${en} takes no secret. Leave it out.`, de: `${de} braucht keinen Zugang. Lassen Sie das leer.` }
    : {
        en: `${en} takes ${takes.join(', ')}, not ${strange.join(', ')}.`,
        de: `${de} nimmt: ${inGerman(takes).join(', ')}; nicht: ${inGerman(strange).join(', ')}.`,
      };
}

/** Of a secret that a place can't do without: any of the sets is enough. */
export function missingSecretFault(kind: PlaceKind, needs: readonly (readonly string[])[]): Words {
  const { en, de } = PLACES[kind];
  const wanted = needs.map((set) => set.join(' and ')).join(', or ');
  const german = needs.map((set) => inGerman(set).join(' und ')).join(', oder ');
  return {
    en: `${en} can’t be reached without a secret. Give ${wanted}.`,
    de: `${de} ist ohne Zugang nicht erreichbar. Nötig: ${german}.`,
  };
}
