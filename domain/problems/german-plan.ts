// What shows beside people and other rows, or while a row is applied, in German.
import type { PLAN_CODES, ProblemWords } from './catalogue.ts';
import { capital, field, fieldDative, named, quoted, rowList } from './german-phrases.ts';

export const GERMAN_PLAN: Record<(typeof PLAN_CODES)[number], ProblemWords> = {
  'nobody-found': {
    means: 'Die Zeile gilt jemandem, den es schon geben muss, und niemand hat diesen Schlüssel.',
    hint: (r) =>
      `Niemand an diesem Standort hat ${holding(r.field, r.value)}. Berichtigen Sie den Wert; um jemanden anzulegen, verwenden Sie create.`,
  },
  'several-found': {
    means: 'Die Zeile hat keine Kennung, und mehrere archivierte Personen hatten ihre E-Mail-Adresse.',
    hint: (r) =>
      `Mehrere archivierte Personen hatten die E-Mail-Adresse${named(r.value)}. Geben Sie in der Zeile eine Kennung an.`,
  },
  'person-exists': {
    means: 'Die Zeile soll eine Person anlegen, die es schon gibt.',
    hint: (r) =>
      `Jemand an diesem Standort hat bereits ${holding(r.field, r.value)}. Verwenden Sie update oder create-or-update.`,
  },
  'person-archived': {
    means: 'Die Person ist archiviert, und archivierte Personen werden nicht geändert.',
    hint: () =>
      'Diese Person ist archiviert. Stellen Sie sie zuerst wieder her; in einer Datei mit Personen genügt eine Zeile mit restore in derselben Datei.',
  },
  'not-archived': {
    means: 'Nur archivierte Personen werden anonymisiert; diese ist aktiv, und keine Zeile archiviert sie.',
    hint: () =>
      'Diese Person ist aktiv. Archivieren Sie sie zuerst: Eine Zeile mit archive in derselben Datei genügt.',
  },
  'already-archived': {
    means: 'Die Person ist bereits archiviert.',
    hint: () => 'Diese Person ist bereits archiviert. Es ist nichts zu tun.',
  },
  'already-active': {
    means: 'Die Person ist bereits aktiv.',
    hint: () => 'Diese Person ist bereits aktiv. Es ist nichts zu tun.',
  },
  'kept-existing': {
    means: 'Die Person gibt es schon, und der Lauf lässt vorhandene Personen, wie sie sind.',
    hint: () =>
      'Die Person gibt es schon; sie blieb unverändert, wie für diesen Lauf gewählt. Es ist nichts zu tun.',
  },
  'kept-edited-by-hand': {
    means:
      'Ein Wert wurde von Hand geändert, und der Standort schützt solche Werte vor Dateien. Der Rest der Zeile gilt.',
    hint: (r) =>
      `${capital(field(r.field))} blieb unverändert: Der Wert wurde von Hand geändert, und der Standort schützt das. Soll die Datei gelten, verwenden Sie overwrite-edited.`,
  },
  'edited-since': {
    means:
      'Ein Wert wurde seit dem Lauf, der rückgängig gemacht wird, noch einmal geändert und bleibt. Der Rest der Zeile gilt.',
    hint: (r) =>
      `${capital(field(r.field))} blieb unverändert: Der Wert wurde seit dem Lauf, der rückgängig gemacht wird, geändert. Es ist nichts zu tun.`,
  },
  'not-undone': {
    means:
      'Eine Änderung des Laufs lässt sich nicht zurücknehmen: Ein früheres Passwort ist nirgends aufbewahrt, eine Karte ist ausgegeben, oder was die Person hatte, gibt es nicht mehr. Der Rest der Zeile gilt.',
    hint: (r) =>
      `${capital(field(r.field))} ließ sich nicht zurücksetzen: Der frühere Stand ist nicht mehr bekannt oder nicht mehr da. Ändern Sie den Wert bei Bedarf von Hand.`,
  },
  'cannot-undo': {
    means:
      'Die Person wurde anonymisiert oder gelöscht, durch den Lauf oder seitdem. Das lässt sich nicht rückgängig machen.',
    hint: () => 'Diese Person wurde anonymisiert oder gelöscht. Das lässt sich nicht rückgängig machen.',
  },
  'same-as-row': {
    means: 'Eine andere Zeile der Datei sagt in allen zugeordneten Spalten dasselbe; sie zählt einmal.',
    hint: (r) =>
      `Gleich mit ${rowList(r.rows, 'einer anderen Zeile')}. Verwendet wurde jene. Es ist nichts zu tun.`,
  },
  'person-twice': {
    means: 'Zwei Zeilen der Datei gelten derselben Person und sagen Verschiedenes.',
    hint: (r) =>
      `Dieselbe Person steht mit anderen Werten auch in ${rowList(r.rows, 'einer anderen Zeile')}. Behalten Sie eine der Zeilen.`,
  },
  'actions-conflict': {
    means: 'Zeilen der Datei verlangen für eine Person Aktionen, die zusammen keinen Sinn ergeben.',
    hint: (r) =>
      `Diese Zeile und ${rowList(r.rows)} verlangen für dieselbe Person Aktionen, die einander ausschließen. Behalten Sie eine der Zeilen.`,
  },
  'key-twice': {
    means: 'Zwei Zeilen der Datei beanspruchen einen eindeutigen Wert für verschiedene Personen.',
    hint: (r) =>
      `${quoted(r.value)} für ${field(r.field)} steht auch in ${rowList(r.rows, 'einer anderen Zeile')}. Behalten Sie eine der Zeilen.`,
  },
  'key-taken': {
    means: 'Ein eindeutiger Wert gehört bereits jemand anderem.',
    hint: (r) =>
      `${quoted(r.value)} für ${field(r.field)} gehört bereits jemand anderem. Verwenden Sie einen anderen Wert oder ändern Sie zuerst jene Person.`,
  },
  'needs-row': {
    means: 'Die Zeile lässt sich erst nach einer anderen Zeile der Datei ausführen, und die ist abgelehnt.',
    hint: (r) =>
      `Vor dieser Zeile muss ${rowList(r.rows)} ausgeführt werden${r.field ? `, wegen „${r.field}“${r.value === undefined ? '' : ` mit dem Wert „${r.value}“`}` : ''}; jene ist aber abgelehnt. Berichtigen Sie sie und laden Sie dann beide hoch.`,
  },
  'not-allowed': {
    means: 'Ihnen fehlt am Standort der Zeile das Recht dazu, oder es fehlt seit Beginn des Laufs.',
    hint: (r) =>
      `Ihnen fehlt am Standort dieser Zeile das Recht${r.expected ? ` ${r.expected}` : ' dazu'}. Wenden Sie sich an die Verwaltung des Standorts.`,
  },
  absent: {
    means:
      'Ein Abgleich archiviert diese Person oder löscht sie, wenn das verlangt ist, weil keine Zeile der Datei ihr gilt.',
    hint: (r) => {
      const why = `weil diese Person nicht in der Datei stand${r.rows ? `: Was ihr gehörte, hat ${rowList(r.rows)} übernommen` : ''}`;
      return r.expected === 'delete'
        ? `Gelöscht, ${why}. Nichts bringt sie zurück.`
        : `Archiviert, ${why}. Eine Datei, in der sie steht, bringt sie zurück.`;
    },
  },
  'absent-with-role': {
    means:
      'Keine Zeile der abgeglichenen Datei gilt dieser Person, doch wer eine Rolle hat, muss deswegen nicht gehen.',
    hint: () =>
      'Steht nicht in der Datei, blieb aber: Diese Person hat eine Rolle. Soll sie gehen, entziehen Sie ihr die Rolle, oder archivieren Sie sie von Hand.',
  },
  'absent-unclear': {
    means:
      'Ein Abgleich würde diese Person archivieren oder löschen, doch eine Zeile der Datei könnte ihr gelten: Sie wurde abgelehnt oder ist nicht lesbar.',
    hint: (r) =>
      `Behalten: ${capital(rowList(r.rows, 'eine andere Zeile'))} könnte dieser Person gelten. Berichtigen Sie, was dort nicht stimmt, und gleichen Sie die ganze Datei noch einmal ab.`,
  },
  'supervisor-failed': {
    means:
      'Die Zeile ist ausgeführt, aber ohne die vorgesetzte Person: Deren Zeile konnte sie nicht anlegen.',
    hint: (r) =>
      `Ausgeführt, aber die vorgesetzte Person aus ${rowList(r.rows, 'einer anderen Zeile')} konnte nicht angelegt werden. Laden Sie diese Zeile nach jener noch einmal hoch.`,
  },
  'person-gone': {
    means: 'Die Person wurde anonymisiert oder gelöscht, nachdem der Lauf sie ausgewählt hatte.',
    hint: () => 'Diese Person wurde während des Laufs anonymisiert oder gelöscht. Es ist nichts zu tun.',
  },
  'last-admin': {
    means: 'Die Zeile nähme den Letzten, die es haben, das Recht roles:write am obersten Standort.',
    hint: () =>
      'Niemand könnte am obersten Standort noch Rollen vergeben. Geben Sie zuerst jemand anderem eine solche Rolle und beginnen Sie dann von vorn.',
  },
  'nobody-by-name': {
    means: 'Die Datei eines Bildes ist nach jemandem benannt, und niemand heißt so.',
    hint: (r) =>
      `Niemand hat hier ${holding(r.field, r.value)}. Benennen Sie die Datei nach ihrer Person oder legen Sie die Person zuerst an; starten Sie dann einen neuen Lauf.`,
  },
  'several-match': {
    means:
      'Die Datei eines Bildes ist nach einem Wert benannt, den mehrere Personen an verschiedenen Standorten haben.',
    hint: (r) =>
      `${quoted(r.value)} in ${fieldDative(r.field)} gehört mehreren Personen an verschiedenen Standorten. Starten Sie für jeden dieser Standorte einen Lauf oder ordnen Sie nach einem anderen Feld zu.`,
  },
  'photo-twice': {
    means: 'Zwei Dateien im ZIP sind Bilder derselben Person.',
    hint: (r) => `Diese Datei und ${rowList(r.rows)} gelten derselben Person. Behalten Sie eine.`,
  },
  'photo-kept': {
    means: 'Die Person hat schon ein Foto, und der Lauf lässt vorhandene Fotos, wie sie sind.',
    hint: () =>
      'Diese Person hat schon ein Foto; es blieb, wie für diesen Lauf gewählt. Es ist nichts zu tun.',
  },
  'picture-not-read': {
    means:
      'Das Bild wurde nicht aufbereitet, weil seine Person beim Lesen des ZIPs noch nicht da war oder an einem anderen Standort.',
    hint: () =>
      'Diese Person kam während des Laufs hinzu oder zog um, darum wurde das Bild nicht gelesen. Starten Sie mit dieser Datei noch einmal.',
  },
  'no-card': {
    means:
      'Eine Karte soll ausgegeben werden, und die Person hat keine: Es ist keine Nummer bekannt, oder es gibt sie nicht mehr.',
    hint: () =>
      'Von dieser Person ist keine Kartennummer bekannt. Tragen Sie eine ein, oder importieren Sie sie in einer Spalte, die card_id zugeordnet ist; geben Sie die Karten danach noch einmal aus.',
  },
  'card-revoked': {
    means: 'Die Karte wurde gesperrt oder durch eine andere ersetzt und wird darum nicht ausgegeben.',
    hint: () =>
      'Diese Karte wurde gesperrt. Soll sie wieder gelten, tragen Sie ihre Nummer neu ein. Sonst ist nichts zu tun.',
  },
  'card-expired': {
    means: 'Der letzte Tag der Karte ist vorbei. Tage beginnen und enden um Mitternacht UTC.',
    hint: (r) =>
      `Der letzte Tag dieser Karte${named(r.value)} ist vorbei. Tragen Sie die Karte mit einem späteren Tag neu ein, von Hand oder durch eine Datei.`,
  },
  'changed-meanwhile': {
    means: 'Die Person wurde zwischen Prüfung und Änderung geändert; die Zeile wurde nicht ausgeführt.',
    hint: () =>
      'Die Person wurde während des Laufs von anderer Seite geändert. Laden Sie diese Zeile noch einmal hoch.',
  },
  'changed-since-plan': {
    means: 'Der Plan, dem zugestimmt wurde, hätte mehr geändert; die Zeile tut, was davon blieb.',
    hint: () =>
      'Der bestätigte Plan hätte hier mehr geändert; als der Lauf angewendet wurde, war es nicht mehr nötig oder nicht mehr möglich.',
  },
  'refused-by-database': {
    means: 'Die Datenbank hat die Zeile aus einem Grund abgelehnt, den die Prüfung nicht vorhersah.',
    hint: () =>
      'Die Datenbank hat diese Zeile abgelehnt. Vergleichen Sie sie mit ihren Nachbarn, berichtigen Sie sie und laden Sie sie noch einmal hoch.',
  },
  cancelled: {
    means: 'Der Lauf wurde abgebrochen, bevor diese Zeile an der Reihe war.',
    hint: () =>
      'Der Lauf wurde abgebrochen, bevor diese Zeile an der Reihe war. Laden Sie sie noch einmal hoch, um fortzufahren.',
  },
};

const holding = (name: string | undefined, value: string | undefined) =>
  name === undefined ? 'diesen Schlüssel' : `für das Feld „${name}“ den Wert${named(value)}`;
