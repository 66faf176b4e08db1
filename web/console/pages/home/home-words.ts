// The words of Home.
import type { Phase, RunAction } from '../../../../domain/bulk-action.ts';
import { dictionary } from '../../words/language.tsx';

const ENGLISH = [
  'no',
  'one',
  'two',
  'three',
  'four',
  'five',
  'six',
  'seven',
  'eight',
  'nine',
  'ten',
  'eleven',
  'twelve',
];
const GERMAN = [
  'keine',
  'eine',
  'zwei',
  'drei',
  'vier',
  'fünf',
  'sechs',
  'sieben',
  'acht',
  'neun',
  'zehn',
  'elf',
  'zwölf',
];
const capital = (text: string) => text.charAt(0).toUpperCase() + text.slice(1);
const inWords = (count: number, words: readonly string[]) => words[count] ?? String(count);

const englishVerbs: Partial<Record<RunAction, string>> = {
  create: 'create',
  update: 'update',
  'create-or-update': 'create and update',
  archive: 'archive',
  restore: 'restore',
  anonymize: 'anonymize',
  delete: 'delete',
  sync: 'sync',
  'change-roles': 'change roles of',
};
const germanVerbs: Partial<Record<RunAction, string>> = {
  create: 'anlegen',
  update: 'ändern',
  'create-or-update': 'anlegen und ändern',
  archive: 'archivieren',
  restore: 'wiederherstellen',
  anonymize: 'anonymisieren',
  delete: 'löschen',
  sync: 'abgleichen',
  'change-roles': 'neue Rollen geben',
};

