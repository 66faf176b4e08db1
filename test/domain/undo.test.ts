// Undo as rules: what takes back what, which rights that needs, what can't be undone, what its rows show.
import { describe, expect, test } from 'vitest';
import { type Counts, isFinal, NO_COUNTS, STATES } from '../../domain/bulk-action.ts';
import { PERMISSIONS } from '../../domain/rights.ts';
import {
  CHANGES,
  type ChangedFields,
  changesOf,
  permissionsToUndo,
  refuseNotUndoable,
  reverseOf,
  undoColumns,
  valueTypesOf,
} from '../../domain/undo.ts';

const counts = (given: Partial<Counts>): Counts => ({ ...NO_COUNTS, ...given });

describe('a change', () => {
  test('is taken back by its opposite, but for what leaves nothing behind', () => {
    const all = Object.fromEntries(CHANGES.map((change) => [change, reverseOf(change, 'archive')]));
    expect(all).toEqual({
      created: 'archive',
      updated: 'update',
      archived: 'restore',
      restored: 'archive',
      anonymized: null,
      deleted: null,
    });
    expect(reverseOf('created', 'delete')).toBe('delete');
  });

  test('needs the right of what takes it back, each once', () => {
    const all = counts({
      created: 1,
      updated: 1,
      archived: 1,
      restored: 1,
      anonymized: 1,
      deleted: 1,
      failed: 1,
    });
    expect(permissionsToUndo('people', all, 'archive')).toEqual([
      'people:archive',
      'people:update',
      'people:restore',
    ]);
    expect(permissionsToUndo('people', all, 'delete')).toEqual([
      'people:delete',
      'people:update',
      'people:restore',
      'people:archive',
    ]);
    expect(permissionsToUndo('people', counts({ deleted: 3 }), 'archive')).toEqual([]);
    expect(PERMISSIONS).toEqual(expect.arrayContaining(permissionsToUndo('people', all, 'delete')));
  });

  test('of photos, cards and roles needs the right to these, and nothing where nobody was changed', () => {
    expect(permissionsToUndo('photos', counts({ updated: 2 }), 'archive')).toEqual(['photos:write']);
    expect(permissionsToUndo('cards', counts({ updated: 2 }), 'delete')).toEqual(['cards:write']);
    expect(permissionsToUndo('roles', counts({ updated: 2 }), 'archive')).toEqual(['roles:write']);
    expect(permissionsToUndo('photos', counts({ unchanged: 2, rejected: 1 }), 'archive')).toEqual([]);
  });

  test('counts where somebody is another than before', () => {
    expect(
      changesOf(counts({ created: 1, updated: 2, deleted: 4, unchanged: 8, rejected: 16, total: 31 })),
    ).toBe(7);
  });
});

describe('a run', () => {
  test('can be undone once it has ended and changed somebody who is still there', () => {
    for (const state of STATES) {
      const undo = () => refuseNotUndoable({ id: 'r1', state, counts: counts({ updated: 1, deleted: 2 }) });
      if (isFinal(state)) expect(undo).not.toThrow();
      else expect(undo).toThrow('has not ended');
    }
  });

  test('is refused in words where there is nothing to take back', () => {
    const refused = (state: 'completed' | 'rejected', given: Partial<Counts>) => () =>
      refuseNotUndoable({ id: 'r1', state, counts: counts(given) });
    expect(refused('rejected', {})).toThrow('rejected');
    expect(refused('completed', { unchanged: 3, failed: 1 })).toThrow('changed nobody');
    expect(refused('completed', { anonymized: 3, deleted: 1 })).toThrow('can’t be undone');
  });
});

describe('the columns of an undo', () => {
  const NOTHING: ChangedFields = {
    own: [],
    orgUnit: false,
    supervisor: false,
    roles: false,
    cards: false,
    passwords: false,
    custom: [],
  };
  const columns = (fields: Partial<ChangedFields>, changes = ['updated'] as const, hasUsernames = false) =>
    undoColumns({ fields: { ...NOTHING, ...fields }, changes }, { hasUsernames });
  const shown = (given: ReturnType<typeof columns>) =>
    given.map(({ header, field }) => (field === null ? header : `${header} = ${field}`));

  test('say whom a row is about, and name the fields that are set back, those alone', () => {
    expect(shown(columns({ own: ['email', 'display_name'], custom: ['badge'], roles: true }))).toEqual([
      'account_id',
      'identifier',
      'email = email',
      'first_name',
      'last_name',
      'display_name = display_name',
      'role = role',
      'badge = badge',
    ]);
    expect(shown(columns({ passwords: true }, ['updated'], true))).toContain('username');
  });

  test('have an action where rows differ in what they do', () => {
    const headers = (changes: Parameters<typeof columns>[1] | readonly string[]) =>
      shown(columns({}, changes as ['updated']));
    expect(headers(['updated'])).not.toContain('action = action');
    expect(headers(['updated', 'deleted'])).not.toContain('action = action');
    expect(headers(['created'])).toContain('action = action');
    expect(headers(['archived', 'updated'])).toContain('action = action');
  });

  test('take values for granted of fields that hold everywhere', () => {
    const field = {
      id: '1',
      siteId: 1,
      label: '',
      required: false,
      unique: false,
      pattern: null,
      choices: null,
    };
    expect([
      ...valueTypesOf([
        { ...field, name: 'room', type: 'text', siteIds: null },
        { ...field, name: 'floor', type: 'number', siteIds: null },
        { ...field, name: 'lab', type: 'choice', choices: ['a'], siteIds: [7] },
      ]),
    ]).toEqual([
      ['room', 'string'],
      ['floor', 'number'],
    ]);
  });
});
