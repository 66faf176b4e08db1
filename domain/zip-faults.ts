// Why a zip of pictures is refused as a whole, and what to do about it, in every language. Nothing names a file of people.
import type { Language } from './language.ts';
import { Refusal, type RefusalCode } from './refusal.ts';

export const ZIP_FAULTS = [
  'not-a-zip',
  'damaged',
  'leads-out',
  'encrypted',
  'archive-inside',
  'link-inside',
  'overlapping',
  'bomb',
  'lying',
  'too-many-files',
  'unknown-method',
  'empty',
] as const;
export type ZipFault = (typeof ZIP_FAULTS)[number];

/** `files`: the most that are taken. `entry`: which entry it is, from 1 in the order of the zip. */
export type ZipFacts = { files?: number; entry?: number };

const CODES: Partial<Record<ZipFault, RefusalCode>> = {
  bomb: 'too-large',
  'too-many-files': 'too-large',
  'unknown-method': 'unsupported',
  empty: 'empty-file',
};

type Words = (facts: ZipFacts) => string;

const ENGLISH: Record<ZipFault, Words> = {
  'not-a-zip': () =>
    'The file is no zip, or its end is missing. Zip the pictures again and upload the whole file.',
  damaged: (facts) =>
    `The zip is damaged${at(facts)}: what it holds is not where it says. Zip the pictures again.`,
  'leads-out': (facts) =>
    `The zip has a path that leads out of its folder${at(facts)} (“..”, “/” or a drive letter in front). Zip the folder of the pictures itself.`,
  encrypted: (facts) => `The zip has a password${at(facts)}. Zip the pictures without one.`,
  'archive-inside': (facts) =>
    `The zip has an archive inside${at(facts)}. Unpack it and put its pictures themselves into the zip.`,
  'link-inside': (facts) =>
    `The zip has a link or a device in place of a file${at(facts)}. Put the pictures themselves into the zip.`,
  overlapping: (facts) => `The zip has files that lie over each other${at(facts)}. Zip the pictures again.`,
  bomb: (facts) =>
    `The zip unpacks to far more than pictures do${at(facts)}. Take out what is no picture and zip again.`,
  lying: (facts) => `The zip holds more than it says${at(facts)}. Zip the pictures again.`,
  'too-many-files': ({ files }) =>
    `The zip has more than ${(files ?? 0).toLocaleString('en')} files. Split it and upload the parts.`,
  'unknown-method': (facts) =>
    `The zip is packed in a way that is not read here${at(facts)}. Zip the pictures with the system’s own means, by “deflate”.`,
  empty: () => 'The zip has no file. Put the pictures into it and upload it again.',
};

const at = ({ entry }: ZipFacts) => (entry === undefined ? '' : ` (entry ${entry})`);

const GERMAN: Record<ZipFault, Words> = {
  'not-a-zip': () =>
    'Die Datei ist kein Zip, oder ihr Ende fehlt. Packen Sie die Bilder noch einmal und laden Sie die ganze Datei hoch.',
  damaged: (facts) =>
    `Das Zip ist beschädigt${bei(facts)}: Sein Inhalt liegt nicht dort, wo es sagt. Packen Sie die Bilder noch einmal.`,
  'leads-out': (facts) =>
    `Das Zip hat einen Pfad, der aus seinem Ordner hinausführt${bei(facts)} („..“, „/“ oder ein Laufwerk am Anfang). Packen Sie den Ordner der Bilder selbst.`,
  encrypted: (facts) => `Das Zip hat ein Passwort${bei(facts)}. Packen Sie die Bilder ohne eines.`,
  'archive-inside': (facts) =>
    `Das Zip enthält ein Archiv${bei(facts)}. Entpacken Sie es und legen Sie die Bilder selbst in das Zip.`,
  'link-inside': (facts) =>
    `Das Zip enthält eine Verknüpfung oder ein Gerät statt einer Datei${bei(facts)}. Legen Sie die Bilder selbst in das Zip.`,
  overlapping: (facts) =>
    `Das Zip hat Dateien, die übereinander liegen${bei(facts)}. Packen Sie die Bilder noch einmal.`,
  bomb: (facts) =>
    `Das Zip enthält entpackt weit mehr, als Bilder ergeben${bei(facts)}. Nehmen Sie heraus, was kein Bild ist, und packen Sie noch einmal.`,
  lying: (facts) => `Das Zip enthält mehr, als es sagt${bei(facts)}. Packen Sie die Bilder noch einmal.`,
  'too-many-files': ({ files }) =>
    `Das Zip hat mehr als ${(files ?? 0).toLocaleString('de')} Dateien. Teilen Sie es und laden Sie die Teile hoch.`,
  'unknown-method': (facts) =>
    `Das Zip ist auf eine Weise gepackt, die hier nicht gelesen wird${bei(facts)}. Packen Sie die Bilder mit den Mitteln des Systems („Deflate“).`,
  empty: () => 'Das Zip enthält keine Datei. Legen Sie die Bilder hinein und laden Sie es erneut hoch.',
};

const bei = ({ entry }: ZipFacts) => (entry === undefined ? '' : ` (Eintrag ${entry})`);

const WORDS: Record<Language, Record<ZipFault, Words>> = { en: ENGLISH, de: GERMAN };

/** The refusal of a zip. Its details say which it is, for words in another language. */
export const refusedZip = (zip: ZipFault, facts: ZipFacts = {}): Refusal =>
  new Refusal(CODES[zip] ?? 'unreadable-file', ENGLISH[zip](facts), { zip, ...facts });

/** What is said of a refusal with these details where a zip was refused; else undefined. */
export function zipWords(details: Readonly<Record<string, unknown>>, language: Language): string | undefined {
  const fault = ZIP_FAULTS.find((known) => known === details['zip']);
  return fault && WORDS[language][fault](details as ZipFacts);
}
