// What is said of refusals and faults, in German. Where the details say enough, the very case is told.
import { zipWords } from '../zip-faults.ts';
import type { RefusalCatalogue } from './catalogue.ts';

const numbers = new Intl.NumberFormat('de-DE');
const number = (value: unknown) => numbers.format(Number(value));
const megabytes = (bytes: unknown) => number((Number(bytes) / 2 ** 20).toFixed(1));
const rows = (value: unknown) => `${number(value)} ${value === 1 ? 'Zeile' : 'Zeilen'}`;

export const GERMAN_REFUSALS: RefusalCatalogue = {
  invalid: {
    title: 'Die Anfrage ist nicht, wie die Dokumentation sagt',
    means:
      'Etwas an der Anfrage oder am Befehl ist nicht, wie es sein muss; jeder Fehler ist mit seiner Stelle genannt.',
    hint: 'Berichtigen Sie, was genannt ist, und senden Sie es noch einmal.',
  },
  unauthenticated: {
    title: 'Melden Sie sich zuerst an',
    means:
      'Niemand ist angemeldet: Der Schlüssel fehlt, ist unbekannt oder widerrufen, oder die Sitzung ist beendet.',
    hint: 'Melden Sie sich an oder senden Sie einen gültigen Schlüssel.',
  },
  forbidden: {
    title: 'Ihnen fehlt ein Recht',
    means: 'Ihnen fehlt das Recht, das dafür an diesem Standort nötig ist.',
    hint: 'Wenden Sie sich an die Verwaltung des Standorts.',
    detail: ({ permission, siteId }) => {
      if (typeof permission !== 'string') return undefined;
      const place = siteId === undefined ? 'an jedem Standort' : `am Standort ${siteId}`;
      return `Ihnen fehlt ${place} das Recht ${permission}.`;
    },
  },
  missing: {
    title: 'Nicht gefunden',
    means: 'Das Gesuchte gibt es nicht oder nicht an einem Standort, den Sie sehen.',
    hint: 'Prüfen Sie die Nummer oder den Namen.',
  },
  conflict: {
    title: 'Das passt nicht zu dem, was da ist',
    means:
      'Etwas Vorhandenes schließt es aus: ein vergebener Wert, ein Lauf, der schon oder noch nicht beendet ist, etwas in Gebrauch.',
    hint: 'Sehen Sie nach, was jetzt da ist, und entscheiden Sie dann neu.',
    detail: ({ reason, field, decision }) => {
      if (reason === 'key-taken')
        return `Der Wert für das Feld „${field}“ gehört bereits jemand anderem. Verwenden Sie einen anderen.`;
      if (reason === 'changed-meanwhile')
        return 'Die Person wurde geändert, seit Sie sie gelesen haben. Lesen Sie sie neu und wiederholen Sie Ihre Änderung.';
      if (decision === 'approved') return 'Jemand hat dieses Foto bereits angenommen.';
      if (decision === 'declined') return 'Jemand hat dieses Foto bereits zurückgeschickt.';
      if (decision === 'replaced') return 'An die Stelle dieses Fotos ist ein anderes getreten.';
      return undefined;
    },
  },
  locked: {
    title: 'Eine Massenaktion ändert gerade diesen Standort',
    means:
      'Ein Lauf hält die Bearbeitungssperre des Standorts; `lock` nennt den Lauf, wer ihn gestartet hat und wie weit er ist.',
    hint: 'Warten Sie, bis der Lauf beendet ist, oder brechen Sie ihn ab.',
    detail: ({ bulkActionId, rowsDone, rowsTotal }) => {
      if (typeof bulkActionId !== 'string') return undefined;
      const share =
        typeof rowsTotal === 'number' ? `; ${number(rowsDone)} von ${rows(rowsTotal)} sind fertig` : '';
      return `Der Lauf ${bulkActionId} ändert gerade die Personen dieses Standorts${share}. Warten Sie, bis er beendet ist, oder brechen Sie ihn ab.`;
    },
  },
  'too-large': {
    title: 'Zu groß',
    means: 'Die Anfrage, die Datei oder die Arbeitsmappe ist größer, als angenommen wird oder möglich ist.',
    hint: 'Verkleinern Sie sie; als CSV gibt es für eine Tabelle keine Grenze der Zeilen.',
    detail: (details) =>
      details['isPicture'] === true
        ? `Das Bild ist größer als ${megabytes(details['maxBytes'])} MB. Speichern Sie es kleiner und laden Sie es noch einmal hoch.`
        : zipWords(details, 'de'),
  },
  unsupported: {
    title: 'In dieser Version nicht möglich',
    means: 'Der Name ist bekannt, aber in dieser Version oder mit dieser Vorlage nicht möglich.',
    hint: 'Verwenden Sie etwas von dem, was die Meldung aufzählt.',
    detail: (details) => zipWords(details, 'de'),
  },
  'unreadable-file': {
    title: 'Die Datei ist nicht lesbar',
    means: 'Die Datei ist keine Tabelle oder beschädigt. Es wurde nichts geschrieben.',
    hint: 'Speichern Sie sie als CSV (UTF-8) oder XLSX und laden Sie diese hoch.',
    detail: (details) => zipWords(details, 'de'),
  },
  'empty-file': {
    title: 'Die Datei hat keine Zeilen',
    means: 'Unter der Kopfzeile der Datei stehen keine Zeilen. Es wurde nichts geschrieben.',
    hint: 'Prüfen Sie, ob es die richtige Datei ist und ob die Kopfzeile dort steht, wo der Lauf sie sucht.',
    detail: (details) => zipWords(details, 'de'),
  },
  'wrong-count': {
    title: 'Die Datei hat eine andere Zahl von Zeilen',
    means: 'Die Datei hat mehr oder weniger Zeilen als erwartet. Es wurde nichts geschrieben.',
    hint: 'Prüfen Sie die Datei oder die erwartete Zahl der Zeilen.',
    detail: ({ found, expected, isTrailer }) =>
      typeof found === 'number' && typeof expected === 'number'
        ? `Die Datei hat ${rows(found)}, ${isTrailer === true ? 'ihre letzte Zeile nennt' : 'erwartet waren'} ${number(expected)}. Es wurde nichts ausgeführt.`
        : undefined,
  },
  'too-few-rows': {
    title: 'Die Datei hat zu wenige Zeilen',
    means:
      'Die Datei hat weniger Zeilen, als sie mindestens haben muss: Sie ist vielleicht abgeschnitten. Es wurde nichts geschrieben.',
    hint: 'Prüfen Sie, ob die Datei vollständig ist. Sind so wenige Zeilen richtig, geben Sie das an und starten Sie noch einmal.',
    detail: ({ found, least }) =>
      typeof found === 'number' && typeof least === 'number'
        ? `Die Datei hat ${rows(found)}, erwartet waren mindestens ${number(least)}: Sie sieht abgeschnitten aus. Es wurde nichts ausgeführt. Senden Sie die ganze Datei; ist sie vollständig, verlangen Sie weniger Zeilen.`
        : undefined,
  },
  'no-trailer': {
    title: 'Das Ende der Datei fehlt',
    means:
      'Die Datei muss mit einer Zeile enden, die die Zahl ihrer Zeilen nennt, und tut es nicht: Sie ist vielleicht abgeschnitten. Es wurde nichts geschrieben.',
    hint: 'Prüfen Sie, ob die Datei vollständig ist. Hat sie nie eine solche Zeile, verlangen Sie keine.',
    detail: ({ word, lack }) => {
      if (typeof word !== 'string') return undefined;
      const begins = `Die letzte Zeile der Datei beginnt mit „${word}“`;
      const what =
        lack === 'number'
          ? `${begins}, nennt aber keine Zahl`
          : lack === 'quote'
            ? `${begins}, doch in der Zeile davor ist ein Anführungszeichen offen`
            : `Die Datei endet nicht mit einer Zeile, die mit „${word}“ beginnt und die Zahl ihrer Zeilen nennt`;
      return `${what}: Sie sieht abgeschnitten aus. Es wurde nichts ausgeführt. Senden Sie die ganze Datei.`;
    },
  },
  'missing-column': {
    title: 'Eine Spalte fehlt',
    means: 'Einem Feld, das der Lauf braucht, ist keine Spalte zugeordnet. Es wurde nichts geschrieben.',
    hint: 'Nennen Sie die Spalte des Feldes oder berichtigen Sie die Kopfzeile; die Vorschau zeigt beides.',
  },
  mapping: {
    title: 'Die Zuordnung passt nicht zur Datei',
    means:
      'Ein Feld oder eine Spalte der Zuordnung gibt es nicht, oder sie ist doppelt gemeint. Es wurde nichts geschrieben.',
    hint: 'Geben Sie an, welche Spalte zu welchem Feld gehört; die Vorschau zeigt, was es gibt.',
  },
  gone: {
    title: 'Nicht mehr da',
    means:
      'Es war da und wurde entfernt: Ergebnisse, die verworfen oder lange genug aufbewahrt wurden, eine verbrauchte Datei.',
    hint: 'Es lässt sich nicht zurückholen; laden Sie die Datei noch einmal hoch, wenn sie noch gebraucht wird.',
  },
  'too-many-requests': {
    title: 'Zu viele Versuche',
    means: 'Zu viele Versuche in zu kurzer Zeit.',
    hint: 'Warten Sie eine Minute und versuchen Sie es dann erneut.',
  },
  internal: {
    title: 'Hier ist etwas schiefgegangen',
    means: 'Ein Fehler von Muster selbst; er steht unter der `requestId` im Protokoll.',
    hint: 'Es liegt nicht an Ihnen. Versuchen Sie es noch einmal; bleibt es dabei, geben Sie die requestId dem Betrieb weiter.',
  },
  unavailable: {
    title: 'Gerade nicht verfügbar',
    means:
      'Muster hat keine Verbindung zu seiner Datenbank oder hat sie verloren. Eine Änderung kann angekommen sein oder nicht.',
    hint: 'Nichts, was geschrieben ist, geht verloren. Versuchen Sie es gleich noch einmal.',
  },
  unreachable: {
    title: 'Keine Antwort',
    means: 'Sagt die Befehlszeile: Muster oder das Netz davor hat nicht geantwortet.',
    hint: 'Prüfen Sie, ob Muster läuft, sowie MUSTER_URL und das Netz.',
  },
  interrupted: {
    title: 'Unterbrochen',
    means: 'Sagt die Befehlszeile: Sie wurde durch ein Signal beendet, während sie wartete.',
    hint: 'Ein begonnener Lauf geht weiter; `muster run` zeigt ihn.',
  },
  unexpected: {
    title: 'Ein Fehler der Befehlszeile',
    means: 'Sagt die Befehlszeile über einen Fehler, den niemand vorhergesehen hat, einen eigenen.',
    hint: 'Versuchen Sie es noch einmal; bleibt es dabei, melden Sie ihn mit seinem Wortlaut.',
  },
  'limit-passed': {
    title: 'Es würde mehr geändert als erlaubt',
    means:
      'Sagt die Befehlszeile: Der Plan überschreitet eine Grenze des Laufs oder der Stelle. Nichts ist geschrieben.',
    hint: 'Sehen Sie ihn mit `muster plan` an; dann `muster confirm` oder `muster cancel`.',
  },
  'plan-grown': {
    title: 'Der Plan ist gewachsen',
    means: 'Sagt die Befehlszeile: Der Lauf täte jetzt mehr, als vereinbart war. Nichts ist geschrieben.',
    hint: 'Sehen Sie den Unterschied mit `muster plan --grown` an; dann `muster confirm` oder `muster cancel`.',
  },
  'awaiting-approval': {
    title: 'Jemand anderes muss zustimmen',
    means: 'Sagt die Befehlszeile: Die Stelle verlangt dafür ein zweites Paar Augen. Nichts ist geschrieben.',
    hint: 'Bitten Sie jemand anderen mit dem Recht dazu: `muster approve`.',
  },
  'grace-period': {
    title: 'Es lässt sich noch anhalten',
    means:
      'Sagt die Befehlszeile: Die Stelle lässt Zeit, anzuhalten, was sich nicht zurückholen lässt. Noch ist nichts geschrieben.',
    hint: 'Warten Sie, oder halten Sie ihn mit `muster cancel` an.',
  },
};
