// The organisations that a first start may make: the demo university, and an empty one.

import type { NewFieldDefinition } from '../db/queries/field-definitions.ts';
import type { FieldValue } from '../domain/field-definition.ts';
import { PERMISSIONS, type Permission } from '../domain/rights.ts';

export interface Organisation {
  root: { id: number; name: string };
  /** Sites below the root. */
  sites: { id: number; name: string; mailDomains?: string[] }[];
  /** On the root; a role whose name is taken stays as it is, but for the first, which learns new permissions. */
  roles: { name: string; permissions: readonly Permission[] }[];
  fields: Omit<NewFieldDefinition, 'siteId'>[];
  /** Each below one that stands before it, or at the top of its site. */
  orgUnits: { siteId: number; name: string; parent: string | null }[];
  /** Staff of the root, each with an org unit of it, a supervisor who stands before, and perhaps a role somewhere. */
  people: DemoPerson[];
  /** Holds the first role on the root. */
  admin: { email: string; firstName: string; lastName: string; fields: Record<string, FieldValue> };
  /** What is imported at the first start, from `examples/`. */
  firstImport?: { file: string; siteId: number };
}

export interface DemoPerson {
  identifier: string;
  email: string;
  firstName: string;
  lastName: string;
  fields: Record<string, FieldValue>;
  orgUnit: string;
  /** By the identifier; null for one at the top. */
  supervisor: string | null;
  role?: { name: string; siteId: number };
}

const OWNER = { name: 'owner', permissions: PERMISSIONS };

const isRead = (permission: Permission) => permission.endsWith(':read') && permission !== 'audit:read';

/** What is left to whoever runs the organisation. */
const RESERVED: readonly Permission[] = [
  'sites:write',
  'keys:write',
  'people:anonymize',
  'people:delete',
  'safeguards:write',
  'safeguards:override',
  'audit:read',
  'webhooks:write',
];

export const DEMO: Organisation = {
  root: { id: 1000, name: 'Northfield University' },
  sites: [
    { id: 1001, name: 'North Campus' },
    { id: 1002, name: 'South Campus' },
    { id: 1003, name: 'City Institute' },
    { id: 1004, name: 'Guest House', mailDomains: ['guests.northfield.example', 'northfield.example'] },
  ],
  roles: [
    OWNER,
    {
      name: 'registrar',
      permissions: PERMISSIONS.filter((permission) => !RESERVED.includes(permission)),
    },
    {
      name: 'card-office',
      permissions: [
        ...PERMISSIONS.filter(isRead),
        'people:create',
        'people:update',
        'people:export',
        'bulk-actions:run',
      ],
    },
    { name: 'reader', permissions: PERMISSIONS.filter(isRead) },
  ],
  fields: [
    {
      name: 'programme',
      label: 'Programme',
      type: 'choice',
      required: true,
      choices: [
        'Architecture',
        'Biology',
        'Computer Science',
        'Economics',
        'History',
        'Law',
        'Mathematics',
        'Medicine',
        'Music',
        'Philosophy',
        'Physics',
        'Staff',
      ],
    },
    { name: 'entry_year', label: 'Year of entry', type: 'number' },
    { name: 'birth_date', label: 'Date of birth', type: 'date' },
    { name: 'resident', label: 'Lives on campus', type: 'boolean' },
    { name: 'student_card', label: 'Student card', type: 'text', unique: true, pattern: '[A-Z]{2}-[0-9]{6}' },
    { name: 'faculty', label: 'Faculty', type: 'text' },
  ],
  orgUnits: [
    { siteId: 1000, name: 'Administration', parent: null },
    { siteId: 1000, name: 'Registry', parent: 'Administration' },
    { siteId: 1000, name: 'Card Office', parent: 'Administration' },
    { siteId: 1000, name: 'Card Desk', parent: 'Card Office' },
    { siteId: 1001, name: 'Faculty of Science', parent: null },
    { siteId: 1001, name: 'Physics Laboratory', parent: 'Faculty of Science' },
    { siteId: 1001, name: 'Herbarium', parent: 'Faculty of Science' },
  ],
  people: [
    {
      identifier: 'E100',
      email: 'registrar@northfield.example',
      firstName: 'Ines',
      lastName: 'Calloway',
      fields: { programme: 'Staff' },
      orgUnit: 'Registry',
      supervisor: null,
      role: { name: 'registrar', siteId: 1000 },
    },
    {
      identifier: 'E110',
      email: 'card.office@northfield.example',
      firstName: 'Tomas',
      lastName: 'Berg',
      fields: { programme: 'Staff' },
      orgUnit: 'Card Office',
      supervisor: 'E100',
      role: { name: 'card-office', siteId: 1001 },
    },
    {
      identifier: 'E111',
      email: 'card.desk@northfield.example',
      firstName: 'Amara',
      lastName: 'Osei',
      fields: { programme: 'Staff' },
      orgUnit: 'Card Desk',
      supervisor: 'E110',
    },
  ],
  admin: {
    email: 'admin@northfield.example',
    firstName: 'Robin',
    lastName: 'Ashdown',
    fields: { programme: 'Staff' },
  },
  firstImport: { file: 'students.csv', siteId: 1001 },
};

export const EMPTY: Organisation = {
  root: { id: 1000, name: 'My organisation' },
  sites: [],
  roles: [OWNER],
  fields: [],
  orgUnits: [],
  people: [],
  admin: { email: 'admin@organisation.example', firstName: 'Admin', lastName: 'Admin', fields: {} },
};
