// Why a photo is sent back, as admins choose it. What the cardholder reads is in invitation-words.ts.
import type { Language } from './language.ts';
import type { DeclineReason } from './photo.ts';

export const DECLINE_WORDS: Readonly<Record<Language, Readonly<Record<DeclineReason, string>>>> = {
  en: {
    'face-hidden': 'Face not fully visible',
    'blurred-or-dark': 'Blurred or too dark',
    background: 'Background not plain',
    'somebody-else': 'Not a photo of this person',
  },
  de: {
    'face-hidden': 'Gesicht nicht ganz zu sehen',
    'blurred-or-dark': 'Unscharf oder zu dunkel',
    background: 'Hintergrund nicht einfarbig',
    'somebody-else': 'Kein Foto dieser Person',
  },
};
