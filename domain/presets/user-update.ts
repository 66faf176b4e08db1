// The preset for changing users of many accounts with one file: by Account ID and username.
import type { Preset } from '../preset.ts';
import { ACCOUNT_ID, DISPLAY_NAME, EMAIL, ROLE, USERNAME } from './columns.ts';

const template = 'user-update';

export const USER_UPDATE_PRESET: Preset = {
  name: 'user-update',
  title: 'User Update',
  about: 'Users of any number of sites below yours, each found by Account ID and username, and changed.',
  templates: [template],
  columns: [
    {
      ...ACCOUNT_ID,
      header: 'Account ID',
      about: 'The number of the user’s site: the run’s own or one below it.',
      required: 'always',
      template,
    },
    { ...USERNAME, header: 'Username', required: 'always', template },
    { ...DISPLAY_NAME, header: 'Name', required: 'never', template },
    { ...EMAIL, header: 'Email', required: 'never', template },
    {
      field: 'password',
      header: 'Password',
      about: 'A new password, not easy to guess. Only its hash is kept; it is shown and stored nowhere.',
      synonyms: ['new password', 'passwort', 'kennwort', 'neues passwort', 'neues kennwort', 'pwd'],
      required: 'never',
      template,
    },
    { ...ROLE, header: 'Role', required: 'never', template },
  ],
  rules: [],
  actions: ['update'],
  matchBy: ['username'],
  duplicates: 'rejected',
  options: {},
};
