// What mails to cardholders say where a site says nothing else, and the words around it.
import type { InvitationMailKind } from './invitation.ts';
import type { MailText } from './invitation-text.ts';
import type { Language } from './language.ts';
import type { DeclineReason } from './photo.ts';

type CardholderWords = {
  texts: Record<InvitationMailKind, MailText>;
  /** What stands on the button that leads to the page. */
  button: Record<Exclude<InvitationMailKind, 'approved'>, string>;
  /** Why somebody gets the mail. */
  closing(organisation: string): string;
  unsubscribe: string;
  /** Why a photo was sent back. */
  reasons: Record<DeclineReason, string>;
};

const ENGLISH: CardholderWords = {
  texts: {
    invitation: {
      subject: 'Your photo for {organisation}',
      text: `Hello {firstName},

{organisation} needs a photo of you for your card. Take it with your phone, or choose one that you have. It takes about a minute.

{link}

The link is yours alone and works until {expires}. Please don’t pass it on.

{office}
{organisation}`,
    },
    reminder: {
      subject: 'Still missing: your photo for {organisation}',
      text: `Hello {firstName},

We don’t have a photo of you yet. Without it your card can’t be made.

{link}

The link is yours alone and works until {expires}.

{office}
{organisation}`,
    },
    'sent-back': {
      subject: 'Please send another photo to {organisation}',
      text: `Hello {firstName},

Thank you for your photo. It can’t be used on your card:

{reasons}

{note}

Please send another one.

{link}

The link is yours alone and works until {expires}.

{office}
{organisation}`,
    },
    approved: {
      subject: 'Your photo for {organisation} is accepted',
      text: `Hello {firstName},

Thank you. Your photo is accepted and will be on your card. You don’t have to do anything more.

{office}
{organisation}`,
    },
  },
  button: { invitation: 'Send your photo', reminder: 'Send your photo', 'sent-back': 'Send another photo' },
  closing: (organisation) => `You get this mail because ${organisation} makes a card for you.`,
  unsubscribe: 'No more of these mails',
  reasons: {
    'face-hidden': 'Your face can’t be seen in full.',
    'blurred-or-dark': 'The photo is blurred or too dark.',
    background: 'The background is not plain and light.',
    'somebody-else': 'The photo does not seem to be of you, or not of you alone.',
  },
};

const GERMAN: CardholderWords = {
  texts: {
    invitation: {
      subject: 'Ihr Foto für {organisation}',
      text: `Guten Tag {firstName},

{organisation} braucht ein Foto von Ihnen für Ihre Karte. Nehmen Sie es mit dem Handy auf oder wählen Sie eines, das Sie schon haben. Das dauert etwa eine Minute.

{link}

Der Link gehört nur Ihnen und gilt bis zum {expires}. Bitte geben Sie ihn nicht weiter.

{office}
{organisation}`,
    },
    reminder: {
      subject: 'Es fehlt noch: Ihr Foto für {organisation}',
      text: `Guten Tag {firstName},

wir haben noch kein Foto von Ihnen. Ohne Foto kann Ihre Karte nicht hergestellt werden.

{link}

Der Link gehört nur Ihnen und gilt bis zum {expires}.

{office}
{organisation}`,
    },
    'sent-back': {
      subject: 'Bitte senden Sie {organisation} ein anderes Foto',
      text: `Guten Tag {firstName},

vielen Dank für Ihr Foto. Für Ihre Karte eignet es sich leider nicht:

{reasons}

{note}

Bitte senden Sie uns ein anderes.

{link}

Der Link gehört nur Ihnen und gilt bis zum {expires}.

{office}
{organisation}`,
    },
    approved: {
      subject: 'Ihr Foto für {organisation} ist angenommen',
      text: `Guten Tag {firstName},

vielen Dank. Ihr Foto ist angenommen und kommt auf Ihre Karte. Sie müssen nichts weiter tun.

{office}
{organisation}`,
    },
  },
  button: { invitation: 'Foto senden', reminder: 'Foto senden', 'sent-back': 'Anderes Foto senden' },
  closing: (organisation) => `Sie erhalten diese E-Mail, weil ${organisation} eine Karte für Sie herstellt.`,
  unsubscribe: 'Keine solchen E-Mails mehr',
  reasons: {
    'face-hidden': 'Ihr Gesicht ist nicht ganz zu sehen.',
    'blurred-or-dark': 'Das Foto ist unscharf oder zu dunkel.',
    background: 'Der Hintergrund ist nicht einfarbig und hell.',
    'somebody-else': 'Das Foto zeigt anscheinend nicht Sie oder nicht nur Sie.',
  },
};

export const CARDHOLDER_WORDS: Readonly<Record<Language, CardholderWords>> = { en: ENGLISH, de: GERMAN };
