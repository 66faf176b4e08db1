// What is said of the people that are chosen, and of what is about to be done to them.
import { dictionary, plural } from '../../words/language.tsx';

const people = (count: string, value: number) => `${count} ${plural('en', value, 'person', 'people')}`;
const personen = (count: string, value: number) => `${count} ${plural('de', value, 'Person', 'Personen')}`;

type Counted = (count: string, value: number) => string;
type Spelled = (words: string, value: number) => string;

export const actionWords = dictionary({
  en: {
    bar: 'Chosen people',
    selected: (count: string) => `${count} selected`,
    selectAll: (count: string) => `Select all ${count}`,
    clear: 'Clear',
    roles: 'Roles',
    invite: 'Invite',
    step: {
      archive: 'Archive',
      restore: 'Restore',
      anonymize: 'Anonymize',
      delete: 'Delete',
      'issue-cards': 'Issue cards',
    },
    exportSome: (count: string) => `Export ${count}`,
    more: 'More',
    title: {
      archive: (words: string, value: number) => `Archive ${people(words, value)}?`,
      restore: (words: string, value: number) => `Restore ${people(words, value)}?`,
      anonymize: (words: string, value: number) => `Anonymize ${people(words, value)}?`,
      delete: (words: string, value: number) => `Delete ${people(words, value)}?`,
      'issue-cards': (words: string, value: number) => `Issue the cards of ${people(words, value)}?`,
    } satisfies Record<string, Spelled>,
    text: {
      archive:
        'They can no longer sign in or be changed, their email becomes free, and their cards are revoked. They can be restored.',
      restore: 'They are active again, with their values as they were.',
      anonymize:
        'Their email, username, identifier, names, custom fields, extra photos and history are removed everywhere, also from earlier runs. Card photos stay, without a name.',
      delete: 'They are removed everywhere, with their photos, cards and history, also from earlier runs.',
      'issue-cards': 'Cards that are pending count as handed out from then on.',
    },
    final: 'This cannot be undone.',
    approval: 'A second admin must approve. Nothing happens before that.',
    grace: (hours: string) => `For ${hours} hours after it anyone with the right can still cancel.`,
    phrase: {
      anonymize: (count: string) => `anonymize ${count}`,
      delete: (count: string) => `delete ${count}`,
    },
    do: {
      archive: (count: string, value: number) => `Archive ${people(count, value)}`,
      restore: (count: string, value: number) => `Restore ${people(count, value)}`,
      anonymize: (count: string, value: number) => `Anonymize ${people(count, value)}`,
      delete: (count: string, value: number) => `Delete ${people(count, value)}`,
      'issue-cards': (count: string, value: number) => `Issue cards to ${people(count, value)}`,
    } satisfies Record<string, Counted>,
    ask: {
      archive: (count: string, value: number) => `Ask to archive ${people(count, value)}`,
      restore: (count: string, value: number) => `Ask to restore ${people(count, value)}`,
      anonymize: (count: string, value: number) => `Ask to anonymize ${people(count, value)}`,
      delete: (count: string, value: number) => `Ask to delete ${people(count, value)}`,
      'issue-cards': (count: string, value: number) => `Ask to issue cards to ${people(count, value)}`,
    } satisfies Record<string, Counted>,
    keep: 'Keep them',
    cancel: 'Cancel',
    close: 'Close',
    checking: 'Checking what would become of each. Nothing has been written yet.',
    staying: (count: string, value: number) => `${people(count, value)} would stay as they are.`,
    problems: (count: string, value: number) =>
      `${people(count, value)} would be left out, because something stands in the way. The run’s page says what.`,
    nothing: 'Nobody would change. Nothing has been written.',
    seeRun: 'Look at the run',
    failed: 'This could not be planned. Nothing has been written.',
    invited: (count: string, value: number) => `${people(count, value)} invited`,
    unreachable: (count: string, value: number) => `no mail reaches ${people(count, value)}`,
    inviteTitle: (words: string, value: number) => `Invite ${people(words, value)} to send a photo?`,
    inviteText: 'Each is sent a mail with a link of their own, whatever was sent before.',
    inviteDo: (count: string, value: number) => `Invite ${people(count, value)}`,
    tooMany: (max: string) => `Invitations go to ${max} people at once at most. Narrow the selection.`,
  },
  de: {
    bar: 'Ausgewählte Personen',
    selected: (count) => `${count} ausgewählt`,
    selectAll: (count) => `Alle ${count} auswählen`,
    clear: 'Auswahl aufheben',
    roles: 'Rollen',
    invite: 'Einladen',
    step: {
      archive: 'Archivieren',
      restore: 'Wiederherstellen',
      anonymize: 'Anonymisieren',
      delete: 'Löschen',
      'issue-cards': 'Karten ausgeben',
    },
    exportSome: (count) => `${count} exportieren`,
    more: 'Mehr',
    title: {
      archive: (words, value) => `${personen(words, value)} archivieren?`,
      restore: (words, value) => `${personen(words, value)} wiederherstellen?`,
      anonymize: (words, value) => `${personen(words, value)} anonymisieren?`,
      delete: (words, value) => `${personen(words, value)} löschen?`,
      'issue-cards': (words, value) => `Karten von ${personen(words, value)} ausgeben?`,
    },
    text: {
      archive:
        'Sie können sich nicht mehr anmelden und nicht mehr geändert werden, ihre E-Mail wird frei, ihre Karten werden gesperrt. Sie lassen sich wiederherstellen.',
      restore: 'Sie sind wieder aktiv, mit ihren Werten von vorher.',
      anonymize:
        'E-Mail, Benutzername, Kennung, Namen, eigene Felder, weitere Fotos und Verlauf werden überall entfernt, auch aus früheren Läufen. Kartenfotos bleiben, ohne Namen.',
      delete: 'Sie werden überall entfernt, mit Fotos, Karten und Verlauf, auch aus früheren Läufen.',
      'issue-cards': 'Karten, die noch ausstehen, gelten dann als ausgehändigt.',
    },
    final: 'Das lässt sich nicht rückgängig machen.',
    approval: 'Eine zweite Person aus der Verwaltung muss zustimmen. Vorher geschieht nichts.',
    grace: (hours) => `Noch ${hours} Stunden danach kann jede berechtigte Person abbrechen.`,
    phrase: {
      anonymize: (count) => `anonymisieren ${count}`,
      delete: (count) => `löschen ${count}`,
    },
    do: {
      archive: (count, value) => `${personen(count, value)} archivieren`,
      restore: (count, value) => `${personen(count, value)} wiederherstellen`,
      anonymize: (count, value) => `${personen(count, value)} anonymisieren`,
      delete: (count, value) => `${personen(count, value)} löschen`,
      'issue-cards': (count, value) => `Karten an ${personen(count, value)} ausgeben`,
    },
    ask: {
      archive: (count, value) => `Archivierung von ${personen(count, value)} beantragen`,
      restore: (count, value) => `Wiederherstellung von ${personen(count, value)} beantragen`,
      anonymize: (count, value) => `Anonymisierung von ${personen(count, value)} beantragen`,
      delete: (count, value) => `Löschung von ${personen(count, value)} beantragen`,
      'issue-cards': (count, value) => `Ausgabe der Karten von ${personen(count, value)} beantragen`,
    },
    keep: 'Behalten',
    cancel: 'Abbrechen',
    close: 'Schließen',
    checking: 'Es wird geprüft, was aus jeder Person würde. Noch ist nichts geschrieben.',
    staying: (count, value) =>
      `${personen(count, value)} ${plural('de', value, 'bliebe', 'blieben')}, wie sie sind.`,
    problems: (count, value) =>
      `${personen(count, value)} ${plural('de', value, 'würde', 'würden')} ausgelassen, weil etwas im Weg steht. Was, steht auf der Seite des Laufs.`,
    nothing: 'Niemand würde sich ändern. Nichts wurde geschrieben.',
    seeRun: 'Lauf ansehen',
    failed: 'Das ließ sich nicht planen. Nichts wurde geschrieben.',
    invited: (count, value) => `${personen(count, value)} eingeladen`,
    unreachable: (count, value) => `${personen(count, value)} nicht per E-Mail erreichbar`,
    inviteTitle: (words, value) => `${personen(words, value)} um ein Foto bitten?`,
    inviteText:
      'Jede Person bekommt eine E-Mail mit einem eigenen Link, was auch immer schon geschickt wurde.',
    inviteDo: (count, value) => `${personen(count, value)} einladen`,
    tooMany: (max) =>
      `Einladungen gehen an höchstens ${max} Personen auf einmal. Grenzen Sie die Auswahl ein.`,
  },
});
