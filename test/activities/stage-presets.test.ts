// Staging by the other presets and over many sites: cards, users of several accounts, fields below the run's site.
import { sql } from 'drizzle-orm';
import { beforeAll, describe, expect, test } from 'vitest';
import { insertFieldDefinition } from '../../db/queries/field-definitions.ts';
import { useStaging } from '../support/staging.ts';

const staging = useStaging();
const { insertRun, stage, listRows, getRun } = staging;

beforeAll(async () => {
  await insertFieldDefinition(staging.db, { siteId: 1001, name: 'floor', type: 'number' });
  await insertFieldDefinition(staging.db, { siteId: 1002, name: 'floor', type: 'text' });
  await staging.db.execute(sql`update site set mail_domains = '{allowed.example}' where id = 1002`);
});

const stageFile = async (content: string, request: Parameters<typeof insertRun>[1]) => {
  const id = await insertRun(content, request);
  const staged = await stage(id);
  return { id, staged, rows: await listRows(id) };
};

test('users of many accounts are staged at their sites, and the others say so; no other site is to be locked', async () => {
  const { staged, rows } = await stageFile(
    'Account ID,Username,Name,Email\n1002,ada,Ada L.,\n2000,bob,,\n,cy,,\n1002,dee,,dee@else.example\n',
    { preset: 'user-update', expect: 4 },
  );
  expect(staged).toEqual({ rows: 4, siteIds: [1002] });
  expect(rows.map((row) => row['problems'])).toEqual([
    null,
    [{ code: 'unknown-site', field: 'account_id', value: '2000' }],
    [{ code: 'required', field: 'account_id' }],
    [{ code: 'domain-not-allowed', field: 'email', value: 'dee@else.example', expected: 'allowed.example' }],
  ]);
  expect(rows[0]).toMatchObject({ site_id: 1002, username: 'ada', display_name: 'Ada L.', email: null });
});

test('a file whose rows have no site of their own locks that of the run', async () => {
  const { staged } = await stageFile('Account ID,Username\n2000,bob\n', { preset: 'user-update' });
  expect(staged.siteIds).toEqual([1000]);
});

test('cards are staged with their days, and the fields that their files bring are made', async () => {
  const { rows } = await stageFile(
    'Kartei 2026\nUser ID;Vorname;Telefon;Card ID;End date\n7;Ada;+49 30 1234;00:1F;31.12.2027\n8;Bob;;zz;\n',
    {
      preset: 'access-cards',
      siteId: 1001,
      headerRow: 2,
      cardIdType: 'hex',
      cardValidFrom: '2026-01-01',
      cardValidUntil: '2026-12-31',
    },
  );
  expect(rows[0]).toMatchObject({
    row_number: 3,
    identifier: '7',
    fields: { phone: '+49 30 1234' },
    extras: { card: { number: '31', validFrom: '2026-01-01', validUntil: '2027-12-31' } },
    problems: null,
  });
  expect(rows[1]).toMatchObject({ problems: [{ code: 'not-a-card-id' }] });
});

describe('fields below the run’s site', () => {
  test('are read at the row’s own site', async () => {
    const { rows } = await stageFile(
      'identifier,floor,account_id\n1,2,1001\n2,attic,1002\n3,attic,1001\n4,5,\n',
      {},
    );
    expect(rows.map((row) => [row['fields'], row['problems']])).toEqual([
      [{ floor: 2 }, null],
      [{ floor: 'attic' }, null],
      [null, [{ code: 'not-a-number', field: 'floor', value: 'attic' }]],
      [null, [{ code: 'unknown-field-here', field: 'floor', value: '5' }]],
    ]);
  });

  test('that a preset would bring along are refused, and nothing is written', async () => {
    await insertFieldDefinition(staging.db, { siteId: 1001, name: 'enabled', type: 'text' });
    const id = await insertRun('identifier,email,enabled\n1,a@b.de,yes\n');
    await expect(stage(id)).rejects.toMatchObject({ code: 'conflict' });
    expect(await listRows(id)).toEqual([]);
    expect(await getRun(id)).toMatchObject({ staged_at: null });
  });
});

test('a file that says who is invited is refused where who starts the run may not invite', async () => {
  const id = await insertRun('identifier,email,sendInvitation\n1,a@b.de,yes\n');
  await staging.db.execute(sql`update bulk_action set grants = '[]' where id = ${id}`);
  await expect(stage(id)).rejects.toMatchObject({ code: 'forbidden' });
  expect(await listRows(id)).toEqual([]);
  const other = await insertRun('identifier,email,sendInvitation\n1,a@b.de,yes\n', {
    mapping: { send_invitation: null },
  });
  await staging.db.execute(sql`update bulk_action set grants = '[]' where id = ${other}`);
  await stage(other);
  expect(await listRows(other)).toHaveLength(1);
});

test('a row’s own words of the importer in use today are all taken', async () => {
  const { rows } = await stageFile(
    'email,identifier,cardholderGroupName,additionalPhotoRequired,unsubscribe,managerEmail,managerIdentifier,managerCardholderGroupName,sendInvitation,role,action\n' +
      'a@b.de,1,Sales,true,false,boss@b.de,,Head,yes,reader;owner,CREATE_OR_UPDATE\n',
    {},
  );
  expect(rows[0]).toMatchObject({
    action: 'create-or-update',
    fields: { additional_photo_required: true, unsubscribe: false },
    extras: {
      orgUnit: 'Sales',
      supervisor: { by: 'email', value: 'boss@b.de', orgUnit: 'Head' },
      roles: ['reader', 'owner'],
      sendInvitation: true,
    },
    problems: null,
  });
});
