// The preset for OneRoster bundles (CSV 1.1 and 1.2): users of a student system as people, at the sites of their orgs.
import { ACTIONS } from '../bulk-action.ts';
import type { Preset } from '../preset.ts';
import { ACCOUNT_ID, ACTION, EMAIL, FIRST_NAME, LAST_NAME, ORG_UNIT, USERNAME } from './columns.ts';

const [users] = ['users'] as const;
const TEXT = { type: 'text', unique: false, pattern: null, choices: null } as const;

export const ONEROSTER_PRESET: Preset = {
  name: 'oneroster',
  title: 'OneRoster bundle',
  about:
    'A zip of users.csv, orgs.csv and enrollments.csv from a student system: users become people, orgs sites and org units.',
  templates: [users],
  columns: [
    {
      field: 'identifier',
      header: 'sourcedId',
      about: 'The student system’s own id of the user: it never changes.',
      synonyms: ['sourced id'],
      required: 'always',
      template: users,
    },
    { ...FIRST_NAME, header: 'givenName', required: 'never', template: users },
    { ...LAST_NAME, header: 'familyName', required: 'never', template: users },
    { ...EMAIL, required: 'never', template: users },
    { ...USERNAME, required: 'never', template: users },
    {
      field: 'enabled',
      header: 'enabledUser',
      about: 'Whether the user’s account is enabled.',
      synonyms: ['is enabled'],
      required: 'never',
      template: users,
      definition: { type: 'boolean', unique: false, pattern: null, choices: null, label: 'Enabled' },
    },
    {
      field: 'school_role',
      header: 'schoolRole',
      about: 'What the user is at school: student, teacher, guardian … Not a role here: it gives no rights.',
      synonyms: [],
      required: 'never',
      template: users,
      definition: { ...TEXT, label: 'Role at school' },
    },
    {
      field: 'user_identifier',
      header: 'userIdentifier',
      about: 'What people call the user’s number: the column identifier of users.csv.',
      synonyms: [],
      required: 'never',
      template: users,
      definition: { ...TEXT, label: 'Number at school' },
    },
    {
      field: 'grades',
      header: 'grades',
      about: 'The grades that the user is in.',
      synonyms: [],
      required: 'never',
      template: users,
      definition: { ...TEXT, label: 'Grades' },
    },
    { ...ACCOUNT_ID, required: 'never', template: null },
    { ...ORG_UNIT, required: 'never', template: null },
    { ...ACTION, required: 'never', template: null },
  ],
  rules: [],
  actions: [...ACTIONS, 'sync'],
  matchBy: ['identifier'],
  duplicates: 'rejected',
  options: {},
  bundle: 'oneroster',
};
