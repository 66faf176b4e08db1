// What a row may say beyond a person's own columns: where somebody belongs, what somebody may do, carries and knows.
import type { CardMove } from '../card.ts';
import { PERSON_FIELDS } from '../person.ts';

/** How a supervisor is named in a row. */
export type SupervisorKey = { by: 'identifier' | 'email' | 'username'; value: string; orgUnit?: string };

/** A card's number in decimal, without leading zeros, and its days, `YYYY-MM-DD`, both included; null for no limit. */
export type RowCard = { number: string; validFrom: string | null; validUntil: string | null };

/** What the row of an undo needs beside the values that it sets back. */
export type RowUndo = {
  /** The person's version as the run left it: where it is another one by now, somebody has been at work since. */
  version: number;
  /** What another row of the undo does to the same person. */
  beside?: 'archive' | 'restore';
  /** The run created the person. */
  isCreated?: true;
  /** What the person belonged to and whom they had as supervisor; 0 for none. */
  orgUnitId?: number;
  supervisorId?: number;
  /** The number of a card that the run gave. */
  card?: string;
  /** Of a run on roles: those, by their ids, that are given back and taken away. */
  roles?: { add: number[]; remove: number[] };
  /** The photos, by their ids, that the person had before the run and was given by it; null for none. */
  photo?: { before: string | null; after: string | null };
};

/** A key that is left out leaves everything as it is. Emails are as `emailKeyOf` gives them. */
export type RowExtras = {
  /** An org unit of the row's site or a site above it, by its exact name. */
  orgUnit?: string;
  /** The unit must be a leaf of its tree. */
  isLeafNeeded?: true;
  supervisor?: SupervisorKey;
  /** Names of roles, which then are all that the person holds on the row's site, as far as the admin may grant them. */
  roles?: string[];
  /** An argon2id hash. The password itself is stored nowhere. */
  passwordHash?: string;
  card?: RowCard;
  /** Of a row of a run on cards. */
  cardMove?: CardMove;
  sendInvitation?: boolean;
  undo?: RowUndo;
  /** Of a picture: what the name of its file says of whose it is, by which its person is found. */
  photo?: { match: string };
};

/** The fields any of which names a supervisor. */
export const SUPERVISOR_FIELDS = ['supervisor', 'manager_email', 'manager_identifier'] as const;

/** The fields that become extras: names of columns beside a person's own and custom fields. */
export const EXTRA_FIELDS = [
  'org_unit',
  'supervisor',
  'manager_email',
  'manager_identifier',
  'manager_org_unit',
  'role',
  'access_role',
  'password',
  'card_id',
  'card_valid_until',
  'send_invitation',
] as const;
export type ExtraField = (typeof EXTRA_FIELDS)[number];

/** Names that no custom field may have, because a column of a file already means something else by them. */
export const RESERVED_FIELDS: readonly string[] = [
  ...PERSON_FIELDS,
  ...EXTRA_FIELDS,
  'account_id',
  'status',
  'name',
  'action',
];

export const isExtraField = (field: string): field is ExtraField =>
  (EXTRA_FIELDS as readonly string[]).includes(field);
