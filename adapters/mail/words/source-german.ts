// What mails about sources say, in German.
import { numberInWords } from '../../../domain/words.ts';
import { formatsOf } from './formats.ts';
import type { SourceWords } from './source-catalogue.ts';

const { moment, list } = formatsOf('de');
const number = (value: number) => numberInWords(value, 'de');
const rowsOf = (rows: number) => `${number(rows)} ${rows === 1 ? 'Zeile' : 'Zeilen'}`;
const hoursOf = (hours: number) => (hours === 1 ? 'jede Stunde' : `alle ${number(hours)} Stunden`);
const named = (names: readonly string[]) =>
  names.length > 3
    ? list([...names.slice(0, 2), `${number(names.length - 2)} weitere Dateien`])
    : list(names);
const canOf = (names: readonly string[]) => (names.length === 1 ? 'konnte' : 'konnten');

export const GERMAN_SOURCES: SourceWords = {
  imported: {
    subject: (done, inNeed) =>
      `importiert, ${number(done)} erledigt${inNeed === 0 ? '' : `, ${number(inNeed)} zu klären`}`,
    sameSubject: 'es kam nichts Neues',
    headline: (files) => (files === 1 ? 'Eine Datei wurde importiert' : 'Neue Dateien wurden importiert'),
    sameHeadline: (files) =>
      files === 1 ? 'Die Datei ist dieselbe wie zuvor' : 'Die Dateien sind dieselben wie zuvor',
    same: 'Seit der letzten guten Lieferung hat sich darin nichts geändert, also wurde nichts ausgeführt.',
    after: {
      'source-failed': 'Die Lieferung davor war fehlgeschlagen: Die Quelle arbeitet wieder.',
      'source-asks': 'Der Lauf, der gefragt hatte, hat seine Antwort.',
      'source-paused': 'Die Quelle war angehalten: Sie arbeitet wieder.',
      'source-stale': 'Es ist wieder etwas Gutes gekommen: Der Alarm ist vorbei.',
      'source-incomplete': 'Der unvollständige Satz hält nichts mehr auf.',
    },
    needAdvice:
      'Bei jeder steht der Grund und was zu tun ist. Was dort berichtigt wird, wo die Datei entsteht, kommt mit der nächsten von selbst.',
  },
  failed: {
    subject: (names) =>
      names.length === 0
        ? 'Dateien konnten nicht geholt werden'
        : `${named(names)} ${canOf(names)} nicht importiert werden`,
    headline: (names) =>
      names.length === 0
        ? 'Dateien konnten nicht geholt werden'
        : `${named(names)} ${canOf(names)} nicht importiert werden`,
    causes: {
      asked: 'Der Lauf dazu wurde von Hand abgebrochen.',
      declined: 'Die Genehmigung des Laufs dazu wurde abgelehnt.',
      'timed-out': 'Der Lauf dazu brauchte eine Antwort, und es kam rechtzeitig keine.',
      gone: 'Der Lauf dazu wurde von außen beendet oder ging verloren.',
    },
    writtenBefore: 'Was vorher geschrieben wurde, bleibt.',
    nothingWritten: 'Es wurde nichts geschrieben.',
    notRun: (names) => `Was danach kommen sollte, wurde nicht ausgeführt: ${named(names)}.`,
    cancelled: 'Der Lauf dazu wurde abgebrochen.',
    unknown: 'Was nicht stimmt, ist nicht bekannt.',
    fileAdvice:
      'Lassen Sie eine vollständige und richtige Datei liefern, unter demselben Namen oder einem anderen passenden: Die Quelle nimmt sie von selbst.',
    pausedAdvice:
      'Die Quelle ist angehalten und nimmt nichts, bis jemand sie fortsetzt. Lassen Sie eine vollständige und richtige Datei liefern, und setzen Sie die Quelle fort.',
    placeAdvice: (failuresMax) =>
      `Bitte sehen Sie nach, ob der Ort erreichbar und lesbar ist. Zur nächsten Zeit versucht es die Quelle wieder; nach ${number(failuresMax)} Fehlschlägen hintereinander wird sie angehalten.`,
  },
  asks: {
    subject: (title, rows) => `fragt, bevor es weitergeht: ${title}, ${rowsOf(rows)}`,
    headline: (title) => `${title} wartet auf eine Antwort`,
    graceSubject: (title, rows, until) =>
      `${title}, ${rowsOf(rows)}: geht am ${moment(until)} weiter, wenn es niemand abbricht`,
    graceHeadline: (title, until) => `${title} geht am ${moment(until)} weiter`,
    unwritten: 'Es ist noch nichts geschrieben.',
    answerBy: (until) =>
      `Bitte antworten Sie bis zum ${moment(until)}, sonst wird der Lauf abgebrochen und seine Datei gilt als fehlgeschlagen.`,
    goesOn: (until) =>
      `Bis zum ${moment(until)} kann der Lauf abgebrochen werden, danach geht er von selbst weiter. Sie müssen nichts tun.`,
    paused:
      'Bis dahin ist die Quelle angehalten. Hat der Lauf seine Antwort und ist er beendet, arbeitet sie von selbst weiter.',
    waits: 'Bis dahin nimmt die Quelle nichts anderes.',
  },
  paused: {
    subject: {
      asked: 'angehalten',
      'run-asks': 'angehalten, ein Lauf fragt',
      failures: 'angehalten, zu viele Fehlschläge',
      'fewer-rows': 'angehalten, eine Datei wirkt abgeschnitten',
      owner: 'angehalten, niemand steht dafür ein',
    },
    headline: 'Die Quelle ist angehalten',
    untilThen:
      'Bis sie fortgesetzt wird, nimmt sie nichts. Dateien, die ankommen, bleiben liegen und werden dann genommen.',
    whyTitle: 'Warum sie angehalten ist',
    why: {
      asked: () => 'Jemand hat sie angehalten.',
      'run-asks': () => 'Ein Lauf von ihr wartet auf eine Antwort.',
      failures: (failures) =>
        failures === 1
          ? 'Sie ist fehlgeschlagen.'
          : `Sie ist ${number(failures)} Mal hintereinander fehlgeschlagen.`,
      'fewer-rows': () =>
        'Eine Datei hat weniger Zeilen, als sie sollte: Sie kann unterwegs abgeschnitten worden sein.',
      owner: () =>
        'Ihre Läufe haben die Rechte derjenigen Person, die sie eingerichtet oder zuletzt fortgesetzt hat. Diese Rechte reichen nicht mehr, oder die Person gibt es nicht mehr.',
    },
    advice: {
      asked: 'Setzen Sie sie fort, sobald es weitergehen kann.',
      'run-asks': 'Beantworten Sie, was der Lauf fragt: Die Quelle arbeitet dann von selbst weiter.',
      failures: 'Bringen Sie in Ordnung, was nicht stimmt, prüfen Sie die Quelle und setzen Sie sie fort.',
      'fewer-rows':
        'Wegen dieser Datei wurde niemand archiviert. Lassen Sie eine vollständige liefern und setzen Sie die Quelle fort. Hat sie wirklich so viele Zeilen weniger, ändern Sie in den Einstellungen der Quelle, wie viele fehlen dürfen, lassen Sie sie noch einmal liefern und setzen Sie die Quelle fort.',
      owner:
        'Wer die Rechte zu dem hat, was ihre Läufe tun, und Quellen ändern darf, setzt sie fort: Sie arbeitet dann mit diesen Rechten.',
    },
  },
  stale: {
    subject: (since) => `seit dem ${moment(since)} kam nichts Gutes`,
    headline: (since) => `Seit dem ${moment(since)} ist nichts Gutes gekommen`,
    expected: (hours) => `Erwartet wird mindestens ${hoursOf(hours)} eine gute Datei.`,
    looks: (schedule) => `Wann sie nachsieht: ${schedule}`,
    looked: (at) => `Zuletzt nachgesehen hat sie am ${moment(at)}.`,
    neverLooked: 'Sie hat noch nie nachgesehen.',
    isPaused: 'Sie ist angehalten, also wird nichts genommen.',
    whyTitle: 'Was nicht stimmt',
    advice:
      'Bitte sehen Sie nach, ob die Datei noch erzeugt und geliefert wird. Liegt sie dort, prüfen Sie die Quelle: Sie sagt, was sie sieht. Sie hören davon, wenn wieder etwas Gutes gekommen ist.',
    pausedAdvice:
      'Finden Sie heraus, warum sie angehalten ist, bringen Sie das in Ordnung und setzen Sie sie fort. Sie hören davon, wenn wieder etwas Gutes gekommen ist.',
  },
  incomplete: {
    subject: (missing) =>
      missing.length === 0 ? 'wartet auf den Rest eines Satzes' : `wartet auf ${named(missing)}`,
    headline: 'Einige Dateien eines Satzes fehlen',
    come: (names) => `Gekommen ${names.length === 1 ? 'ist' : 'sind'}: ${named(names)}.`,
    waits: (missing, since) =>
      since === null
        ? `Sie wartet auf ${named(missing)}.`
        : `Seit dem ${moment(since)} wartet sie auf ${named(missing)}.`,
    untilThen: 'Nichts von dem Satz wird importiert, bevor er vollständig ist.',
    advice: 'Lassen Sie liefern, was fehlt: Die Quelle nimmt den Satz von selbst, sobald er vollständig ist.',
  },
  needTitle: 'Was zu tun ist',
  commands: {
    test: 'Ansehen, was sie sieht und was nicht stimmt',
    resume: 'Fortsetzen',
    runNow: 'Jetzt nachsehen lassen',
    look: 'Ansehen, wie es um sie steht',
  },
  facts: { source: 'Quelle', files: 'Dateien', isIn: 'Nun in', came: 'Gekommen', runs: 'Läufe' },
  viewSource: 'Quelle ansehen',
  closing:
    'Sie erhalten diese Mail, weil diese Quelle an Ihre Adresse schreibt. Wer die Quelle ändern darf, kann das beenden. Antworten liest niemand.',
};
