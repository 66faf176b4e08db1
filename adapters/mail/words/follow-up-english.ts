// What the mail about the end of a follow-up says, in English.
import { counted, numberInWords } from '../../../domain/words.ts';
import type { FollowUpWords } from './catalogue.ts';

const number = (value: number) => numberInWords(value, 'en');

export const ENGLISH_FOLLOW_UP: FollowUpWords = {
  subject: ({ invited, received, toReview, cards, cardsIssued }) => {
    const parts = [
      ...(invited > 0 ? [`${number(received)} of ${counted(invited, 'photo')}`] : []),
      ...(toReview > 0 ? [`${number(toReview)} to review`] : []),
      ...(cards > 0 ? [`${number(cardsIssued)} of ${counted(cards, 'card')}`] : []),
    ];
    return parts.length === 0 ? 'Follow-up ended' : `Follow-up ended: ${parts.join(', ')}`;
  },
  headline: {
    complete: 'Everything has come',
    deadline: 'The follow-up has ended',
    closed: 'The follow-up was closed',
  },
  causes: {
    complete: 'Nothing is missing any more, so nobody is reminded again.',
    deadline: 'Its time was up. Links in invitations that were not answered no longer take photos.',
    closed: 'An admin closed it. Links in invitations that were not answered no longer take photos.',
  },
  photos: (received, invited) =>
    received === invited
      ? `${invited === 1 ? 'The photo' : `All ${counted(invited, 'photo')}`} came.`
      : `${number(received)} of ${counted(invited, 'photo')} came.`,
  cards: (issued, cards) =>
    issued === cards
      ? `${cards === 1 ? 'The card is' : `All ${counted(cards, 'card')} are`} issued.`
      : `${number(issued)} of ${counted(cards, 'card')} ${issued === 1 ? 'is' : 'are'} issued.`,
  lines: {
    approved: { word: 'Approved', meaning: 'photos for profile and card' },
    'to-review': { word: 'To review', meaning: 'photos that wait for a yes or no' },
    'photos-missing': { word: 'Missing', meaning: 'people without a photo' },
    unreachable: { word: 'Not reached', meaning: 'people whom no mail reaches' },
    'cards-issued': { word: 'Issued', meaning: 'cards that are in use' },
    'cards-missing': { word: 'Not issued', meaning: 'cards whose number is known' },
    gone: { word: 'No longer active', meaning: 'people who were archived meanwhile' },
  },
  need: {
    title: ({ photosMissing, toReview, cardsMissing }) =>
      [
        ...(photosMissing > 0
          ? [`${counted(photosMissing, 'photo')} ${photosMissing === 1 ? 'is' : 'are'} missing`]
          : []),
        ...(toReview > 0 ? [`${counted(toReview, 'photo')} to review`] : []),
        ...(cardsMissing > 0
          ? [`${counted(cardsMissing, 'card')} ${cardsMissing === 1 ? 'is' : 'are'} not issued`]
          : []),
      ].join(', '),
    advice:
      'Invite those people again, or add their photos from a zip. Photos that wait can be reviewed, and cards issued, at any time.',
    link: 'Who they are',
  },
  whoIsMissing: 'See who they are',
};
