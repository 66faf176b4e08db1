// The options of a run: asked for, saved, the preset's, everybody's, in this order; and what nobody may ask for.
import { describe, expect, test } from 'vitest';
import { DEFAULT_OPTIONS } from '../../domain/bulk-action.ts';
import { ACCESS_CARDS_PRESET } from '../../domain/presets/access-cards.ts';
import { AGENTS_PRESET } from '../../domain/presets/agents.ts';
import { PEOPLE_PRESET } from '../../domain/presets/people.ts';
import { USER_UPDATE_PRESET } from '../../domain/presets/user-update.ts';
import { resolveOptions } from '../../domain/run-options.ts';

describe('options', () => {
  test('are everybody’s, with the preset’s first action', () => {
    expect(resolveOptions(PEOPLE_PRESET, null, {})).toEqual(DEFAULT_OPTIONS);
    expect(resolveOptions(USER_UPDATE_PRESET, null, {}).action).toBe('update');
    expect(resolveOptions(AGENTS_PRESET, null, {}).action).toBe('create');
  });

  test('are those that were asked for, then those saved, then the preset’s', () => {
    const preset = { ...PEOPLE_PRESET, options: { existing: 'keep', expect: 1, headerRow: 2 } as const };
    const saved = { existing: 'fill-missing', expect: 2, mapping: { email: 'Mail' } } as const;
    expect(resolveOptions(preset, saved, { expect: 3, mapping: { username: 'Login' } })).toMatchObject({
      headerRow: 2,
      existing: 'fill-missing',
      expect: 3,
      mapping: { email: 'Mail', username: 'Login' },
    });
  });

  test('keep the limits that are saved beside those that are asked for, number by number', () => {
    const preset = { ...PEOPLE_PRESET, options: { limits: { removed: { people: 0 } } } };
    const saved = { limits: { changed: { people: 5, percent: 10 }, archived: { percent: 1 } } };
    const asked = { limits: { changed: { percent: 20 }, archived: { percent: null } } };
    expect(resolveOptions(preset, saved, asked).limits).toEqual({
      changed: { people: 5, percent: 20 },
      archived: { percent: null },
      removed: { people: 0 },
    });
  });

  test('may be asked for as null, and say nothing where they are undefined', () => {
    const asked = { expect: null, existing: undefined } as never;
    expect(resolveOptions(PEOPLE_PRESET, { expect: 5, existing: 'keep' }, asked)).toMatchObject({
      expect: null,
      existing: 'keep',
    });
  });
});

describe('refused is', () => {
  test.each([
    ['an action that the preset does not allow', USER_UPDATE_PRESET, { action: 'delete' }, 'update'],
    ['one that was saved', ACCESS_CARDS_PRESET, { action: 'archive' }, 'create-or-update, create, update'],
    [
      'a last day of cards before their first',
      ACCESS_CARDS_PRESET,
      { cardValidFrom: '2026-02-01', cardValidUntil: '2026-01-31' },
      'before',
    ],
    ['the clearing of an identifier', ACCESS_CARDS_PRESET, { clearBlank: ['identifier'] }, 'identifier'],
    ['the clearing of an email', USER_UPDATE_PRESET, { clearBlank: ['email'] }, 'email'],
    ['the clearing of what every row needs', AGENTS_PRESET, { clearBlank: ['pbx_id'] }, 'pbx_id'],
    ['the clearing of a password', USER_UPDATE_PRESET, { clearBlank: ['password'] }, 'password'],
    ['an empty list of keys', PEOPLE_PRESET, { matchBy: [] }, 'matchBy'],
  ] as const)('%s', (_what, preset, asked, word) => {
    expect(() => resolveOptions(preset, null, asked)).toThrow(
      expect.objectContaining({ code: 'invalid', message: expect.stringContaining(word) }),
    );
    expect(() => resolveOptions(preset, asked, {})).toThrow(expect.objectContaining({ code: 'invalid' }));
  });
});

test('what becomes of absent people is asked of syncs alone; saved for them it may be', () => {
  expect(() => resolveOptions(PEOPLE_PRESET, null, { absent: 'delete' })).toThrow(
    expect.objectContaining({ code: 'invalid', message: expect.stringContaining('--absent') }),
  );
  const saved = { action: 'sync', absent: 'delete' } as const;
  expect(resolveOptions(PEOPLE_PRESET, saved, {}).absent).toBe('delete');
  expect(resolveOptions(PEOPLE_PRESET, saved, { absent: 'keep' }).absent).toBe('keep');
  expect(resolveOptions(PEOPLE_PRESET, saved, { action: 'update' }).action).toBe('update');
});
