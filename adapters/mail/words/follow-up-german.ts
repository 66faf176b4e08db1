// What the mail about the end of a follow-up says, in German.
import { numberInWords } from '../../../domain/words.ts';
import type { FollowUpWords } from './catalogue.ts';

const number = (value: number) => numberInWords(value, 'de');
const photosOf = (value: number) => `${number(value)} ${value === 1 ? 'Foto' : 'Fotos'}`;
const cardsOf = (value: number) => `${number(value)} ${value === 1 ? 'Karte' : 'Karten'}`;

export const GERMAN_FOLLOW_UP: FollowUpWords = {
  subject: ({ invited, received, toReview, cards, cardsIssued }) => {
    const parts = [
      ...(invited > 0 ? [`${number(received)} von ${photosOf(invited)}`] : []),
      ...(toReview > 0 ? [`${number(toReview)} zu prüfen`] : []),
      ...(cards > 0 ? [`${number(cardsIssued)} von ${cardsOf(cards)}`] : []),
    ];
    return parts.length === 0 ? 'Nachverfolgung beendet' : `Nachverfolgung beendet: ${parts.join(', ')}`;
  },
  headline: {
    complete: 'Alles ist da',
    deadline: 'Die Nachverfolgung ist beendet',
    closed: 'Die Nachverfolgung wurde geschlossen',
  },
  causes: {
    complete: 'Es fehlt nichts mehr; niemand wird noch einmal erinnert.',
    deadline:
      'Ihre Zeit war um. Links in Einladungen, auf die niemand geantwortet hat, nehmen keine Fotos mehr an.',
    closed:
      'Sie wurde von Hand geschlossen. Links in Einladungen, auf die niemand geantwortet hat, nehmen keine Fotos mehr an.',
  },
  photos: (received, invited) => {
    if (received !== invited)
      return `${number(received)} von ${photosOf(invited)} ${received === 1 ? 'ist' : 'sind'} gekommen.`;
    return invited === 1 ? 'Das Foto ist gekommen.' : `Alle ${photosOf(invited)} sind gekommen.`;
  },
  cards: (issued, cards) => {
    if (issued !== cards)
      return `${number(issued)} von ${cardsOf(cards)} ${issued === 1 ? 'ist' : 'sind'} ausgegeben.`;
    return cards === 1 ? 'Die Karte ist ausgegeben.' : `Alle ${cardsOf(cards)} sind ausgegeben.`;
  },
  lines: {
    approved: { word: 'Angenommen', meaning: 'Fotos für Profil und Karte' },
    'to-review': { word: 'Zu prüfen', meaning: 'Fotos, über die noch niemand entschieden hat' },
    'photos-missing': { word: 'Fehlen', meaning: 'Personen ohne Foto' },
    unreachable: { word: 'Nicht erreicht', meaning: 'Personen, zu denen keine Mail kommt' },
    'cards-issued': { word: 'Ausgegeben', meaning: 'Karten, die benutzt werden' },
    'cards-missing': { word: 'Nicht ausgegeben', meaning: 'Karten, deren Nummer bekannt ist' },
    gone: { word: 'Nicht mehr aktiv', meaning: 'Personen, die inzwischen archiviert wurden' },
  },
  need: {
    title: ({ photosMissing, toReview, cardsMissing }) =>
      [
        ...(photosMissing > 0
          ? [`${photosOf(photosMissing)} ${photosMissing === 1 ? 'fehlt' : 'fehlen'}`]
          : []),
        ...(toReview > 0 ? [`${photosOf(toReview)} zu prüfen`] : []),
        ...(cardsMissing > 0
          ? [`${cardsOf(cardsMissing)} ${cardsMissing === 1 ? 'ist' : 'sind'} nicht ausgegeben`]
          : []),
      ].join(', '),
    advice:
      'Laden Sie diese Personen noch einmal ein oder fügen Sie ihre Fotos aus einer Zip-Datei hinzu. Fotos prüfen und Karten ausgeben können Sie jederzeit.',
    link: 'Wer das ist',
  },
  whoIsMissing: 'Ansehen, wer das ist',
};
