// What a row itself shows, in German.
import type { ProblemWords, ROW_CODES } from './catalogue.ts';
import { capital, field, fieldDative, fieldGenitive, named, quoted, rowList } from './german-phrases.ts';

export const GERMAN_ROWS: Record<(typeof ROW_CODES)[number], ProblemWords> = {
  'too-many-cells': {
    means: 'Die Zeile hat mehr Zellen als die Kopfzeile Spalten, und die überzähligen sind nicht leer.',
    hint: () =>
      'Die Zeile hat mehr Zellen als die Kopfzeile. Setzen Sie einen Wert, der das Trennzeichen enthält, in Anführungszeichen.',
  },
  'unclosed-quote': {
    means: 'Ein Wert in Anführungszeichen ist nicht geschlossen, oder auf das Ende folgt noch Text.',
    hint: () =>
      'Ein Anführungszeichen in dieser Zeile ist nicht geschlossen. Schließen Sie es, oder verdoppeln Sie eines, das zum Wert gehört.',
  },
  'columns-differ': {
    means: 'Zwei Spalten haben dieselbe Überschrift und in dieser Zeile verschiedene Werte.',
    hint: (r) =>
      `Zwei Spalten der Datei stehen für ${field(r.field)} und unterscheiden sich in dieser Zeile. Gleichen Sie sie an oder leeren Sie eine.`,
  },
  'unreadable-character': {
    means: 'Die Zelle enthält ein Steuerzeichen oder Bytes, die in der Kodierung der Datei kein Text sind.',
    hint: (r) =>
      `${capital(field(r.field))} enthält ein Zeichen, das kein Text ist. Speichern Sie die Datei als UTF-8 und versuchen Sie es erneut.`,
  },
  required: {
    means: 'Ein Wert ist erforderlich, und die Zeile hat keinen.',
    hint: (r) => `Geben Sie einen Wert für ${field(r.field)} an.`,
  },
  'cannot-clear': {
    means: 'Ein erforderlicher Wert würde durch eine leere Zelle gelöscht.',
    hint: (r) =>
      `${capital(field(r.field))} ist erforderlich und lässt sich nicht leeren. Geben Sie einen Wert an.`,
  },
  'too-long': {
    means: 'Der Wert ist länger, als das Feld erlaubt.',
    hint: (r) =>
      r.expected === undefined
        ? `Der Wert ist zu lang für ${field(r.field)}. Kürzen Sie ihn.`
        : `${capital(field(r.field))} nimmt höchstens ${r.expected} Zeichen auf. Kürzen Sie den Wert.`,
  },
  'not-an-email': {
    means: 'Der Wert ist keine E-Mail-Adresse.',
    hint: (r) =>
      `${quoted(r.value)} ist keine E-Mail-Adresse. Berichtigen Sie sie, zum Beispiel name@example.org.`,
  },
  'domain-not-allowed': {
    means: 'Die Domain der E-Mail-Adresse gehört nicht zu denen, die der Standort erlaubt.',
    hint: (r) =>
      `Die Domain von ${quoted(r.value)} ist an diesem Standort nicht erlaubt. Verwenden Sie ${r.expected ? `eine von diesen: ${r.expected}` : 'eine andere'}.`,
  },
  'not-a-number': {
    means: 'Der Wert ist keine Zahl oder hat mehr Ziffern, als gespeichert werden.',
    hint: (r) =>
      r.expected === undefined
        ? `${quoted(r.value)} ist keine Zahl. Verwenden Sie Ziffern und ein Dezimalkomma oder einen Dezimalpunkt, zum Beispiel 1234,5.`
        : `${quoted(r.value)} hat zu viele Ziffern, um genau gespeichert zu werden. Möglich sind höchstens ${r.expected}.`,
  },
  'not-a-date': {
    means: 'Der Wert ist kein Datum, das es gibt.',
    hint: (r) =>
      `${quoted(r.value)} ist kein Datum. Verwenden Sie JJJJ-MM-TT oder TT.MM.JJJJ, zum Beispiel 30.09.2026.`,
  },
  'ambiguous-date': {
    means: 'Der Wert lässt sich als zwei verschiedene Daten lesen: mit dem Tag oder mit dem Monat zuerst.',
    hint: (r) =>
      `${quoted(r.value)} lässt sich als zwei verschiedene Daten lesen. Verwenden Sie JJJJ-MM-TT oder TT.MM.JJJJ.`,
  },
  'not-a-boolean': {
    means: 'Der Wert ist weder Ja noch Nein.',
    hint: (r) =>
      `${quoted(r.value)} ist weder Ja noch Nein. Verwenden Sie ja, nein, yes, no, true, false, 1 oder 0.`,
  },
  'not-a-choice': {
    means: 'Der Wert steht für dieses Feld nicht zur Auswahl.',
    hint: (r) =>
      `${quoted(r.value)} steht für ${field(r.field)} nicht zur Auswahl. Verwenden Sie ${r.expected ? `einen von diesen Werten: ${r.expected}` : 'einen der vorgesehenen Werte'}.`,
  },
  'pattern-mismatch': {
    means: 'Der Wert entspricht nicht dem Muster des Feldes.',
    hint: (r) =>
      `${quoted(r.value)} entspricht nicht dem Muster ${fieldGenitive(r.field)}${r.expected === undefined ? '' : `: ${r.expected}`}.`,
  },
  'special-characters': {
    means: 'Der Wert enthält Zeichen, die dieses Feld nicht aufnimmt.',
    hint: (r) =>
      `${quoted(r.value)} enthält Zeichen, die in ${fieldDative(r.field)} nicht möglich sind. Verwenden Sie Buchstaben und Ziffern${r.expected ? ` sowie ${r.expected}` : ''}.`,
  },
  'not-a-card-id': {
    means: 'Der Wert ist keine Kartennummer der gewählten Art: dezimal oder hexadezimal.',
    hint: (r) =>
      r.expected === 'hex'
        ? `${quoted(r.value)} ist keine hexadezimale Kartennummer. Geben Sie nur die Ziffern 0–9 und A–F an, als Text.`
        : `${quoted(r.value)} ist keine dezimale Kartennummer. Geben Sie nur die Ziffern 0–9 an, als Text.`,
  },
  'card-id-too-large': {
    means: 'Die Kartennummer hat mehr als 64 Bit.',
    hint: (r) => `${quoted(r.value)} ist mehr, als eine Karte fasst (64 Bit). Berichtigen Sie den Wert.`,
  },
  'card-days': {
    means: 'Der letzte Tag der Karte liegt vor dem ersten.',
    hint: (r) =>
      `${quoted(r.value)} liegt vor dem ersten Tag der Karte${r.expected === undefined ? '' : ` (${r.expected})`}. Berichtigen Sie diesen Tag oder den des Laufs.`,
  },
  'weak-password': {
    means: 'Das Passwort ist zu leicht zu erraten. Es wird nie angezeigt.',
    hint: () =>
      'Das Passwort ist zu leicht zu erraten. Wählen Sie ein längeres, das niemanden beim Namen nennt.',
  },
  'unknown-action': {
    means: 'Die Aktion der Zeile ist kein bekanntes Wort.',
    hint: (r) =>
      `${quoted(r.value)} ist keine Aktion. Verwenden Sie ${actions(r.expected)}, oder lassen Sie die Zelle leer.`,
  },
  'unsupported-action': {
    means: 'Die Aktion der Zeile ist bekannt, in einem Lauf dieser Art aber nicht möglich.',
    hint: (r) => `${quoted(r.value)} ist in diesem Lauf nicht möglich. Verwenden Sie ${actions(r.expected)}.`,
  },
  'unknown-site': {
    means:
      'Die Account ID der Zeile ist kein Standort unterhalb dessen, zu dem der Lauf gehört, oder keiner, den Sie ändern dürfen.',
    hint: (r) =>
      `Die Account ID${named(r.value)} ist kein Standort, den Sie hier ändern dürfen. Berichtigen Sie sie oder lassen Sie die Zeile weg.`,
  },
  'unknown-field-here': {
    means: 'Das Feld gibt es am Standort der Zeile nicht.',
    hint: (r) =>
      `${capital(field(r.field))} gibt es am Standort dieser Zeile nicht. Leeren Sie die Zelle oder legen Sie das Feld dort an.`,
  },
  'unknown-org-unit': {
    means: 'Keine Organisationseinheit des Standorts oder eines Standorts darüber heißt genau so.',
    hint: (r) =>
      `Eine Organisationseinheit${named(r.value)} gibt es hier nicht. Schreiben Sie den Namen genau so, wie er ist, oder legen Sie sie an.`,
  },
  'not-a-leaf': {
    means: 'Die Zeile braucht ein Team, also eine Organisationseinheit ohne weitere darunter.',
    hint: (r) =>
      `Unter ${r.value === undefined ? 'dieser Organisationseinheit' : `„${r.value}“`} liegen weitere Organisationseinheiten. Nennen Sie das Team, die unterste Ebene.`,
  },
  'unknown-supervisor': {
    means:
      'Die vorgesetzte Person gibt es weder hier noch in einer Zeile der Datei, die nicht abgelehnt ist.',
    hint: (r) =>
      `Eine vorgesetzte Person${named(r.value)} gibt es hier nicht. Nehmen Sie sie in die Datei auf oder berichtigen Sie den Wert.`,
  },
  'own-supervisor': {
    means: 'Die Zeile nennt die Person selbst als ihre vorgesetzte Person.',
    hint: () =>
      'Niemand ist sich selbst vorgesetzt. Nennen Sie jemand anderen oder lassen Sie die Zelle leer.',
  },
  'supervisor-elsewhere': {
    means: 'Die vorgesetzte Person gehört nicht zu der Organisationseinheit, die die Zeile für sie nennt.',
    hint: (r) =>
      `Die vorgesetzte Person gehört nicht zur Organisationseinheit${named(r.value)}. Berichtigen Sie die Zelle oder lassen Sie sie leer.`,
  },
  'unknown-role': {
    means: 'Keine Rolle des Standorts oder eines Standorts darüber heißt so.',
    hint: (r) =>
      `Eine Rolle${named(r.value)} gibt es hier nicht. Berichtigen Sie den Namen oder legen Sie die Rolle zuerst an.`,
  },
  'role-not-yours': {
    means: 'Die Rolle, oder eine der Person, erlaubt mehr, als Sie dort dürfen.',
    hint: (r) =>
      `${r.value === undefined ? 'Eine Rolle dieser Person' : `Die Rolle „${r.value}“`} erlaubt mehr, als Sie hier dürfen. Wenden Sie sich an jemanden, der sie innehat.`,
  },
  'no-details': {
    means: 'Eine Zeile einer weiteren Datei betrifft jemanden, den die erste Datei nicht nennt.',
    hint: (r) =>
      `${quoted(r.value)} steht nicht in der Datei mit den Personendaten. Ergänzen Sie die Person dort oder lassen Sie diese Zeile weg.`,
  },
  'file-rows-differ': {
    means:
      'Eine Datei neben den Personendaten hat mehrere Zeilen für eine LAN-ID, und sie sagen Verschiedenes.',
    hint: (r) =>
      `In der Datei ${r.expected ?? 'neben den Personendaten'} sagen ${rowList(r.rows, 'mehrere Zeilen')} über ${r.value === undefined ? 'dieselbe Person' : `„${r.value}“`} Verschiedenes. Behalten Sie eine davon.`,
  },
  'no-key': {
    means: 'Die Zeile enthält nichts, woran die Person zu erkennen wäre, zum Beispiel eine Kennung.',
    hint: () =>
      'Geben Sie in der Zeile eine Kennung oder eine E-Mail-Adresse an, damit die Person gefunden wird.',
  },
  'name-twice': {
    means:
      'In einer Datei mit Organisationseinheiten oder Rollen sagen Zeilen Verschiedenes über einen Namen.',
    hint: (r) =>
      `${quoted(r.value)} steht auch in ${rowList(r.rows, 'einer anderen Zeile')}, mit anderen Angaben. Behalten Sie nur eine.`,
  },
  'other-parent': {
    means:
      'In einer Datei mit Organisationseinheiten steht eine vorhandene mit einer anderen übergeordneten. Dateien verschieben nichts.',
    hint: (r) =>
      `Diese Organisationseinheit steht schon ${r.expected ? `unter „${r.expected}“` : 'ganz oben'}. Berichtigen Sie die übergeordnete Einheit, oder verschieben Sie die Organisationseinheit für sich.`,
  },
  'org-unit-circle': {
    means:
      'In einer Datei mit Organisationseinheiten stünde eine über sich selbst, unmittelbar oder über andere.',
    hint: (r) =>
      `Nach oben kommt man von hier${r.rows ? ` über ${rowList(r.rows)}` : ''} wieder hierher. Berichtigen Sie eine übergeordnete Einheit.`,
  },
  'unknown-permission': {
    means: 'In einer Datei mit Rollen ist ein Wort keine Berechtigung.',
    hint: (r) =>
      `Eine Berechtigung${named(r.value)} gibt es nicht.${r.expected ? ` War ${r.expected} gemeint?` : ''} Berichtigen oder entfernen Sie sie.`,
  },
  'other-permissions': {
    means:
      'In einer Datei mit Rollen steht eine vorhandene mit anderen Berechtigungen. Dateien ändern keine Rolle.',
    hint: (r) =>
      `Die Rolle gibt es schon, mit ${r.expected ?? 'anderen Berechtigungen'}. Geben Sie dieselben an, oder wählen Sie einen anderen Namen.`,
  },
  'not-a-picture': {
    means:
      'Eine Datei unter den Bildern ist weder JPEG noch PNG, was auch immer ihr Name sagt, oder sie ist animiert.',
    hint: (r) =>
      `Diese Datei ist ${r.expected ? `${r.expected}, also ` : ''}kein Bild im Format JPEG oder PNG. Speichern Sie sie in einem der beiden und laden Sie sie erneut hoch, oder lassen Sie sie weg.`,
  },
  'picture-too-large': {
    means: 'Das Bild hat mehr Bytes, als angenommen werden.',
    hint: (r) =>
      `Das Bild ist ${r.expected === undefined ? 'zu groß' : `größer als ${r.expected} MB`}. Speichern Sie es kleiner und laden Sie es erneut hoch.`,
  },
  'too-many-pixels': {
    means: 'Das Bild hat mehr Pixel, als angenommen werden.',
    hint: (r) =>
      `Das Bild hat ${r.expected === undefined ? 'zu viele Pixel' : `mehr als ${r.expected} Millionen Pixel`}. Verkleinern Sie es und laden Sie es erneut hoch.`,
  },
  'broken-picture': {
    means: 'Das Bild ist abgeschnitten oder beschädigt, oder das Zip enthält andere Bytes, als es sagt.',
    hint: () =>
      'Das Bild ist beschädigt und lässt sich nicht bis zum Ende lesen. Speichern Sie es neu und laden Sie es erneut hoch.',
  },
};

const actions = (expected: string | undefined) =>
  expected ? `eine dieser Aktionen: ${expected}` : 'eine andere Aktion';
