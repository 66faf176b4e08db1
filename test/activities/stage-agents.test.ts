// Staging several files as one: user details, channels and features, joined by LAN id.
import { sql } from 'drizzle-orm';
import { describe, expect, test } from 'vitest';
import { templateCsv } from '../../domain/preset.ts';
import { AGENTS_PRESET } from '../../domain/presets/agents.ts';
import { useStaging } from '../support/staging.ts';

const staging = useStaging();
const { stage, listRows, getRun } = staging;

const template = (name: string) => templateCsv(AGENTS_PRESET, name, []);
const CHANNELS = template('user-channels');
const FEATURES = template('user-features');

const DETAILS_HEADER = template('user-details').trim();
const details = (...rows: string[]) => `${DETAILS_HEADER}\n${rows.join('\n')}\n`;
const BOSS = 'boss,Grace,Hopper,boss,1,supervisor,,Sales,Lead,,,';
const JDOE = 'jdoe,Jane,Doe,jdoe,2,agent,boss,Team 1,Agent,Extra,,Hello';

const insertRun = (files: string[], options = {}) =>
  staging.insertRun(files, { preset: 'agents', ...options });
const stageFiles = async (files: string[], options = {}) => {
  const id = await insertRun(files, options);
  return { id, staged: await stage(id), rows: await listRows(id) };
};
const problemsOf = (rows: Record<string, unknown>[]) => rows.map((row) => row['problems']);

describe('the three files', () => {
  const channels = 'LAN id,Voice channels,Chat channels\njdoe,1,3\nboss,,2\n';
  const features = 'Call recording;LAN id\nyes;boss\n';

  test.each([
    ['in order', [0, 1, 2]],
    ['in another order', [2, 0, 1]],
    ['in the third', [1, 2, 0]],
  ])('are told by their headers, %s', async (_how, order) => {
    const files = [details(BOSS, JDOE), channels, features];
    const { id, staged, rows } = await stageFiles(order.map((i) => files[i] as string));
    expect(staged).toEqual({ rows: 2, siteIds: [1000] });
    expect(problemsOf(rows)).toEqual([null, null]);
    expect(rows[0]).toMatchObject({
      row_number: 2,
      identifier: 'boss',
      fields: {
        agent_id: 'boss',
        pbx_id: '1',
        profile: 'supervisor',
        chat_channels: 2,
        feature_call_recording: true,
      },
      extras: { orgUnit: 'Sales', roles: ['Lead'] },
    });
    expect(rows[1]).toMatchObject({
      row_number: 3,
      fields: { voice_channels: 1, chat_channels: 3, text_chat_greeting_template: 'Hello' },
      extras: {
        orgUnit: 'Team 1',
        isLeafNeeded: true,
        supervisor: { by: 'identifier', value: 'boss' },
        roles: ['Agent', 'Extra'],
      },
    });
    const columns = (await getRun(id))?.['columns'] as { header: string; field: string | null }[];
    expect(columns.map(({ header }) => header)).toEqual([
      ...DETAILS_HEADER.replace('\ufeff', '').split(','),
      'Voice channels',
      'Chat channels',
      'Call recording',
    ]);
    expect(rows[1]?.['cells']).toEqual([...JDOE.split(','), '1', '3', '']);
  });

  test('may be templates that nobody has changed, or one alone', async () => {
    for (const files of [[CHANNELS, details(BOSS), FEATURES], [details(BOSS)], [details(BOSS), FEATURES]]) {
      const { rows } = await stageFiles(files);
      expect(problemsOf(rows)).toEqual([null]);
    }
  });

  test('make the fields that they have columns for, once, for the whole organisation', async () => {
    await stageFiles([details(BOSS), channels]);
    const fields = await staging.db.execute<{ name: string; site_id: number; is_unique: boolean }>(
      sql`select name, site_id, is_unique from field_definition where name in ('agent_id', 'pbx_id', 'voice_channels')`,
    );
    expect([...fields].sort((a, b) => a.name.localeCompare(b.name))).toEqual([
      { name: 'agent_id', site_id: 1000, is_unique: true },
      { name: 'pbx_id', site_id: 1000, is_unique: true },
      { name: 'voice_channels', site_id: 1000, is_unique: false },
    ]);
  });

  test('count as the details have rows', async () => {
    const files = [details(BOSS, JDOE), 'LAN id,Chat channels\nnobody,1\n'];
    expect((await stageFiles(files, { expect: 2 })).staged.rows).toBe(3);
    const id = await insertRun(files, { expect: 3 });
    await expect(stage(id)).rejects.toMatchObject({ code: 'wrong-count' });
  });

  test('are told apart where the channels repeat names of the details', async () => {
    const { rows } = await stageFiles([
      'LAN id,First name,Last name,Chat channels\njdoe,Jane,Doe,4\n',
      details(JDOE),
    ]);
    expect(rows[0]).toMatchObject({ fields: { chat_channels: 4 }, problems: null });
  });

  test('take a mapping for the files that it concerns', async () => {
    const { rows } = await stageFiles([details(JDOE), 'Login,Chats\njdoe,7\n'], {
      mapping: { chat_channels: 'Chats', identifier: 'Login', crm_name: 'Access role' },
    });
    expect(rows[0]).toMatchObject({ fields: { chat_channels: 7, crm_name: 'Extra' }, problems: null });
    const id = await insertRun([details(JDOE), CHANNELS], { mapping: { identifier: 'Login' } });
    await expect(stage(id)).rejects.toMatchObject({ code: 'mapping' });
  });
});

