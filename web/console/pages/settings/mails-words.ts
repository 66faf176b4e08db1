// The words of mails to cardholders.
import type { InvitationMailKind } from '../../../../domain/invitation.ts';
import { dictionary } from '../../words/language.tsx';

type Words = {
  mail: string;
  mails: Record<InvitationMailKind, string>;
  settings: string;
  language: string;
  ofThisSite: string;
  builtIn: string;
  left: string;
  subject: string;
  text: string;
  textAbout: string;
  insert: string;
  preview: string;
  picture: string;
  words: string;
  office: string;
  officeAbout: string;
  replyTo: string;
  replyToAbout: string;
  linkDays: string;
  reminderDays: string;
  reminderAbout: string;
  deadlineDays: string;
  empty: string;
  now: (value: string) => string;
};

export const mailsWords = dictionary<Words>({
  en: {
    mail: 'Mail',
    mails: { invitation: 'Invitation', reminder: 'Reminder', 'sent-back': 'Sent back', approved: 'Approved' },
    settings: 'How it invites',
    language: 'Language',
    ofThisSite: 'This site says it itself.',
    builtIn: 'The built-in text.',
    left: 'As the site above says again.',
    subject: 'Subject',
    text: 'Text',
    textAbout: 'Blank lines between paragraphs. The button with the link stands below it.',
    insert: 'Insert',
    preview: 'As it would leave',
    picture: 'As seen',
    words: 'Words alone',
    office: 'Who writes',
    officeAbout: 'Beside the organisation, such as Card office.',
    replyTo: 'Answers go to',
    replyToAbout: 'One address.',
    linkDays: 'Days for which a link works',
    reminderDays: 'Reminders, days after the invitation',
    reminderAbout: 'Such as 7 and 14. None: nobody is reminded.',
    deadlineDays: 'Days after which a run waits for nobody any more',
    empty: 'Left empty, it is as the site above says.',
    now: (value) => `Now: ${value}`,
  },
  de: {
    mail: 'Mail',
    mails: {
      invitation: 'Einladung',
      reminder: 'Erinnerung',
      'sent-back': 'Zurückgeschickt',
      approved: 'Genehmigt',
    },
    settings: 'Wie eingeladen wird',
    language: 'Sprache',
    ofThisSite: 'Dieser Standort legt es selbst fest.',
    builtIn: 'Der eingebaute Text.',
    left: 'Wieder wie der Standort darüber.',
    subject: 'Betreff',
    text: 'Text',
    textAbout: 'Leerzeilen trennen Absätze. Der Knopf mit dem Link steht darunter.',
    insert: 'Einfügen',
    preview: 'So würde sie verschickt',
    picture: 'Aussehen',
    words: 'Nur Text',
    office: 'Wer schreibt',
    officeAbout: 'Neben der Organisation, etwa Kartenbüro.',
    replyTo: 'Antworten gehen an',
    replyToAbout: 'Eine Adresse.',
    linkDays: 'Tage, die ein Link gilt',
    reminderDays: 'Erinnerungen, Tage nach der Einladung',
    reminderAbout: 'Etwa 7 und 14. Keine: Niemand wird erinnert.',
    deadlineDays: 'Tage, nach denen ein Lauf auf niemanden mehr wartet',
    empty: 'Leer gelassen, gilt, was der Standort darüber sagt.',
    now: (value) => `Jetzt: ${value}`,
  },
});
