// What the review of photos says.
import type { PhotoCheck } from '../../../../domain/photo.ts';
import { dictionary, plural } from '../../words/language.tsx';

type Verdict = 'approved' | 'declined';

export const photoWords = dictionary({
  en: {
    title: 'Photos',
    toReview: (count: string) => `${count} to review`,
    uploadZip: 'Upload a zip',
    states: { waiting: 'To review', approved: 'Approved', declined: 'Sent back' },
    stateLabel: 'Which photos',
    queue: 'Photos',
    warnings: (count: number) => `${count} ${plural('en', count, 'warning', 'warnings')}`,
    select: (name: string) => `Select ${name}`,
    more: 'Show more',
    selected: (count: number) => `${count} selected`,
    selectAll: (count: number) => `Select all ${count} shown`,
    clearSelection: 'Clear selection',
    nobody: 'Nobody’s any more',
    invited: (day: string) => `invited ${day}`,
    cameBy: 'by a run',
    picture: (name: string) => `Photo of ${name}`,
    frame: 'Part for the card. Arrow keys move it, plus and minus change its size.',
    turn: 'Turn',
    zoomIn: 'Zoom in',
    zoomOut: 'Zoom out',
    reset: 'As the cardholder chose it',
    moveBy: 'Move the frame',
    crop: (width: string, height: string) => `Crop 3 : 4 · ${width} × ${height} px`,
    checks: 'Checks',
    fine: {
      size: 'Large enough to print',
      focus: 'In focus',
      light: 'Even light',
      background: 'Plain background',
    } satisfies Record<PhotoCheck, string>,
    warning: {
      size: 'Too small to print well',
      focus: 'Not quite in focus',
      light: 'Too dark, too bright or flat',
      background: 'Background not quite plain',
    } satisfies Record<PhotoCheck, string>,
    isFine: 'Fine:',
    warns: 'Warning:',
    onTheCard: 'On the card',
    why: 'If you send it back, say why',
    whyMany: 'If you send them back, say why',
    note: (name: string) => `A note to ${name}, optional`,
    noteMany: 'A note to them, optional',
    sayWhy: 'Say why first: choose a reason or write a note.',
    sendBack: 'Send back',
    sendBackMany: (count: number) => `Send back ${count}`,
    approve: 'Approve',
    approveMany: (count: number) => `Approve ${count}`,
    nextOpens: 'Next opens by itself.',
    takesBack: 'takes the last decision back.',
    decided: (name: string, verdict: Verdict) =>
      verdict === 'approved' ? `${name} approved.` : `${name} sent back.`,
    decidedMany: (count: number, verdict: Verdict) =>
      `${count} ${plural('en', count, 'photo', 'photos')} ${verdict === 'approved' ? 'approved' : 'sent back'}.`,
    mailIn: (seconds: number) => `Mail leaves in ${seconds} s.`,
    takeBack: 'Take back',
    takenBack: (count: number) =>
      count === 1 ? 'Taken back: the photo waits again.' : `Taken back: ${count} photos wait again.`,
    nothingToTakeBack: 'There is no decision to take back: its mail has left.',
    quicker: (name: string, by: string, state: 'approved' | 'declined' | 'replaced') =>
      state === 'replaced'
        ? `${name} has sent another photo meanwhile.`
        : `${by} has ${state === 'approved' ? 'approved' : 'sent back'} the photo of ${name} already.`,
    somebody: 'Somebody else',
    notDecided: (count: number) =>
      count === 1
        ? '1 photo is as it was: somebody was quicker, or a run holds its site.'
        : `${count} photos are as they were: somebody was quicker, or a run holds their site.`,
    empty: 'Nothing to review.',
    emptyText: 'Photos that cardholders send by their link wait here for a look.',
    emptyOf: { approved: 'No photo has been approved yet.', declined: 'No photo has been sent back yet.' },
    mayNotReview:
      'Reviewing photos takes a right that you do not have here. Whoever gives roles on this site can grant it.',
    approvedBy: (by: string, at: string) => `Approved by ${by}, ${at}`,
    sentBackBy: (by: string, at: string) => `Sent back by ${by}, ${at}`,
    reasons: 'Reasons',
    noteWas: 'Note',
    contactSheet: (count: number) => `${count} ${plural('en', count, 'photo', 'photos')} selected`,
  },
  de: {
    title: 'Fotos',
    toReview: (count) => `${count} zu prüfen`,
    uploadZip: 'Zip hochladen',
    states: { waiting: 'Zu prüfen', approved: 'Genehmigt', declined: 'Zurück' },
    stateLabel: 'Welche Fotos',
    queue: 'Fotos',
    warnings: (count) => `${count} ${plural('de', count, 'Hinweis', 'Hinweise')}`,
    select: (name) => `${name} auswählen`,
    more: 'Mehr zeigen',
    selected: (count) => `${count} ausgewählt`,
    selectAll: (count) => `Alle ${count} gezeigten auswählen`,
    clearSelection: 'Auswahl aufheben',
    nobody: 'Gehört niemandem mehr',
    invited: (day) => `eingeladen am ${day}`,
    cameBy: 'durch einen Lauf',
    picture: (name) => `Foto von ${name}`,
    frame: 'Ausschnitt für die Karte. Pfeiltasten verschieben ihn, Plus und Minus ändern seine Größe.',
    turn: 'Drehen',
    zoomIn: 'Vergrößern',
    zoomOut: 'Verkleinern',
    reset: 'Wie von der Person gewählt',
    moveBy: 'Ausschnitt verschieben',
    crop: (width, height) => `Ausschnitt 3 : 4 · ${width} × ${height} px`,
    checks: 'Prüfungen',
    fine: {
      size: 'Groß genug für den Druck',
      focus: 'Scharf',
      light: 'Gleichmäßiges Licht',
      background: 'Einfarbiger Hintergrund',
    },
    warning: {
      size: 'Zu klein für einen guten Druck',
      focus: 'Nicht ganz scharf',
      light: 'Zu dunkel, zu hell oder flau',
      background: 'Hintergrund nicht ganz einfarbig',
    },
    isFine: 'In Ordnung:',
    warns: 'Hinweis:',
    onTheCard: 'Auf der Karte',
    why: 'Wenn Sie es zurückgeben: warum?',
    whyMany: 'Wenn Sie sie zurückgeben: warum?',
    note: (name) => `Eine Notiz an ${name}, freiwillig`,
    noteMany: 'Eine Notiz an diese Personen, freiwillig',
    sayWhy: 'Sagen Sie erst warum: Wählen Sie einen Grund oder schreiben Sie eine Notiz.',
    sendBack: 'Zurückgeben',
    sendBackMany: (count) => `${count} zurückgeben`,
    approve: 'Genehmigen',
    approveMany: (count) => `${count} genehmigen`,
    nextOpens: 'Das nächste öffnet sich von selbst.',
    takesBack: 'nimmt die letzte Entscheidung zurück.',
    decided: (name, verdict) => (verdict === 'approved' ? `${name} genehmigt.` : `${name} zurückgegeben.`),
    decidedMany: (count, verdict) =>
      `${count} ${plural('de', count, 'Foto', 'Fotos')} ${verdict === 'approved' ? 'genehmigt' : 'zurückgegeben'}.`,
    mailIn: (seconds) => `Die Mail geht in ${seconds} s hinaus.`,
    takeBack: 'Zurücknehmen',
    takenBack: (count) =>
      count === 1
        ? 'Zurückgenommen: Das Foto wartet wieder.'
        : `Zurückgenommen: ${count} Fotos warten wieder.`,
    nothingToTakeBack: 'Es gibt keine Entscheidung zurückzunehmen: Ihre Mail ist hinausgegangen.',
    quicker: (name, by, state) =>
      state === 'replaced'
        ? `${name} hat inzwischen ein anderes Foto gesendet.`
        : `${by} hat das Foto von ${name} schon ${state === 'approved' ? 'genehmigt' : 'zurückgegeben'}.`,
    somebody: 'Jemand anderes',
    notDecided: (count) =>
      count === 1
        ? '1 Foto ist, wie es war: Jemand war schneller, oder ein Lauf hält den Standort.'
        : `${count} Fotos sind, wie sie waren: Jemand war schneller, oder ein Lauf hält den Standort.`,
    empty: 'Nichts zu prüfen.',
    emptyText: 'Fotos, die Personen über ihren Link senden, warten hier auf einen Blick.',
    emptyOf: {
      approved: 'Noch kein Foto wurde genehmigt.',
      declined: 'Noch kein Foto wurde zurückgegeben.',
    },
    mayNotReview:
      'Fotos zu prüfen braucht ein Recht, das Sie hier nicht haben. Wer auf diesem Standort Rollen vergibt, kann es erteilen.',
    approvedBy: (by, at) => `Genehmigt von ${by}, ${at}`,
    sentBackBy: (by, at) => `Zurückgegeben von ${by}, ${at}`,
    reasons: 'Gründe',
    noteWas: 'Notiz',
    contactSheet: (count) => `${count} ${plural('de', count, 'Foto', 'Fotos')} ausgewählt`,
  },
});
export type PhotoWords = (typeof photoWords)['en'];
