// What mails about runs say, in German.

import type { Limited } from '../../../domain/limits.ts';
import type { Approvable } from '../../../domain/safeguards.ts';
import type { AskFacts, MailWords } from './catalogue.ts';
import { GERMAN_FOLLOW_UP } from './follow-up-german.ts';
import { formatsOf } from './formats.ts';
import { GERMAN_SOURCES } from './source-german.ts';

const formats = formatsOf('de');
const { number, percent, moment, duration, list } = formats;
const rowsOf = (rows: number) => `${number(rows)} ${rows === 1 ? 'Zeile' : 'Zeilen'}`;
const peopleOf = (people: number) => `${number(people)} ${people === 1 ? 'Person' : 'Personen'}`;

const LIMITED_DOES = {
  changed: 'ändern',
  created: 'anlegen',
  archived: 'archivieren',
  removed: 'anonymisieren oder löschen',
} as const satisfies Record<Limited, string>;

const APPROVED = {
  create: 'Anlegen',
  update: 'Ändern',
  archive: 'Archivieren',
  restore: 'Wiederherstellen',
  anonymize: 'Anonymisieren',
  delete: 'Löschen',
} as const satisfies Record<Approvable, string>;

const about = ({ title, rows }: AskFacts) => `${title}, ${rowsOf(rows)}`;
const approvedOf = (what: readonly Approvable[]) => list(what.map((one) => APPROVED[one]));
const rightsTo = (what: readonly Approvable[]) =>
  list([...what.map((one) => `people:${one}`), 'bulk-actions:read']);

const UNWRITTEN = 'Es ist noch nichts geschrieben.';
const confirmBy = ({ until }: AskFacts) =>
  `Bitte bestätigen Sie bis zum ${moment(until)}, sonst wird der Lauf abgebrochen.`;
const approveBy = ({ until }: AskFacts) =>
  `Bitte geben Sie ihn bis zum ${moment(until)} frei, sonst wird er abgebrochen. Sind Sie nicht einverstanden, müssen Sie nichts tun.`;
const needsApprover = ({ approvals, until }: AskFacts) => [
  `Außer wer ihn gestartet oder bestätigt hat, hat niemand mit E-Mail-Adresse an allen seinen Standorten die Rechte dazu: ${rightsTo(approvals)}.`,
  `Bitte lassen Sie jemand anderem diese Rechte geben oder brechen Sie den Lauf ab. Am ${moment(until)} wird er von selbst abgebrochen.`,
];

const OWN_FILE = 'Sie bekommen sie als eigene Datei, in den Spalten Ihrer Datei';

const EACH = 'Bei jeder steht der Grund und was zu tun ist.';
const BEGIN_AGAIN = 'Um fortzufahren, starten Sie denselben Lauf noch einmal: Was erledigt ist, bleibt.';

