// What the forms of a person say: making, changing, and what somebody else has done meanwhile.
import { dictionary, plural } from '../../words/language.tsx';

export const formWords = dictionary({
  en: {
    newTitle: 'New person',
    site: 'Site',
    siteHint: 'Where the person belongs. It stays so.',
    details: 'Details',
    displayName: 'Left empty, first and last name are shown.',
    unique: 'Nobody else may have the same value.',
    clear: (label: string) => `Clear ${label}`,
    noChoice: 'No such choice',
    noUnit: 'No org unit of this name',
    findPerson: 'Type a name or identifier',
    typeName: 'Type a name or identifier',
    noPerson: 'Nobody found',
    create: 'Create person',
    save: 'Save changes',
    cancel: 'Cancel',
    created: (name: string) => `${name} is created.`,
    saved: 'Changes are saved.',
    unchanged: 'Nothing was changed.',
    leaveTitle: 'Leave without saving?',
    leaveText: (count: number) =>
      `${count} ${plural('en', count, 'field is', 'fields are')} changed and not saved.`,
    stay: 'Keep editing',
    leave: 'Leave without saving',
    faults: (count: number) =>
      `${count} ${plural('en', count, 'field needs', 'fields need')} another value. Nothing was saved.`,
    meanwhile: 'Somebody has changed this person meanwhile',
    meanwhileText:
      'Nothing of yours was saved yet, and nothing you typed is lost. What they changed elsewhere is taken over; where you both changed a field, choose.',
    somebody: 'Somebody',
    theirs: (value: string) => `Now: ${value}`,
    take: 'Take over',
    noRight: 'You may not create people here. Whoever gives roles on this site can grant it.',
  },
  de: {
    newTitle: 'Neue Person',
    site: 'Standort',
    siteHint: 'Wohin die Person gehört. Das bleibt so.',
    details: 'Angaben',
    displayName: 'Leer: Vor- und Nachname werden gezeigt.',
    unique: 'Niemand sonst darf denselben Wert haben.',
    clear: (label) => `${label} leeren`,
    noChoice: 'Keine solche Auswahl',
    noUnit: 'Keine Einheit dieses Namens',
    findPerson: 'Name oder Kennung eingeben',
    typeName: 'Geben Sie einen Namen oder eine Kennung ein',
    noPerson: 'Niemand gefunden',
    create: 'Person anlegen',
    save: 'Änderungen speichern',
    cancel: 'Abbrechen',
    created: (name) => `${name} ist angelegt.`,
    saved: 'Die Änderungen sind gespeichert.',
    unchanged: 'Es wurde nichts geändert.',
    leaveTitle: 'Ohne Speichern verlassen?',
    leaveText: (count) =>
      `${count} ${plural('de', count, 'Feld ist', 'Felder sind')} geändert und nicht gespeichert.`,
    stay: 'Weiter bearbeiten',
    leave: 'Ohne Speichern verlassen',
    faults: (count) =>
      `${count} ${plural('de', count, 'Feld braucht', 'Felder brauchen')} einen anderen Wert. Nichts wurde gespeichert.`,
    meanwhile: 'Jemand hat diese Person inzwischen geändert',
    meanwhileText:
      'Von Ihnen ist noch nichts gespeichert, und nichts Eingegebenes ist verloren. Was anderswo geändert wurde, ist übernommen; wo Sie beide ein Feld geändert haben, wählen Sie.',
    somebody: 'Jemand',
    theirs: (value) => `Jetzt: ${value}`,
    take: 'Übernehmen',
    noRight:
      'Sie dürfen hier keine Personen anlegen. Wer auf diesem Standort Rollen vergibt, kann es erteilen.',
  },
});
