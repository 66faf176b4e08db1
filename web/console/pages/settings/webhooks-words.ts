// The words of webhooks and of the messages to them.
import type { DeliveryState, WebhookEvent } from '../../../../domain/webhook.ts';
import { dictionary } from '../../words/language.tsx';

type Words = {
  gone: string;
  on: string;
  off: string;
  about: string;
  url: string;
  events: string;
  eventWords: Record<WebhookEvent | 'webhook.test', string>;
  enabled: string;
  disabled: (why: string) => string;
  test: string;
  tested: string;
  rotate: string;
  shownOnce: string;
  copy: string;
  copied: string;
  deliveries: string;
  noDeliveries: string;
  states: Record<DeliveryState, string>;
  attempts: (count: string, isOne: boolean) => string;
  next: (at: string) => string;
  resend: string;
  resent: string;
  more: string;
  when: string;
  event: string;
  state: string;
  answer: string;
};

export const webhooksWords = dictionary<Words>({
  en: {
    gone: 'There is no such webhook any more.',
    on: 'on',
    off: 'off',
    about: 'Messages name runs and counts, never people. They are signed as Standard Webhooks has it.',
    url: 'Address',
    events: 'It is told when',
    eventWords: {
      'bulk-action.completed': 'a run completes',
      'bulk-action.rejected': 'a run is rejected',
      'bulk-action.cancelled': 'a run is cancelled',
      'bulk-action.awaiting-consent': 'a run asks somebody',
      'follow-up.ended': 'a follow-up ends',
      'webhook.test': 'a test',
    },
    enabled: 'Enabled',
    disabled: (why) => `It was disabled: ${why}`,
    test: 'Send a test',
    tested: 'A test is on its way.',
    rotate: 'New secret',
    shownOnce: 'This is the secret that messages are signed with. It is shown this once: copy it now.',
    copy: 'Copy secret',
    copied: 'Copied',
    deliveries: 'Messages',
    noDeliveries: 'No messages yet. Send a test to see whether one arrives.',
    states: { waiting: 'Waiting', delivered: 'Delivered', failed: 'Failed' },
    attempts: (count, isOne) => (isOne ? `${count} attempt` : `${count} attempts`),
    next: (at) => `next ${at}`,
    resend: 'Send again',
    resent: 'It is on its way once more.',
    more: 'Show older messages',
    when: 'When',
    event: 'What',
    state: 'State',
    answer: 'Answer',
  },
  de: {
    gone: 'Diesen Webhook gibt es nicht mehr.',
    on: 'ein',
    off: 'aus',
    about: 'Nachrichten nennen Läufe und Zahlen, nie Personen. Sie sind nach Standard Webhooks signiert.',
    url: 'Adresse',
    events: 'Sie erfährt, wenn',
    eventWords: {
      'bulk-action.completed': 'ein Lauf abgeschlossen ist',
      'bulk-action.rejected': 'ein Lauf abgelehnt wird',
      'bulk-action.cancelled': 'ein Lauf abgebrochen wird',
      'bulk-action.awaiting-consent': 'ein Lauf jemanden fragt',
      'follow-up.ended': 'eine Nachverfolgung endet',
      'webhook.test': 'Probe',
    },
    enabled: 'Eingeschaltet',
    disabled: (why) => `Er wurde abgeschaltet: ${why}`,
    test: 'Probe senden',
    tested: 'Eine Probe ist unterwegs.',
    rotate: 'Neues Geheimnis',
    shownOnce:
      'Das ist das Geheimnis, mit dem Nachrichten signiert werden. Es wird nur dieses eine Mal gezeigt: Kopieren Sie es jetzt.',
    copy: 'Geheimnis kopieren',
    copied: 'Kopiert',
    deliveries: 'Nachrichten',
    noDeliveries: 'Noch keine Nachrichten. Senden Sie eine Probe, um zu sehen, ob sie ankommt.',
    states: { waiting: 'Wartet', delivered: 'Zugestellt', failed: 'Fehlgeschlagen' },
    attempts: (count, isOne) => (isOne ? `${count} Versuch` : `${count} Versuche`),
    next: (at) => `nächster ${at}`,
    resend: 'Erneut senden',
    resent: 'Sie ist noch einmal unterwegs.',
    more: 'Ältere Nachrichten zeigen',
    when: 'Wann',
    event: 'Was',
    state: 'Zustand',
    answer: 'Antwort',
  },
});
