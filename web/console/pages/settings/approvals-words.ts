// The words of safeguards.
import type { Limited } from '../../../../domain/limits.ts';
import type { Approvable } from '../../../../domain/safeguards.ts';
import { dictionary } from '../../words/language.tsx';

type Kind = 'limits' | 'approvals' | 'graceMinutes' | 'stickyFields';
type Words = {
  who: Record<Kind, string>;
  ofThisSite: string;
  limits: string;
  limitsAbout: string;
  limited: Record<Limited, string>;
  percent: string;
  people: string;
  approvals: string;
  approvalsAbout: string;
  approvable: Record<Approvable, string>;
  grace: string;
  graceAbout: string;
  hours: string;
  sticky: string;
  stickyAbout: string;
  fields: string;
};

export const approvalsWords = dictionary<Words>({
  en: {
    who: {
      limits: 'Who sets the guards',
      approvals: 'Who says what must be approved',
      graceMinutes: 'Who sets the time to stop it',
      stickyFields: 'Who says which fields are kept',
    },
    ofThisSite: 'Set for this site',
    limits: 'Guards',
    limitsAbout: 'A run that would pass one of these stops before it writes, and asks.',
    limited: {
      changed: 'Change more than',
      created: 'Create more than',
      archived: 'Archive more than',
      removed: 'Anonymize or delete more than',
    },
    percent: 'percent of people',
    people: 'people',
    approvals: 'Second pair of eyes',
    approvalsAbout:
      'A run that does this waits until another admin has approved it. Never the one who asked.',
    approvable: {
      create: 'Create',
      update: 'Update',
      archive: 'Archive',
      restore: 'Restore',
      anonymize: 'Anonymize',
      delete: 'Delete',
    },
    grace: 'Time to stop it',
    graceAbout:
      'Anonymizing and deleting begin this long after they were agreed to. Until then they can be cancelled.',
    hours: 'Hours',
    sticky: 'Values edited by hand',
    stickyAbout: 'What somebody has changed by hand in these fields, a file does not overwrite.',
    fields: 'Fields, by their names in files',
  },
  de: {
    who: {
      limits: 'Wer die Grenzen festlegt',
      approvals: 'Wer sagt, was genehmigt werden muss',
      graceMinutes: 'Wer die Frist festlegt',
      stickyFields: 'Wer sagt, welche Felder bleiben',
    },
    ofThisSite: 'Für diesen Standort festgelegt',
    limits: 'Grenzen',
    limitsAbout: 'Ein Lauf, der eine davon überschreiten würde, hält an, bevor er schreibt, und fragt.',
    limited: {
      changed: 'Mehr ändern als',
      created: 'Mehr anlegen als',
      archived: 'Mehr archivieren als',
      removed: 'Mehr anonymisieren oder löschen als',
    },
    percent: 'Prozent der Personen',
    people: 'Personen',
    approvals: 'Vier-Augen-Prinzip',
    approvalsAbout:
      'Ein Lauf, der das tut, wartet, bis ein anderer Admin zugestimmt hat. Nie derselbe, der darum gebeten hat.',
    approvable: {
      create: 'Anlegen',
      update: 'Ändern',
      archive: 'Archivieren',
      restore: 'Wiederherstellen',
      anonymize: 'Anonymisieren',
      delete: 'Löschen',
    },
    grace: 'Frist zum Anhalten',
    graceAbout:
      'Anonymisieren und Löschen beginnen erst so lange nach der Zustimmung. Bis dahin lassen sie sich abbrechen.',
    hours: 'Stunden',
    sticky: 'Von Hand geänderte Werte',
    stickyAbout: 'Was jemand in diesen Feldern von Hand geändert hat, überschreibt keine Datei.',
    fields: 'Felder, mit ihren Namen in Dateien',
  },
});