export const homeWords = dictionary({
  en: {
    home: 'Home',
    greeting: (hour: number, name: string) =>
      `${hour < 5 ? 'Good evening' : hour < 12 ? 'Good morning' : hour < 18 ? 'Good afternoon' : 'Good evening'}${name === '' ? '' : `, ${name}`}`,
    needing: (count: number) =>
      count === 0
        ? 'Nothing needs you.'
        : count === 1
          ? 'One thing needs you.'
          : `${capital(inWords(count, ENGLISH))} things need you.`,
    underWay: (count: number) =>
      count === 0
        ? ''
        : count === 1
          ? 'One run is under way.'
          : `${capital(inWords(count, ENGLISH))} runs are under way.`,
    importUsers: 'Import users',
    needsYou: 'Needs you',
    nothing: 'Nothing needs you just now.',
    noRights: 'You hold no role on any site yet. Whoever gives roles where you work can give you one.',
    nothingMore: 'Approvals, photos to review, rows that were not imported and late sources appear here.',
    approve: (action: RunAction, people: number, shown: string) =>
      `Approve: ${englishVerbs[action] ?? 'change'} ${shown} ${people === 1 ? 'person' : 'people'}`,
    confirm: (action: RunAction, people: number, shown: string) =>
      `Confirm: ${englishVerbs[action] ?? 'change'} ${shown} ${people === 1 ? 'person' : 'people'}`,
    askedBy: (by: string | null, when: string) =>
      by === null ? `Asked ${when}.` : `Asked by ${by} ${when}.`,
    expires: (when: string) => `Expires ${when}.`,
    review: 'Review',
    photos: (count: number, shown: string) => (count === 1 ? 'Review one photo' : `Review ${shown} photos`),
    oldest: (wait: string) => `Oldest has waited ${wait}.`,
    start: 'Start',
    rows: (count: number, shown: string, file: string) =>
      `${shown} ${count === 1 ? 'row' : 'rows'} of ${file} ${count === 1 ? 'was' : 'were'} not imported`,
    why: (rejected: number, failed: number, shown: (count: number) => string) =>
      `${[rejected > 0 && `${shown(rejected)} rejected`, failed > 0 && `${shown(failed)} failed`].filter(Boolean).join(', ')}. Each says what to change.`,
    fix: 'Fix',
    late: (name: string, by: string) => `Source “${name}” is ${by} late`,
    justLate: (name: string) => `Source “${name}” is late`,
    pausedSource: (name: string) => `Source “${name}” has paused itself`,
    failing: (name: string) => `Source “${name}” fails`,
    expected: (schedule: string, last: string | null) =>
      `Expected ${schedule}. ${last === null ? 'No file yet.' : `Last file: ${last}.`}`,
    check: 'Check',
    more: (count: number) => `and ${count} more`,
    runningNow: 'Running now',
    nobody: 'Nothing is running.',
    nobodyMore: 'A run that is under way shows here how far it is.',
    startedBy: (by: string | null, at: string) =>
      by === null ? `Started at ${at}` : `Started by ${by} at ${at}`,
    rowsOf: (done: string, total: string) => `${done} of ${total} rows`,
    reading: 'Reading its rows',
    phase: {
      archive: 'archiving',
      anonymize: 'anonymizing',
      delete: 'deleting',
      'hand-over': 'updating',
      restore: 'restoring',
      update: 'updating',
      create: 'creating',
    } satisfies Record<Phase, string>,
    recentRuns: 'Recent runs',
    allRuns: 'All runs',
    noRuns: 'No runs yet. A run starts with a file or a selection of people.',
    run: 'Run',
    started: 'Started',
    by: 'By',
    rowCount: 'Rows',
    outcomes: 'Outcomes',
    state: 'State',
    unwritten: 'Nothing written yet',
    unwrittenEver: 'Nothing was written',
    photosReceived: 'Photos received',
    ofInvited: (invited: string) => `of ${invited} invited`,
    nobodyInvited: 'Nobody has been invited of late. A run can invite the people whom it creates.',
    photosSummary: (from: string, first: string, to: string, last: string) =>
      `${first} by ${from}, ${last} by ${to}.`,
    allNeeds: (count: string) => `Show all ${count}`,
    fewerNeeds: 'Show fewer',
    sources: 'Sources',
    allSources: 'All sources',
    noSources: 'No sources yet. A source brings files by itself.',
    source: 'Source',
    lastFile: 'Last file',
    next: 'Next',
    none: 'none yet',
    overdue: 'Overdue',
    unknown: 'unknown',
    onTime: 'On time',
    isLate: 'Late',
    isPaused: 'Paused',
    isFailing: 'Failing',
    today: 'Today',
    yesterday: 'Yesterday',
    tomorrow: 'Tomorrow',
  },
  de: {
    home: 'Start',
    greeting: (hour, name) =>
      `${hour < 5 ? 'Guten Abend' : hour < 11 ? 'Guten Morgen' : hour < 18 ? 'Guten Tag' : 'Guten Abend'}${name === '' ? '' : `, ${name}`}`,
    needing: (count) =>
      count === 0
        ? 'Nichts braucht Sie.'
        : count === 1
          ? 'Eine Sache braucht Sie.'
          : `${capital(inWords(count, GERMAN))} Dinge brauchen Sie.`,
    underWay: (count) =>
      count === 0
        ? ''
        : count === 1
          ? 'Ein Lauf ist im Gange.'
          : `${capital(inWords(count, GERMAN))} Läufe sind im Gange.`,
    importUsers: 'Personen importieren',
    needsYou: 'Braucht Sie',
    nothing: 'Gerade braucht Sie nichts.',
    noRights:
      'Sie haben noch auf keinem Standort eine Rolle. Wer dort, wo Sie arbeiten, Rollen vergibt, kann Ihnen eine geben.',
    nothingMore:
      'Genehmigungen, Fotos zur Prüfung, nicht importierte Zeilen und verspätete Quellen erscheinen hier.',
    approve: (action, people, shown) =>
      `Genehmigen: ${shown} ${people === 1 ? 'Person' : 'Personen'} ${germanVerbs[action] ?? 'ändern'}`,
    confirm: (action, people, shown) =>
      `Bestätigen: ${shown} ${people === 1 ? 'Person' : 'Personen'} ${germanVerbs[action] ?? 'ändern'}`,
    askedBy: (by, when) => (by === null ? `Beantragt ${when}.` : `Beantragt von ${by} ${when}.`),
    expires: (when) => `Läuft ${when} ab.`,
    review: 'Ansehen',
    photos: (count, shown) => (count === 1 ? 'Ein Foto prüfen' : `${shown} Fotos prüfen`),
    oldest: (wait) => `Das älteste wartet seit ${wait}.`,
    start: 'Beginnen',
    rows: (count, shown, file) =>
      `${shown} ${count === 1 ? 'Zeile' : 'Zeilen'} aus ${file} ${count === 1 ? 'wurde' : 'wurden'} nicht importiert`,
    why: (rejected, failed, shown) =>
      `${[rejected > 0 && `${shown(rejected)} abgelehnt`, failed > 0 && `${shown(failed)} fehlgeschlagen`].filter(Boolean).join(', ')}. Jede sagt, was zu ändern ist.`,
    fix: 'Beheben',
    late: (name, by) => `Quelle „${name}“ ist ${by} verspätet`,
    justLate: (name) => `Quelle „${name}“ ist verspätet`,
    pausedSource: (name) => `Quelle „${name}“ hat sich selbst angehalten`,
    failing: (name) => `Quelle „${name}“ schlägt fehl`,
    expected: (schedule, last) =>
      `Erwartet ${schedule}. ${last === null ? 'Noch keine Datei.' : `Letzte Datei: ${last}.`}`,
    check: 'Nachsehen',
    more: (count) => `und ${count} weitere`,
    runningNow: 'Läuft gerade',
    nobody: 'Gerade läuft nichts.',
    nobodyMore: 'Hier steht, wie weit ein Lauf ist, der im Gange ist.',
    startedBy: (by, at) => (by === null ? `Begonnen um ${at}` : `Begonnen von ${by} um ${at}`),
    rowsOf: (done, total) => `${done} von ${total} Zeilen`,
    reading: 'Zeilen werden gelesen',
    phase: {
      archive: 'archiviert',
      anonymize: 'anonymisiert',
      delete: 'löscht',
      'hand-over': 'ändert',
      restore: 'stellt wieder her',
      update: 'ändert',
      create: 'legt an',
    },
    recentRuns: 'Letzte Läufe',
    allRuns: 'Alle Läufe',
    noRuns: 'Noch keine Läufe. Ein Lauf beginnt mit einer Datei oder einer Auswahl.',
    run: 'Lauf',
    started: 'Begonnen',
    by: 'Von',
    rowCount: 'Zeilen',
    outcomes: 'Ergebnisse',
    state: 'Zustand',
    unwritten: 'Noch nichts geschrieben',
    unwrittenEver: 'Nichts wurde geschrieben',
    photosReceived: 'Eingegangene Fotos',
    ofInvited: (invited) => `von ${invited} Eingeladenen`,
    nobodyInvited: 'Zuletzt wurde niemand eingeladen. Ein Lauf kann die Personen einladen, die er anlegt.',
    photosSummary: (from, first, to, last) => `${first} bis ${from}, ${last} bis ${to}.`,
    allNeeds: (count) => `Alle ${count} zeigen`,
    fewerNeeds: 'Weniger zeigen',
    sources: 'Quellen',
    allSources: 'Alle Quellen',
    noSources: 'Noch keine Quellen. Eine Quelle bringt Dateien von selbst.',
    source: 'Quelle',
    lastFile: 'Letzte Datei',
    next: 'Nächste',
    none: 'noch keine',
    overdue: 'Überfällig',
    unknown: 'unbekannt',
    onTime: 'Pünktlich',
    isLate: 'Verspätet',
    isPaused: 'Angehalten',
    isFailing: 'Schlägt fehl',
    today: 'Heute',
    yesterday: 'Gestern',
    tomorrow: 'Morgen',
  },
});

export type HomeWords = (typeof homeWords)['en'];