describe('rows of channels and features', () => {
  test('about nobody in the details are rows of their own, behind the others', async () => {
    const { staged, rows } = await stageFiles([
      'LAN id,Chat channels\nghost,1\njdoe,2\n,3\n',
      details(JDOE),
      'LAN id,Call recording\nghost,yes\nphantom,no\n',
    ]);
    expect(staged.rows).toBe(4);
    expect(rows.map((row) => [row['row_number'], row['identifier'], row['problems']])).toEqual([
      [2, 'jdoe', null],
      [3, 'ghost', [{ code: 'no-details', field: 'identifier', value: 'ghost' }]],
      [4, null, [{ code: 'required', field: 'identifier' }]],
      [5, 'phantom', [{ code: 'no-details', field: 'identifier', value: 'phantom' }]],
    ]);
    expect(rows[1]?.['cells']).toEqual(['ghost', ...Array(11).fill(''), '1', 'yes']);
  });

  test('that say different things of one person are a problem of that person’s row', async () => {
    const { rows } = await stageFiles([
      details(JDOE, BOSS),
      'LAN id,Chat channels,Note\njdoe,1,\nboss,2,a\njdoe,5,\nboss,2 ,b\n',
    ]);
    expect(problemsOf(rows)).toEqual([
      [
        {
          code: 'file-rows-differ',
          field: 'identifier',
          value: 'jdoe',
          rows: [2, 4],
          expected: 'user-channels',
        },
      ],
      null,
    ]);
  });

  test('with a malformed quote are rows of their own', async () => {
    const { rows } = await stageFiles([details(JDOE), 'LAN id,Chat channels\n"jdoe,1\nboss,2\n']);
    expect(problemsOf(rows)).toMatchObject([null, [{ code: 'no-details' }], [{ code: 'unclosed-quote' }]]);
  });

  test('with more cells than their header are a problem of the person’s row', async () => {
    const { rows } = await stageFiles([details(JDOE), 'LAN id,Chat channels\njdoe,1,2\n']);
    expect(problemsOf(rows)).toMatchObject([[{ code: 'too-many-cells' }]]);
  });
});

describe('the rules', () => {
  const problemsOfRow = async (row: string) => (await stageFiles([details(row)])).rows[0]?.['problems'];

  test.each([
    ['a LAN id with special characters', 'j@doe', 0, 'special-characters', 'identifier'],
    ['an agent id with special characters', 'j doe', 3, 'special-characters', 'agent_id'],
    ['a PBX id that is no number', '12a', 4, 'pattern-mismatch', 'pbx_id'],
    ['another profile', 'manager', 5, 'not-a-choice', 'profile'],
    ['no last name', '', 2, 'required', 'last_name'],
    ['no org unit', '', 7, 'required', 'org_unit'],
    ['no role', '', 8, 'required', 'role'],
    ['an agent without a supervisor', '', 6, 'required', 'supervisor'],
  ])('%s is a problem', async (_what, cell, place, code, field) => {
    const cells = JDOE.split(',');
    cells[place] = cell;
    expect(await problemsOfRow(cells.join(','))).toMatchObject([{ code, field }]);
  });

  test('dots, hyphens and underscores are no special characters, and access role, CRM and greeting may be blank', async () => {
    expect(await problemsOfRow('j-d.o_e9,Jane,Doe,j.d,2,AGENT,boss,Team 1,Agent,,,')).toBeNull();
  });

  test('a supervisor’s own supervisor may be blank, and the unit need not be a leaf', async () => {
    const { rows } = await stageFiles([details(BOSS)]);
    expect(rows[0]).toMatchObject({ problems: null, extras: { orgUnit: 'Sales', roles: ['Lead'] } });
  });
});

describe('files that can’t be told apart', () => {
  test.each([
    ['the details twice', () => [details(BOSS), details(JDOE)], '2 of the files fill in user-details'],
    ['the channels twice', () => [details(BOSS), CHANNELS, CHANNELS], '2 of the files fill in user-channels'],
    ['no details', () => [CHANNELS, FEATURES], 'None of the files fills in user-details'],
    ['a strange file', () => [details(BOSS), 'Colour,Shape\nred,round\n'], 'one file of user-details'],
  ])('are refused, naming those that are wanted: %s', async (_what, files, message) => {
    const id = await insertRun(files());
    await expect(stage(id)).rejects.toMatchObject({
      code: 'mapping',
      message: expect.stringContaining(message),
    });
    expect(await listRows(id)).toEqual([]);
  });

  test('details without rows, or without one of their columns, are refused', async () => {
    await expect(stage(await insertRun([template('user-details'), CHANNELS]))).rejects.toMatchObject({
      code: 'empty-file',
    });
    const lacking = details(BOSS).replace('PBX id', 'Whatever');
    await expect(stage(await insertRun([lacking]))).rejects.toMatchObject({
      code: 'missing-column',
      message: expect.stringContaining('PBX id'),
    });
  });

  test('another preset takes one file', async () => {
    const id = await staging.insertRun(['identifier\n1\n', 'identifier\n2\n']);
    await expect(stage(id)).rejects.toMatchObject({ code: 'mapping' });
  });

  test('more than can be joined are refused', async () => {
    const many = `LAN id,Chat channels\n${Array.from({ length: 200_001 }, (_, i) => `u${i},1\n`).join('')}`;
    const id = await insertRun([details(BOSS), many]);
    await expect(stage(id)).rejects.toMatchObject({ code: 'too-large' });
  });
});
