// Columns that several presets share: their fields, and the words by which their headers are known.
import type { PresetColumn } from '../preset.ts';

type SharedColumn = Omit<PresetColumn, 'required' | 'template'>;

export const EMAIL: SharedColumn = {
  field: 'email',
  header: 'email',
  about: 'The email address. Unique in the organisation among active people, whatever its case.',
  synonyms: [
    'email address',
    'mail',
    'mail address',
    'e-mail-adresse',
    'mailadresse',
    'primary email',
    'work email',
    'contact email',
    'courriel',
    'correo',
  ],
};

export const FIRST_NAME: SharedColumn = {
  field: 'first_name',
  header: 'first_name',
  about: 'The first name.',
  synonyms: ['given name', 'given names', 'forename', 'first', 'vorname', 'rufname', 'prénom', 'nombre'],
};

export const LAST_NAME: SharedColumn = {
  field: 'last_name',
  header: 'last_name',
  about: 'The last name.',
  synonyms: ['surname', 'family name', 'last', 'nachname', 'familienname', 'zuname', 'apellido', 'apellidos'],
};

export const DISPLAY_NAME: SharedColumn = {
  field: 'display_name',
  header: 'name',
  about: 'The name as it is shown. Without one it follows first and last name.',
  synonyms: ['full name', 'complete name', 'vollständiger name', 'anzeigename', 'nom complet'],
};

export const USERNAME: SharedColumn = {
  field: 'username',
  header: 'username',
  about: 'The name to sign in with. Unique in the site.',
  synonyms: [
    'login',
    'login name',
    'user id',
    'account name',
    'benutzername',
    'benutzerkennung',
    'anmeldename',
  ],
};

export const ACCOUNT_ID: SharedColumn = {
  field: 'account_id',
  header: 'account_id',
  about: 'The number of the row’s site: the run’s own or one below it. Blank for the run’s own.',
  synonyms: ['site id', 'institution id', 'site number', 'konto-id', 'standort-id', 'standortnummer'],
};

export const ORG_UNIT: SharedColumn = {
  field: 'org_unit',
  header: 'org_unit',
  about: 'An org unit of the row’s site or a site above it, its name written exactly as it is.',
  synonyms: [
    'cardholder group name',
    'cardholder group',
    'organizational unit',
    'organisational unit',
    'organizational unit name',
    'org unit name',
    'organisationseinheit',
  ],
};

export const ROLE: SharedColumn = {
  field: 'role',
  header: 'role',
  about: 'Roles by name, several with ; or | between them: all that the person then holds on the row’s site.',
  synonyms: ['roles', 'user role', 'rolle', 'rollen', 'benutzerrolle'],
};

export const ACTION: SharedColumn = {
  field: 'action',
  header: 'action',
  about: 'What is to be done with the row. Blank for what the run was told.',
  synonyms: ['row action', 'bulk action', 'aktion'],
};
