// What cards and the states of a card are called, and what is done to them.
import {
  type Icon,
  IconCircleCheck,
  IconCircleX,
  IconClock,
  IconClockOff,
  IconHourglassEmpty,
} from '@tabler/icons-react';
import type { Card } from '../../../api/wire-cards.ts';
import { dictionary } from '../words/language.tsx';
import type { Tone } from './badge.tsx';

export type CardState = Card['status'] | 'not-yet';

export const CARD_SIGNS: Readonly<Record<CardState, { icon: Icon; tone: Tone }>> = {
  pending: { icon: IconHourglassEmpty, tone: 'warn' },
  issued: { icon: IconCircleCheck, tone: 'ok' },
  'not-yet': { icon: IconClock, tone: 'neutral' },
  revoked: { icon: IconCircleX, tone: 'bad' },
  expired: { icon: IconClockOff, tone: 'neutral' },
};

/** Issued, but its first day is still to come. Days of cards are days of UTC. */
export const stateOfCard = ({ status, validFrom }: Card, now = new Date()): CardState =>
  status === 'issued' && validFrom !== null && validFrom > now.toISOString().slice(0, 10)
    ? 'not-yet'
    : status;

export const cardWords = dictionary({
  en: {
    state: {
      pending: 'Not issued yet',
      issued: 'Valid',
      'not-yet': 'Valid later',
      revoked: 'Revoked',
      expired: 'Expired',
    } satisfies Record<CardState, string>,
    because: { asked: 'by hand', replaced: 'another took its place', archived: 'its person was archived' },
    from: (day: string) => `from ${day}`,
    until: (day: string) => `until ${day}`,
    fromUntil: (from: string, until: string) => `${from} to ${until}`,
    noDays: 'no last day',
    actions: (number: string) => `Actions for card ${number}`,
    issue: 'Issue card',
    revoke: 'Revoke card',
    replace: 'Replace card',
    days: 'Change days',
    add: 'Issue a card',
    titles: { add: 'Issue a card', replace: 'Replace card', days: 'Change days' },
    number: 'Card number',
    numberHint: 'As the reader shows it. Leading zeros mean nothing.',
    type: 'Digits are',
    decimal: 'Decimal',
    hex: 'Hexadecimal',
    validFrom: 'Valid from',
    validUntil: 'Valid until',
    daysHint: 'Both days count, in UTC. Left empty: no limit.',
    save: { add: 'Issue card', replace: 'Replace card', days: 'Change days' },
    keep: 'Cancel',
    replaces: (number: string) => `Card ${number} is revoked in the same step, and its number is free then.`,
    revokeTitle: (number: string) => `Revoke card ${number}?`,
    revokeText:
      'It opens nothing from then on. Its number is free for another card; adding it anew makes another card of it.',
    done: {
      issue: (number: string) => `Card ${number} is issued.`,
      revoke: (number: string) => `Card ${number} is revoked.`,
      add: (number: string) => `Card ${number} is issued.`,
      replace: (number: string) => `Card ${number} takes its place.`,
      days: (number: string) => `Card ${number} has other days.`,
    },
  },
  de: {
    state: {
      pending: 'Noch nicht ausgegeben',
      issued: 'Gültig',
      'not-yet': 'Später gültig',
      revoked: 'Gesperrt',
      expired: 'Abgelaufen',
    },
    because: {
      asked: 'von Hand',
      replaced: 'eine andere ist an ihrer Stelle',
      archived: 'die Person wurde archiviert',
    },
    from: (day) => `ab ${day}`,
    until: (day) => `bis ${day}`,
    fromUntil: (from, until) => `${from} bis ${until}`,
    noDays: 'ohne letzten Tag',
    actions: (number) => `Aktionen für Karte ${number}`,
    issue: 'Karte ausgeben',
    revoke: 'Karte sperren',
    replace: 'Karte ersetzen',
    days: 'Tage ändern',
    add: 'Karte ausgeben',
    titles: { add: 'Karte ausgeben', replace: 'Karte ersetzen', days: 'Tage ändern' },
    number: 'Kartennummer',
    numberHint: 'Wie das Lesegerät sie zeigt. Führende Nullen bedeuten nichts.',
    type: 'Ziffern sind',
    decimal: 'Dezimal',
    hex: 'Hexadezimal',
    validFrom: 'Gültig ab',
    validUntil: 'Gültig bis',
    daysHint: 'Beide Tage zählen, in UTC. Leer: ohne Grenze.',
    save: { add: 'Karte ausgeben', replace: 'Karte ersetzen', days: 'Tage ändern' },
    keep: 'Abbrechen',
    replaces: (number) => `Karte ${number} wird im selben Schritt gesperrt; ihre Nummer ist dann frei.`,
    revokeTitle: (number) => `Karte ${number} sperren?`,
    revokeText:
      'Von da an öffnet sie nichts mehr. Ihre Nummer ist frei für eine andere Karte; wer sie neu anlegt, macht eine andere Karte daraus.',
    done: {
      issue: (number) => `Karte ${number} ist ausgegeben.`,
      revoke: (number) => `Karte ${number} ist gesperrt.`,
      add: (number) => `Karte ${number} ist ausgegeben.`,
      replace: (number) => `Karte ${number} ist an ihre Stelle getreten.`,
      days: (number) => `Karte ${number} hat andere Tage.`,
    },
  },
});

type Said = (typeof cardWords)['en'];

/** `1 Sep 2026 to 31 Aug 2027`. */
export function daysOfCard(
  { validFrom, validUntil }: Pick<Card, 'validFrom' | 'validUntil'>,
  words: Said,
  date: (day: string) => string,
): string {
  if (validFrom !== null && validUntil !== null) return words.fromUntil(date(validFrom), date(validUntil));
  if (validUntil !== null) return words.until(date(validUntil));
  return validFrom === null ? words.noDays : words.from(date(validFrom));
}
