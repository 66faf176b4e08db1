// The organisations that a first start may make: the demo university, and an empty one.

import type { NewFieldDefinition } from '../db/queries/field-definitions.ts';
import type { FieldValue } from '../domain/field-definition.ts';
import { PERMISSIONS, type Permission } from '../domain/rights.ts';

export interface Organisation {
  root: { id: number; name: string };
  /** Sites below the root. */
  sites: { id: number; name: string }[];
  roles: { name: string; permissions: readonly Permission[] }[];
  fields: Omit<NewFieldDefinition, 'siteId'>[];
  /** Holds the first role on the root. */
  admin: { email: string; firstName: string; lastName: string; fields: Record<string, FieldValue> };
  /** What is imported at the first start, from `examples/`. */
  firstImport?: { file: string; siteId: number };
}

const OWNER = { name: 'owner', permissions: PERMISSIONS };

const isRead = (permission: Permission) => permission.endsWith(':read');

export const DEMO: Organisation = {
  root: { id: 1000, name: 'Northfield University' },
  sites: [
    { id: 1001, name: 'North Campus' },
    { id: 1002, name: 'South Campus' },
    { id: 1003, name: 'City Institute' },
  ],
  roles: [
    OWNER,
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
  admin: { email: 'admin@organisation.example', firstName: 'Admin', lastName: 'Admin', fields: {} },
};
