// What the list of imports says.
import { dictionary } from '../../words/language.tsx';

export const importsWords = dictionary({
  en: {
    title: 'Import users',
    begin: 'Import users',
    beginOn: (site: string) =>
      `A file becomes people of ${site}. You see every change before anything is written.`,
    zip: 'Add photos from a zip',
    mine: 'Prepared by you',
    underWay: 'Under way',
    unseen: 'Results not yet seen',
    none: 'Nothing is being prepared.',
    noneText:
      'Choose a file of people, such as an export of your student system. You can leave at any step and go on later, in any browser.',
    noFile: 'No file yet',
    onSite: (site: string) => `on ${site}`,
    rows: (count: string, isOne: boolean) => (isOne ? `${count} row` : `${count} rows`),
    changed: (when: string) => `Changed ${when}`,
    steps: { upload: 'Upload', configure: 'Configure', preview: 'Preview' },
    goOn: 'Continue',
    goOnOf: (name: string) => `Continue ${name}`,
    discard: 'Discard',
    discardOf: (name: string) => `Discard ${name}`,
    discarded: (name: string) => `${name} is discarded, its upload deleted.`,
    sure: (name: string) => `Discard ${name}?`,
    sureText: 'What you have answered goes, and the upload is deleted. People stay as they are.',
    keep: 'Keep it',
    see: 'See results',
    seeOf: (name: string) => `See results of ${name}`,
    view: 'View run',
    viewOf: (name: string) => `View run ${name}`,
    mayNot:
      'You may look at this site, but not import there. Whoever gives roles on it can grant you the right to run bulk actions.',
    allRuns: 'All runs',
  },
  de: {
    title: 'Personen importieren',
    begin: 'Personen importieren',
    beginOn: (site) =>
      `Aus einer Datei werden Personen von ${site}. Sie sehen jede Änderung, bevor etwas geschrieben wird.`,
    zip: 'Fotos aus einem Zip hinzufügen',
    mine: 'Von Ihnen vorbereitet',
    underWay: 'Im Gange',
    unseen: 'Noch nicht gesehene Ergebnisse',
    none: 'Es wird nichts vorbereitet.',
    noneText:
      'Wählen Sie eine Datei mit Personen, etwa den Export Ihrer Studierendenverwaltung. Sie können bei jedem Schritt aufhören und später weitermachen, in jedem Browser.',
    noFile: 'Noch keine Datei',
    onSite: (site) => `auf ${site}`,
    rows: (count, isOne) => (isOne ? `${count} Zeile` : `${count} Zeilen`),
    changed: (when) => `Geändert ${when}`,
    steps: { upload: 'Hochladen', configure: 'Einstellen', preview: 'Vorschau' },
    goOn: 'Weitermachen',
    goOnOf: (name) => `Weitermachen mit ${name}`,
    discard: 'Verwerfen',
    discardOf: (name) => `Verwerfen: ${name}`,
    discarded: (name) => `${name} ist verworfen, die Datei gelöscht.`,
    sure: (name) => `${name} verwerfen?`,
    sureText:
      'Ihre Antworten gehen verloren, und die hochgeladene Datei wird gelöscht. Personen bleiben, wie sie sind.',
    keep: 'Behalten',
    see: 'Ergebnisse ansehen',
    seeOf: (name) => `Ergebnisse ansehen: ${name}`,
    view: 'Lauf ansehen',
    viewOf: (name) => `Lauf ansehen: ${name}`,
    mayNot:
      'Sie dürfen diesen Standort sehen, aber dort nicht importieren. Wer auf ihm Rollen vergibt, kann Ihnen das Recht auf Sammelaktionen erteilen.',
    allRuns: 'Alle Läufe',
  },
});