export const GERMAN_MAILS: MailWords = {
  formats,
  actions: {
    'create-or-update': 'Anlegen und Ändern',
    ...APPROVED,
    sync: 'Abgleichen',
    'add-photos': 'Fotos hinzufügen',
    'issue-cards': 'Karten ausgeben',
    'revoke-cards': 'Karten sperren',
    'change-roles': 'Rollen ändern',
    undo: 'Rückgängigmachen',
  },
  outcomes: {
    created: { word: 'Angelegt', meaning: 'neue Personen' },
    updated: { word: 'Geändert', meaning: 'Personen mit Änderungen laut Datei' },
    archived: { word: 'Archiviert', meaning: 'Personen, die nicht mehr aktiv sind' },
    restored: { word: 'Wiederhergestellt', meaning: 'Personen, die wieder aktiv sind' },
    anonymized: { word: 'Anonymisiert', meaning: 'Personen, die niemand mehr erkennt' },
    deleted: { word: 'Gelöscht', meaning: 'Personen, die entfernt sind' },
    unchanged: { word: 'Unverändert', meaning: 'Personen, die der Datei schon entsprechen' },
    skipped: {
      word: 'Übersprungen',
      meaning: 'Zeilen, die dasselbe sagen wie eine andere oder deren Person bleibt, wie sie ist',
    },
    rejected: { word: 'Abgelehnt', meaning: 'Zeilen, in denen etwas zu berichtigen ist' },
    failed: { word: 'Fehlgeschlagen', meaning: 'Zeilen, die nicht ausgeführt werden konnten' },
    'not-processed': { word: 'Nicht ausgeführt', meaning: 'Zeilen, die nicht an die Reihe kamen' },
  },
  meanings: {
    undo: {
      updated: 'Personen, deren Werte wieder sind wie zuvor',
      unchanged: 'Personen, bei denen nichts mehr zurückzunehmen ist',
      rejected: 'Zeilen, die sich nicht zurücknehmen lassen',
    },
    'add-photos': {
      updated: 'Personen mit einem neuen Foto',
      unchanged: 'Personen, die genau dieses Bild schon hatten',
      skipped: 'Personen, deren Foto geblieben ist',
      rejected: 'Bilder, bei denen etwas zu berichtigen ist',
      failed: 'Bilder, die nicht hinzugefügt werden konnten',
      'not-processed': 'Bilder, die nicht an die Reihe kamen',
    },
    'issue-cards': {
      updated: 'Personen mit neuen Karten',
      unchanged: 'Personen, die ihre Karte schon hatten',
      skipped: 'Zeilen, für die nichts zu tun war',
    },
    'revoke-cards': {
      updated: 'Personen, deren Karten gesperrt sind',
      unchanged: 'Personen ohne Karte, die zu sperren wäre',
      skipped: 'Zeilen, für die nichts zu tun war',
    },
    'change-roles': {
      updated: 'Personen mit anderen Rollen als zuvor',
      unchanged: 'Personen, die diese Rollen schon hatten',
      skipped: 'Zeilen, für die nichts zu tun war',
    },
  },
  end: {
    headline: {
      completed: (title) => `${title} ist beendet`,
      rejected: (title) => `${title} wurde nicht ausgeführt`,
      cancelled: (title) => `${title} wurde abgebrochen`,
    },
    completedSubject: (title, done, inNeed) =>
      `${title} beendet: ${number(done)} erledigt${inNeed === 0 ? '' : `, ${number(inNeed)} zu klären`}`,
    rejectedSubject: (title) => `${title} wurde nicht ausgeführt`,
    cancelledSubject: (title, done, left) =>
      `${title} abgebrochen: ${number(done)} erledigt, ${number(left)} offen`,
    unwrittenSubject: (title) => `${title} abgebrochen: Es wurde nichts geschrieben`,
    nothingWritten: 'Es wurde nichts geschrieben.',
    notBegun: 'Der Lauf hatte nicht begonnen: Es wurde nichts geschrieben.',
    noRows: 'Die Datei hat keine Zeilen.',
    nothingToUndo: 'Es war nichts zurückzunehmen.',
    causes: {
      asked: 'Der Lauf wurde von Hand abgebrochen.',
      declined: 'Die Genehmigung wurde abgelehnt. Was dazu geschrieben wurde, steht auf der Seite des Laufs.',
      'timed-out': 'Der Lauf brauchte eine Antwort, und es kam rechtzeitig keine.',
      gone: 'Sein Workflow wurde von außen beendet oder ging verloren.',
    },
    doneByThen: (done, total) =>
      `Bis dahin ${done === 1 ? 'war' : 'waren'} ${number(done)} von ${rowsOf(total)} erledigt.`,
    restIsLeft: 'Was erledigt ist, bleibt; der Rest blieb, wie er war.',
    allDone: (total) => (total === 1 ? 'Seine Zeile ist erledigt.' : `Alle ${rowsOf(total)} sind erledigt.`),
    someDone: (done, total) =>
      `${number(done)} von ${rowsOf(total)} ${done === 1 ? 'ist' : 'sind'} erledigt.`,
    inNeed: (rows) => (rows === 1 ? 'Eine ist zu klären.' : `${number(rows)} sind zu klären.`),
    need: {
      title: (rows) => (rows === 1 ? 'Eine Zeile ist zu klären' : `${rowsOf(rows)} sind zu klären`),
      advice: `${EACH} ${OWN_FILE}: Bitte berichtigen Sie diese und laden Sie sie noch einmal hoch.`,
      leftTitle: (rows) =>
        rows === 1 ? 'Eine Zeile wurde nicht ausgeführt' : `${rowsOf(rows)} wurden nicht ausgeführt`,
      leftAdvice: (others) =>
        `${OWN_FILE}: Laden Sie diese hoch, um fortzufahren.${others === 0 ? '' : ` Sie enthält auch ${rowsOf(others)}, in ${others === 1 ? 'der' : 'denen'} etwas zu berichtigen ist, mit dem Grund.`}`,
      otherwise: {
        undo: {
          advice: EACH,
          leftAdvice:
            'Um fortzufahren, machen Sie denselben Lauf noch einmal rückgängig: Was zurückgenommen ist, bleibt.',
        },
        'add-photos': {
          advice: `${EACH} Bitte berichtigen Sie diese Dateien und starten Sie einen Lauf mit einem ZIP davon.`,
          leftAdvice:
            'Um fortzufahren, starten Sie einen Lauf mit demselben ZIP: Fotos, die schon da sind, bleiben.',
        },
        'issue-cards': { advice: EACH, leftAdvice: BEGIN_AGAIN },
        'revoke-cards': { advice: EACH, leftAdvice: BEGIN_AGAIN },
        'change-roles': { advice: EACH, leftAdvice: BEGIN_AGAIN },
      },
      link: (rows) => (rows === 1 ? 'Diese Zeile ansehen' : 'Diese Zeilen ansehen'),
    },
  },
  ask: {
    'awaiting-confirmation': {
      subject: (run) => `Bitte bestätigen: ${about(run)}`,
      headline: ({ title }) => `${title} wartet auf Ihre Bestätigung`,
      sentences: (run) => [UNWRITTEN, confirmBy(run)],
    },
    'confirmation-reminder': {
      subject: (run) => `Erinnerung, bitte bestätigen: ${about(run)}`,
      headline: ({ title }) => `${title} wartet noch auf Ihre Bestätigung`,
      sentences: (run) => ['Die Hälfte der Zeit ist um.', UNWRITTEN, confirmBy(run)],
    },
    'awaiting-approval': {
      subject: (run) => `Bitte freigeben: ${about(run)}`,
      headline: ({ title }) => `${title} wartet auf Ihre Freigabe`,
      sentences: (run) => [
        'Jemand anderes hat diesen Lauf gestartet. Er braucht Ihre Freigabe oder die einer anderen Person mit den Rechten dazu.',
        UNWRITTEN,
        approveBy(run),
      ],
    },
    'approval-reminder': {
      subject: (run) => `Erinnerung, bitte freigeben: ${about(run)}`,
      headline: ({ title }) => `${title} wartet noch auf Ihre Freigabe`,
      sentences: (run) => [
        'Die Hälfte der Zeit ist um, und niemand hat den Lauf freigegeben.',
        UNWRITTEN,
        approveBy(run),
      ],
    },
    'no-approver': {
      subject: (run) => `Niemand für die Freigabe: ${about(run)}`,
      headline: ({ title }) => `${title} wartet auf eine Freigabe, und niemand konnte gefragt werden`,
      sentences: (run) => [...needsApprover(run), UNWRITTEN],
    },
    'no-approver-reminder': {
      subject: (run) => `Erinnerung, niemand für die Freigabe: ${about(run)}`,
      headline: ({ title }) => `${title} wartet noch auf eine Freigabe, und niemand konnte gefragt werden`,
      sentences: (run) => ['Die Hälfte der Zeit ist um.', ...needsApprover(run), UNWRITTEN],
    },
    'grace-period': {
      subject: (run) => `${about(run)}: geht am ${moment(run.until)} weiter, wenn es niemand abbricht`,
      headline: ({ title, until }) => `${title} geht am ${moment(until)} weiter`,
      sentences: () => [
        UNWRITTEN,
        'Bis dahin kann der Lauf abgebrochen werden, danach geht er von selbst weiter. Sie müssen nichts tun.',
      ],
    },
  },
  followUp: GERMAN_FOLLOW_UP,
  sources: GERMAN_SOURCES,
  why: {
    title: 'Warum er wartet',
    dryRun: 'Es ist ein Probelauf: Er hält bei seinem Plan an.',
    limit: ({ limited, limit: { people, percent: share }, actual, activePeople, siteId }) => {
      const most = [
        ...(typeof people === 'number' ? [peopleOf(people)] : []),
        ...(typeof share === 'number' ? [`${percent(share)} der aktiven`] : []),
      ].join(' oder ');
      const whose = siteId === null ? 'dieses Laufs' : `des Standorts ${siteId}`;
      return `Er würde ${peopleOf(actual)} ${LIMITED_DOES[limited]}; aktiv sind ${number(activePeople)}. Die Grenze ${whose}: ${most}.`;
    },
    grown: (grown, shrunk) => {
      const more = `${rowsOf(grown)} ${grown === 1 ? 'würde' : 'würden'} nun tun, wozu niemand zugestimmt hat`;
      const less =
        shrunk === 0
          ? ''
          : `; ${number(shrunk)} ${shrunk === 1 ? 'täte' : 'täten'} nicht mehr, wozu zugestimmt wurde`;
      return `Der Plan ist seit der Zustimmung ein anderer: ${more}${less}.`;
    },
    approval: (what) => `Dafür ist die Freigabe einer zweiten Person nötig: ${approvedOf(what)}.`,
    grace: (durationMs) =>
      `Vor dem Anonymisieren und Löschen ist hier Zeit, es abzubrechen: ${duration(durationMs)}.`,
    thenApproval: (what) => `Danach muss ihn jemand anderes freigeben: ${approvedOf(what)}.`,
    thenGrace: (durationMs) =>
      `Bevor er weitergeht, bleibt noch Zeit, ihn abzubrechen: ${duration(durationMs)}.`,
  },
  plannedTitle: 'Was aus den Zeilen würde',
  commands: {
    title: 'In der Befehlszeile',
    confirm: 'Bestätigen',
    approve: 'Freigeben',
    letApprove: 'Freigeben, sobald jemand die Rechte hat',
    rows: 'Den Plan Zeile für Zeile ansehen',
    stop: 'Abbrechen',
    goOn: 'Fortfahren',
  },
  facts: {
    site: 'Standort',
    file: 'Datei',
    undoes: 'Nimmt zurück',
    by: 'Gestartet von',
    started: 'Gestartet',
    took: 'Dauer',
    waited: 'Gewartet',
    deadline: 'Wartet bis',
    goesOn: 'Geht weiter',
    run: 'Lauf',
  },
  viewRun: 'Lauf ansehen',
  closing: {
    starter: 'Sie erhalten diese Mail, weil Sie diesen Lauf gestartet haben. Antworten liest niemand.',
    approver: 'Sie erhalten diese Mail, weil Sie diesen Lauf freigeben dürfen. Antworten liest niemand.',
    stopper:
      'Sie erhalten diese Mail, weil Sie die Rechte zu dem haben, was dieser Lauf tut. Antworten liest niemand.',
  },
};
