// Undo: which runs can be taken back, what of a run becomes of what, and what a person sees of its rows.
import type { Action, Counts, CreatedMode, Kind, Outcome, State } from './bulk-action.ts';
import { isFinal } from './bulk-action.ts';
import type { FieldType } from './field-definition.ts';
import { PERSON_FIELDS, type PersonField } from './person.ts';
import { Refusal } from './refusal.ts';
import type { Permission } from './rights.ts';
import type { PlacedDefinition } from './rows/places.ts';

/** What history calls a change of a person. */
export const CHANGES = ['created', 'updated', 'archived', 'restored', 'anonymized', 'deleted'] as const;
export type Change = (typeof CHANGES)[number];

/** Changes that nothing takes back: what they removed is nowhere any more. */
const LASTING_CHANGES = ['anonymized', 'deleted'] as const satisfies readonly Change[];
const isLasting = (change: Change): boolean => (LASTING_CHANGES as readonly Change[]).includes(change);

/** What takes a change back; null where nothing does. */
export const reverseOf = (change: Change, created: CreatedMode): Action | null => {
  const reverse = {
    created,
    updated: 'update',
    archived: 'restore',
    restored: 'archive',
    anonymized: null,
    deleted: null,
  } as const satisfies Record<Change, Action | null>;
  return reverse[change];
};

const PERMISSION_OF = {
  archive: 'people:archive',
  delete: 'people:delete',
  restore: 'people:restore',
  update: 'people:update',
} as const satisfies Partial<Record<Action, Permission>>;

/** Runs of other kinds than people change one thing alone, and one right takes it back. */
const PERMISSION_OF_KIND = {
  photos: 'photos:write',
  cards: 'cards:write',
  roles: 'roles:write',
} as const satisfies Partial<Record<Kind, Permission>>;

/** The rights that taking back the changes of a run of this kind needs, judged by its counts. */
export function permissionsToUndo(
  kind: Exclude<Kind, 'undo'>,
  counts: Counts,
  created: CreatedMode,
): Permission[] {
  if (kind !== 'people') return changesOf(counts) > 0 ? [PERMISSION_OF_KIND[kind]] : [];
  const actions = CHANGES.flatMap((change) => {
    const action = counts[change] > 0 ? reverseOf(change, created) : null;
    return action === null ? [] : [action as keyof typeof PERMISSION_OF];
  });
  return [...new Set(actions.map((action) => PERMISSION_OF[action]))];
}

/** How many people a run has changed. */
export const changesOf = (counts: Counts): number =>
  CHANGES.reduce((sum, change) => sum + counts[change satisfies Outcome], 0);

/** Refuses, in words, a run of which there is nothing to take back. */
export function refuseNotUndoable({ id, state, counts }: { id: string; state: State; counts: Counts }): void {
  const refuse = (message: string): never => {
    throw new Refusal('conflict', message, { bulkActionId: id });
  };
  if (!isFinal(state)) refuse('The run has not ended. Wait for it or cancel it, then undo what it has done.');
  const changes = CHANGES.filter((change) => counts[change] > 0);
  if (changes.length === 0)
    refuse(
      state === 'rejected'
        ? 'The run was rejected: nothing was written, so there is nothing to undo.'
        : 'The run has changed nobody, so there is nothing to undo.',
    );
  if (changes.every(isLasting))
    refuse('The run has anonymized or deleted people and nothing else. That can’t be undone.');
}

/** The fields that a run has changed of people: own ones, those beside them, and custom ones. */
export type ChangedFields = {
  own: readonly PersonField[];
  orgUnit: boolean;
  supervisor: boolean;
  roles: boolean;
  cards: boolean;
  passwords: boolean;
  custom: readonly string[];
};

const JSON_TYPES = {
  text: 'string',
  date: 'string',
  choice: 'string',
  number: 'number',
  boolean: 'boolean',
} as const satisfies Record<FieldType, string>;

/** The types of values, as JSON knows them, of the fields that hold on all sites which rows of a run may name. */
export const valueTypesOf = (definitions: readonly PlacedDefinition[]): Map<string, string> =>
  new Map(
    definitions.filter(({ siteIds }) => siteIds === null).map(({ name, type }) => [name, JSON_TYPES[type]]),
  );

/** A column of an undo's rows. Every row shows who it is about; the others hold the value that is set back. */
export type UndoColumn = { header: string; shows: 'identity' | 'value' | 'action'; field: string | null };

/** Who a row is about, for people to know. */
const IDENTITY = ['account_id', 'identifier', 'email', 'username', 'first_name', 'last_name'] as const;

/**
 * The columns of an undo, in their order: `field` where rows set it back, so that the check looks at that, and at nothing
 * else.
 */
export function undoColumns(
  { fields, changes }: { fields: ChangedFields; changes: readonly Change[] },
  { hasUsernames }: { hasUsernames: boolean },
): UndoColumn[] {
  const hasMoves = changes.some((change) => change !== 'updated' && !isLasting(change));
  const own: readonly string[] = fields.own;
  const identity = IDENTITY.filter((name) => name !== 'username' || hasUsernames || own.includes(name));
  const others = PERSON_FIELDS.filter(
    (name) => own.includes(name) && !(identity as readonly string[]).includes(name),
  );
  const beside = [
    ...(fields.orgUnit ? ['org_unit'] : []),
    ...(fields.supervisor ? ['supervisor'] : []),
    ...(fields.roles ? ['role'] : []),
    ...(fields.cards ? ['card_id'] : []),
  ];
  const valued = [...others, ...beside, ...fields.custom];
  return [
    ...identity.map(
      (name): UndoColumn => ({ header: name, shows: 'identity', field: own.includes(name) ? name : null }),
    ),
    ...valued.map((name): UndoColumn => ({ header: name, shows: 'value', field: name })),
    ...(hasMoves ? [{ header: 'action', shows: 'action', field: 'action' } as const] : []),
  ];
}
