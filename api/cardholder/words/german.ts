// What the cardholder's page says in German.
import type { Words } from './catalogue.ts';

export const german: Words = {
  name: 'Deutsch',
  pageTitle: '{title} – {organisation}',
  languageSwitch: 'Sprache',
  open: {
    title: '{name}, Ihr Foto für die Karte fehlt noch',
    titleUnnamed: 'Ihr Foto für die Karte fehlt noch',
    lead: 'Es dauert eine Minute. Jemand im Kartenbüro sieht es sich an, bevor Ihre Karte gedruckt wird.',
  },
  guide: {
    heading: 'Was ein gutes Foto ausmacht',
    likeThis: 'Genau so',
    illustration:
      'Zeichnung eines guten Fotos: Kopf und Schultern, das Gesicht zur Kamera, vor einer hellen Wand',
    hints: {
      ahead: 'Geradeaus schauen',
      light: 'Licht auf dem Gesicht',
      wall: 'Einfarbige, helle Wand',
      hat: 'Ohne Hut und Sonnenbrille',
    },
    headCoverings:
      'Eine Kopfbedeckung aus religiösen oder gesundheitlichen Gründen ist in Ordnung, solange Ihr Gesicht zu sehen ist.',
    notLikeThis: 'So nicht',
    tooDark: 'Zu dunkel',
    tooFar: 'Zu weit weg',
    busyWall: 'Unruhige Wand',
  },
  choose: {
    heading: 'Ihr Foto',
    take: 'Foto aufnehmen',
    takeAnother: 'Neues aufnehmen',
    fromPhone: 'Vom Handy auswählen',
    fromComputer: 'Vom Computer auswählen',
    another: 'Ein anderes Foto senden',
    plainLabel: 'Wählen Sie Ihr Foto aus',
    plainSend: 'Dieses Foto senden',
    limits: 'JPEG oder PNG, bis {megabytes} MB.',
    until: 'Der Link gilt bis {date}.',
  },
  use: {
    summary: 'Wofür Ihr Foto da ist',
    text: [
      'Ihr Foto ist für Ihre Karte: Es wird darauf gedruckt und bei Ihren Daten aufbewahrt, damit zu erkennen ist, dass die Karte Ihre ist.',
      'Sehen können es die Mitarbeitenden im Kartenbüro. Wo und wann es aufgenommen wurde, wird beim Eintreffen aus der Datei entfernt.',
      'Ein Foto, das Sie ersetzen oder das zurückkommt, wird nach einiger Zeit gelöscht. Das Kartenbüro sagt Ihnen mehr dazu und löscht Ihr Foto auf Wunsch, wo das Gesetz es vorsieht.',
    ],
  },
  check: {
    title: 'Prüfen Sie Ihr Foto',
    lead: {
      phone: 'Ziehen oder zoomen Sie, bis Ihr Gesicht das Oval füllt.',
      computer: 'Ziehen oder zoomen Sie, bis Ihr Gesicht das Oval füllt.',
    },
    stage: 'Ausschnitt Ihres Fotos für die Karte',
    stageHelp: 'Pfeiltasten verschieben das Foto, Plus und Minus ändern seine Größe.',
    zoomIn: 'Größer',
    zoomOut: 'Kleiner',
    left: 'Nach links',
    right: 'Nach rechts',
    up: 'Nach oben',
    down: 'Nach unten',
    zoomIs: 'Größe {percent} %',
    checks: 'Was sich am Bild erkennen lässt',
    size: {
      fine: 'Groß genug für den Druck',
      warning: 'Klein: Es könnte grob aussehen. Senden geht trotzdem.',
    },
    focus: { fine: 'Scharf', warning: 'Etwas unscharf. Senden geht trotzdem.' },
    light: {
      fine: 'Gutes Licht',
      dark: 'Etwas dunkel. Senden geht trotzdem.',
      bright: 'Sehr hell. Senden geht trotzdem.',
    },
    send: 'Dieses Foto senden',
    another: { camera: 'Neues aufnehmen', library: 'Anderes auswählen' },
    sending: 'Ihr Foto wird gesendet',
    making: 'Fast geschafft: Ihr Foto ist da und wird vorbereitet.',
    sent: 'Ihr Foto ist gesendet.',
    offline:
      'Sie sind offline. Ihr Foto bleibt auf dieser Seite und geht von selbst hinaus, sobald Sie wieder online sind. Lassen Sie die Seite offen.',
    again:
      'Das Senden hat nicht geklappt. Ihr Foto bleibt auf dieser Seite und geht gleich von selbst noch einmal hinaus. Lassen Sie die Seite offen.',
    stop: 'Senden abbrechen',
  },
  waiting: {
    title: 'Ihr Foto ist angekommen',
    text: 'Als Nächstes sieht es sich jemand im Kartenbüro an. Danach erhalten Sie sofort eine E-Mail.',
    textUnsubscribed:
      'Als Nächstes sieht es sich jemand im Kartenbüro an. Was daraus wird, steht dann hier: Öffnen Sie diese Seite noch einmal.',
    next: 'Sie müssen nichts weiter tun.',
    yours: 'Das Foto, das Sie gesendet haben',
    sentOn: 'Gesendet am {date}',
    another:
      'Noch nicht zufrieden? Bis jemand es angesehen hat, können Sie ein anderes senden. Es tritt an die Stelle von diesem.',
    expired: 'Der Link, den Sie benutzt haben, gilt nicht mehr und wird auch nicht mehr gebraucht.',
  },
  sentBack: {
    title: '{name}, noch ein Foto für Ihre Karte',
    titleUnnamed: 'Noch ein Foto für Ihre Karte',
    lead: 'Jemand im Kartenbüro hat sich Ihres angesehen und konnte es nicht verwenden:',
    advice: {
      'face-hidden': 'Schauen Sie geradeaus, nichts sollte vor Ihrem Gesicht sein.',
      'blurred-or-dark': 'Stellen Sie sich mit dem Gesicht zum Fenster und halten Sie das Handy ruhig.',
      background: 'Stellen Sie sich vor eine helle Wand, an der nichts hängt.',
      'somebody-else': 'Senden Sie ein Foto, das Sie zeigt und sonst niemanden.',
    },
    note: 'Vom Kartenbüro:',
  },
  approved: {
    title: 'Ihr Foto ist angenommen',
    text: 'Das Kartenbüro hat damit, was es für Ihre Karte braucht.',
    next: 'Sie müssen nichts weiter tun.',
  },
  closed: {
    title: 'Es wird kein Foto mehr gebraucht',
    text: 'Mit diesem Link konnten Sie ein Foto senden, und niemand wartet mehr darauf.',
    next: 'Wenn Ihrer Karte noch ein Foto fehlt, bitten Sie das Kartenbüro um einen neuen Link.',
  },
  expired: {
    title: 'Dieser Link ist abgelaufen',
    text: 'Er galt bis {date}.',
    next: 'Bitten Sie das Kartenbüro um einen neuen. Das geht schnell.',
  },
  unknown: {
    title: 'Dieser Link führt nirgendwohin',
    text: 'Vielleicht fehlt ein Teil: Manche E-Mail-Programme brechen lange Links um.',
    next: 'Öffnen Sie den Link in der E-Mail noch einmal, oder kopieren Sie ihn ganz. Hilft das nicht, bitten Sie das Kartenbüro um einen neuen.',
  },
  ask: 'An {address} schreiben',
  unsubscribe: {
    link: 'Keine dieser E-Mails mehr erhalten',
    title: 'Keine E-Mails mehr zu Ihrem Foto?',
    text: 'Sie erhalten dann keine Erinnerungen und keine Nachricht, ob Ihr Foto angenommen ist. Mit dem Link, den Sie haben, können Sie Ihr Foto weiterhin senden.',
    confirm: 'Keine E-Mails mehr',
    keep: 'Weiterhin E-Mails erhalten',
  },
  unsubscribed: {
    title: 'Sie erhalten keine dieser E-Mails mehr',
    text: 'Eine E-Mail, die schon unterwegs ist, kann noch ankommen.',
    next: 'Wenn Sie sie wieder erhalten möchten, sagen Sie es dem Kartenbüro.',
    back: 'Zu Ihrem Foto',
  },
  faults: {
    'no-photo': 'In dem, was Sie gesendet haben, war kein Foto. Wählen Sie zuerst eines aus.',
    'picture-too-large':
      'Dieses Foto hat mehr als {megabytes} MB. Wählen Sie ein kleineres, oder nehmen Sie ein neues auf.',
    'too-many-pixels':
      'Dieses Foto hat mehr als {megapixels} Megapixel. Wählen Sie ein kleineres, oder nehmen Sie ein neues auf.',
    'not-a-picture':
      'Diese Datei ist kein JPEG oder PNG. Wählen Sie ein Foto dieser Art, oder nehmen Sie ein neues auf.',
    'broken-picture':
      'Diese Datei lässt sich nicht als Bild öffnen: Sie scheint beschädigt zu sein. Wählen Sie eine andere.',
    'broke-off': 'Das Foto ist nur zum Teil angekommen. Senden Sie es noch einmal.',
    'too-many-requests': 'Das war oft in kurzer Zeit. Warten Sie einige Minuten, dann geht es weiter.',
    unavailable:
      'Bei uns funktioniert gerade etwas nicht. Nichts ist verloren: Versuchen Sie es in einigen Minuten noch einmal.',
  },
};
