// The preset for the agents of a contact centre: three files, joined by LAN id.
import type { Preset, PresetColumn, ProvidedField } from '../preset.ts';
import { FIRST_NAME, LAST_NAME, ORG_UNIT } from './columns.ts';

const [details, channels, features] = ['user-details', 'user-channels', 'user-features'] as const;

const TEXT = { type: 'text', unique: false, pattern: null, choices: null } as const;

const channel = (name: string, header: string, about: string): PresetColumn => ({
  field: `${name}_channels`,
  header,
  about,
  synonyms: [`${name} channel count`, `${name} count`, `max ${name} channels`, `${name} kanäle`],
  required: 'never',
  template: channels,
  definition: { type: 'number', unique: false, pattern: null, choices: null, label: header },
});

const feature = (name: string, header: string, about: string): PresetColumn => ({
  field: `feature_${name}`,
  header,
  about,
  synonyms: [`${header} enabled`, `${header} feature`],
  required: 'never',
  template: features,
  definition: { type: 'boolean', unique: false, pattern: null, choices: null, label: header },
});

const provided = (label: string, rules: Partial<ProvidedField> = {}): ProvidedField => ({
  ...TEXT,
  label,
  ...rules,
});

export const AGENTS_PRESET: Preset = {
  name: 'agents',
  title: 'Agents',
  about: 'Agents and supervisors of a contact centre: their details, channels and features.',
  templates: [details, channels, features],
  columns: [
    {
      field: 'identifier',
      header: 'LAN id',
      about: 'The unique id of the user: letters, digits, dots, hyphens and underscores.',
      synonyms: ['lan', 'lan user id', 'lan login', 'user lan id', 'identifier', 'lan-kennung'],
      required: 'always',
      template: details,
      isPlain: true,
    },
    { ...FIRST_NAME, header: 'First name', required: 'always', template: details },
    { ...LAST_NAME, header: 'Last name', required: 'always', template: details },
    {
      field: 'agent_id',
      header: 'Agent id',
      about: 'The agent’s own id, often the LAN id. Unique; letters, digits, dots, hyphens and underscores.',
      synonyms: ['agent number', 'agenten-id', 'agentennummer'],
      required: 'always',
      template: details,
      isPlain: true,
      definition: provided('Agent id', { unique: true }),
    },
    {
      field: 'pbx_id',
      header: 'PBX id',
      about: 'The number at the telephone exchange. Unique; digits only.',
      synonyms: ['pbx', 'pbx number', 'extension', 'nebenstelle', 'durchwahl'],
      required: 'always',
      template: details,
      definition: provided('PBX id', { unique: true, pattern: '[0-9]{1,30}' }),
    },
    {
      field: 'profile',
      header: 'Profile',
      about: 'agent or supervisor.',
      synonyms: ['user profile', 'profil'],
      required: 'always',
      template: details,
      definition: provided('Profile', { type: 'choice', choices: ['agent', 'supervisor'] }),
    },
    {
      field: 'supervisor',
      header: 'Supervisor',
      about:
        'The supervisor’s LAN id: somebody who exists, or of the same file. A supervisor’s own may be blank.',
      synonyms: [
        'supervisor lan id',
        'supervisor id',
        'manager',
        'vorgesetzter',
        'vorgesetzte',
        'teamleiter',
      ],
      required: 'never',
      template: details,
    },
    {
      ...ORG_UNIT,
      header: 'Org unit',
      about: 'An org unit, its name written exactly as it is; for an agent a team, the lowest level.',
      synonyms: [...ORG_UNIT.synonyms, 'team'],
      required: 'always',
      template: details,
    },
    {
      field: 'role',
      header: 'Role',
      about: 'A role that exists, by its name.',
      synonyms: ['user role', 'rolle'],
      required: 'always',
      template: details,
    },
    {
      field: 'access_role',
      header: 'Access role',
      about: 'A further role that exists, by its name; or blank.',
      synonyms: ['access', 'zugriffsrolle'],
      required: 'never',
      template: details,
    },
    {
      field: 'crm_name',
      header: 'CRM name',
      about: 'The user’s name in the CRM system; or blank.',
      synonyms: ['crm', 'crm user', 'crm user name'],
      required: 'never',
      template: details,
      definition: provided('CRM name'),
    },
    {
      field: 'text_chat_greeting_template',
      header: 'Text chat greeting template name',
      about: 'The name of the greeting in text chats; or blank.',
      synonyms: ['text chat greeting', 'chat greeting template', 'greeting template name', 'chat-begrüßung'],
      required: 'never',
      template: details,
      definition: provided('Text chat greeting template'),
    },
    channel('voice', 'Voice channels', 'How many calls at once.'),
    channel('email', 'Email channels', 'How many emails at once.'),
    channel('chat', 'Chat channels', 'How many text chats at once.'),
    channel('sms', 'SMS channels', 'How many SMS conversations at once.'),
    channel('social', 'Social channels', 'How many conversations in social media at once.'),
    channel('video', 'Video channels', 'How many video calls at once.'),
    feature('call_recording', 'Call recording', 'Whether calls are recorded.'),
    feature('screen_recording', 'Screen recording', 'Whether the screen is recorded.'),
    feature('outbound_calls', 'Outbound calls', 'Whether calls can be made.'),
    feature('call_transfer', 'Call transfer', 'Whether calls can be handed over.'),
    feature('conference', 'Conference', 'Whether calls can be joined.'),
    feature('callback', 'Callback', 'Whether callbacks can be promised.'),
  ],
  rules: [{ field: 'profile', value: 'agent', required: ['supervisor'], isLeafNeeded: true }],
  actions: ['create'],
  matchBy: ['identifier'],
  duplicates: 'skipped',
  options: {},
};
