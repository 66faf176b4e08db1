// The check of single rows: for each, its person, what will become of it, and why where nothing will.
import { sql } from 'drizzle-orm';
import { beforeEach, describe, expect, test } from 'vitest';
import { getRowRange } from '../../db/queries/check/plans.ts';
import { insertPlan } from '../../db/queries/check/row-plans.ts';
import { releaseLocks } from '../../db/queries/edit-locks.ts';
import { insertFieldDefinition } from '../../db/queries/field-definitions.ts';
import { cutEvenly } from '../../domain/batch.ts';
import type { BulkActionOptions } from '../../domain/bulk-action.ts';
import { useEngine } from '../support/engine.ts';
import { addPerson, addSite, archive } from '../support/people.ts';
import { listOutcomes, makeOrganisation, type TestOrganisation } from '../support/runs.ts';

const engine = useEngine();
let organisation: TestOrganisation;
let siteId: number;
let rootId: number;

beforeEach(async () => {
  organisation = await makeOrganisation(engine.db);
  ({ siteId, rootId } = organisation);
});

type Planned = { plan: string; person: number | null; reasons: unknown[] };

/** What the check makes of each row: its phase where it is planned, else its outcome. */
async function plan(lines: string[], options: Partial<BulkActionOptions> = {}): Promise<Planned[]> {
  const { id } = await engine.plan(organisation, lines.join('\n'), options);
  const rows = await engine.db.execute<Planned>(sql`
    select coalesce(outcome, phase) as plan, person_id as person, coalesce(reasons, '[]') as reasons
    from bulk_plan where bulk_action_id = ${id} order by row_number`);
  await releaseLocks(engine.db, id);
  return [...rows];
}

const only = async (lines: string[], options?: Partial<BulkActionOptions>): Promise<Planned> => {
  const rows = await plan(lines, options);
  expect(rows).toHaveLength(1);
  return rows[0] as Planned;
};

const planned = (phase: 'create' | 'update' | 'unchanged') => ({ plan: phase, reasons: [] });
const rejected = (...reasons: object[]) => ({ plan: 'rejected', reasons });

describe('a row of somebody new', () => {
  test('is planned as a create with an id of its own', async () => {
    const row = await only(['identifier,email', '1,one@example.org']);
    expect(row).toMatchObject(planned('create'));
    expect(row.person).toBeGreaterThan(0);
  });

  test('is rejected with every field that is required and missing, custom ones too', async () => {
    const field = { siteId: rootId, type: 'text', required: true } as const;
    await insertFieldDefinition(engine.db, { ...field, name: 'faculty' });
    await insertFieldDefinition(engine.db, { ...field, siteId, name: 'room' });
    const rows = await plan([
      'identifier,email,faculty,room',
      '1,,x,',
      ',one@example.org,x,y',
      '2,b@example.org,x,y',
    ]);
    expect(rows).toMatchObject([
      rejected({ code: 'required', field: 'email' }, { code: 'required', field: 'room' }),
      rejected({ code: 'required', field: 'identifier' }),
      planned('create'),
    ]);
    expect(rows[0]?.person).toBeNull();
  });

  test('needs only what its own site requires', async () => {
    const other = await addSite(engine.db, siteId, rootId + 2);
    await insertFieldDefinition(engine.db, { siteId: other, name: 'room', type: 'text', required: true });
    const rows = await plan([
      'identifier,email,account_id',
      `1,a@example.org,${siteId}`,
      `2,b@example.org,${other}`,
    ]);
    expect(rows).toMatchObject([planned('create'), rejected({ code: 'required', field: 'room' })]);
  });

  test('is rejected where nobody is to be created, by the run or by the row itself', async () => {
    const lines = ['identifier,email', '1,one@example.org', ',two@example.org'];
    const nobody = [
      rejected({ code: 'nobody-found', field: 'identifier', value: '1' }),
      rejected({ code: 'nobody-found', field: 'email', value: 'two@example.org' }),
    ];
    expect(await plan(lines, { action: 'update' })).toMatchObject(nobody);
    const own = lines.map((line, place) => `${line},${place === 0 ? 'action' : 'update'}`);
    expect(await plan(own, { action: 'create' })).toMatchObject(nobody);
  });

  test('is rejected where the email is somebody’s, though the identifier is nobody’s', async () => {
    await addPerson(engine.db, siteId, 'known', { email: 'Taken@example.org' });
    const taken = rejected({ code: 'key-taken', field: 'email', value: 'taken@EXAMPLE.org' });
    const lines = ['identifier,email', 'new,taken@EXAMPLE.org'];
    expect(await plan(lines)).toMatchObject([taken]);
    expect(await plan(lines, { action: 'create' })).toMatchObject([taken]);
  });

  test('is rejected where the email is taken in another site of the organisation, not in another organisation', async () => {
    const other = await addSite(engine.db, rootId, rootId + 2);
    await addPerson(engine.db, other, '1', { email: 'here@example.org' });
    const stranger = await makeOrganisation(engine.db);
    await addPerson(engine.db, stranger.siteId, '1', { email: 'there@example.org' });
    expect(await plan(['identifier,email', '1,here@example.org', '2,there@example.org'])).toMatchObject([
      rejected({ code: 'key-taken', field: 'email', value: 'here@example.org' }),
      planned('create'),
    ]);
  });

  test('may have the email of somebody archived, but not the username', async () => {
    const gone = await addPerson(engine.db, siteId, 'gone', { username: 'gone' });
    await archive(engine.db, gone.id);
    expect(
      await plan(['identifier,email,username', '1,gone@example.org,', '2,b@example.org,gone']),
    ).toMatchObject([planned('create'), rejected({ code: 'key-taken', field: 'username', value: 'gone' })]);
  });

  test('is told of all its taken keys at once', async () => {
    await addPerson(engine.db, siteId, 'a', { email: 'a@example.org' });
    await addPerson(engine.db, siteId, 'b', { username: 'bee' });
    expect(await only(['identifier,email,username', 'c,a@example.org,bee'])).toMatchObject(
      rejected(
        { code: 'key-taken', field: 'email', value: 'a@example.org' },
        { code: 'key-taken', field: 'username', value: 'bee' },
      ),
    );
  });
});

describe('a row of somebody known', () => {
  test('is planned as an update of the version that is there, found by identifier, else by email', async () => {
    const { id } = await addPerson(engine.db, siteId, '1', { email: 'one@example.org' });
    for (const line of ['1,,Ada', '1,ONE@example.org,Ada', ',One@Example.org,Ada']) {
      const row = await only(['identifier,email,first_name', line]);
      expect(row, line).toMatchObject({ ...planned('update'), person: id });
    }
  });

  test('is unchanged where it says what is so already, letter case of the email and blanks left aside', async () => {
    await addPerson(engine.db, siteId, '1', {
      email: 'One@example.org',
      firstName: 'Ada',
      fields: { programme: 'Maths', entry_year: 2024 },
    });
    expect(
      await only([
        'identifier,email,first_name,programme,entry_year,badge',
        '1,one@EXAMPLE.org,Ada, Maths ,2024,',
      ]),
    ).toMatchObject(planned('unchanged'));
  });

  test('is not found by email in another site, nor in another organisation', async () => {
    const other = await addSite(engine.db, rootId, rootId + 2);
    await addPerson(engine.db, other, '1', { email: 'one@example.org' });
    expect(await only(['email,first_name', 'one@example.org,Ada'], { action: 'update' })).toMatchObject(
      rejected({ code: 'nobody-found', field: 'email', value: 'one@example.org' }),
    );
  });

  test('is found in the site that the row names', async () => {
    const other = await addSite(engine.db, siteId, rootId + 2);
    const { id } = await addPerson(engine.db, other, '1', { email: 'one@example.org' });
    expect(
      await plan([
        'account_id,identifier,email,first_name',
        `${other},1,,Ada`,
        `${siteId},1,new@example.org,Ada`,
      ]),
    ).toMatchObject([{ ...planned('update'), person: id }, planned('create')]);
  });

  test('is rejected where it is to be created', async () => {
    await addPerson(engine.db, siteId, '1');
    const lines = ['identifier,email', '1,x@example.org', ',1@example.org'];
    expect(await plan(lines, { action: 'create' })).toMatchObject([
      rejected({ code: 'person-twice', rows: [3] }),
      rejected({ code: 'person-exists', field: 'email', value: '1@example.org' }, expect.anything()),
    ]);
    expect(await only(lines.slice(0, 2), { action: 'create' })).toMatchObject(
      rejected({ code: 'person-exists', field: 'identifier', value: '1' }),
    );
  });

  test('is rejected where the person is archived', async () => {
    const { id } = await addPerson(engine.db, siteId, '1');
    await archive(engine.db, id);
    for (const options of [{}, { action: 'create' }, { existing: 'keep' }] as const)
      expect(await only(['identifier,email', '1,x@example.org'], options)).toMatchObject(
        rejected({ code: 'person-archived' }),
      );
  });

  test('is rejected where its new email or username is somebody else’s', async () => {
    await addPerson(engine.db, siteId, 'a', { username: 'ada' });
    await addPerson(engine.db, siteId, 'b');
    const other = await addSite(engine.db, rootId, rootId + 2);
    await addPerson(engine.db, other, 'c', { username: 'cy' });
    expect(await only(['identifier,email,username', 'b,a@example.org,ada'])).toMatchObject(
      rejected(
        { code: 'key-taken', field: 'email', value: 'a@example.org' },
        { code: 'key-taken', field: 'username', value: 'ada' },
      ),
    );
    expect(await only(['identifier,email', 'b,c@example.org'])).toMatchObject(
      rejected({ code: 'key-taken', field: 'email', value: 'c@example.org' }),
    );
    // A username is unique in its site alone.
    expect(await only(['identifier,username', 'b,cy'])).toMatchObject(planned('update'));
  });

  test('is rejected where its unique custom value is somebody else’s; its own it may keep', async () => {
    await addPerson(engine.db, siteId, 'a', { fields: { badge: '7' } });
    await addPerson(engine.db, siteId, 'b', { fields: { badge: '8' } });
    const rows = await plan(['identifier,email,badge,first_name', 'b,,7,', 'c,c@example.org,7,']);
    const taken = { code: 'key-taken', field: 'badge', value: '7' };
    expect(rows.map(({ plan: one }) => one)).toEqual(['rejected', 'rejected']);
    for (const row of rows)
      expect(row.reasons).toMatchObject([{ code: 'key-twice', field: 'badge', value: '7' }]);
    expect(await only(['identifier,badge,first_name', 'b,8,Bob'])).toMatchObject(planned('update'));
    expect(await only(['identifier,email,badge', 'c,c@example.org,7'])).toMatchObject(rejected(taken));
  });
});

test('a mail domain that is not allowed refuses new emails, and leaves those that people have', async () => {
  await addPerson(engine.db, siteId, '1', { email: '1@old.example' });
  await engine.db.execute(sql`update site set mail_domains = '{new.example}' where id = ${siteId}`);
  const rows = await plan([
    'identifier,email,first_name',
    '1,1@OLD.example,Ada',
    '2,2@old.example,Bob',
    '3,3@new.example,Cy',
  ]);
  expect(rows).toMatchObject([
    planned('update'),
    rejected({ code: 'domain-not-allowed', field: 'email', value: '2@old.example', expected: 'new.example' }),
    planned('create'),
  ]);
  expect(await only(['identifier,email', '1,other@old.example'])).toMatchObject({ plan: 'rejected' });
});

describe('a row of a known person in a run that keeps, or only fills what is empty', () => {
  test('is skipped where existing people are kept', async () => {
    const { id } = await addPerson(engine.db, siteId, '1');
    expect(
      await plan(['identifier,email', '1,x@example.org', '2,y@example.org'], { existing: 'keep' }),
    ).toMatchObject([
      { plan: 'skipped', person: id, reasons: [{ code: 'kept-existing' }] },
      planned('create'),
    ]);
  });

  test('fills empty values and leaves the others', async () => {
    await addPerson(engine.db, siteId, '1', { firstName: 'Ada', fields: { programme: 'Maths' } });
    const header = 'identifier,email,first_name,last_name,programme,entry_year';
    const fill = { existing: 'fill-missing' } as const;
    expect(await only([header, '1,new@example.org,Eve,,Law,'], fill)).toMatchObject(planned('unchanged'));
    expect(await only([header, '1,,,Love,,'], fill)).toMatchObject(planned('update'));
    expect(await only([header, '1,,,,,2024'], fill)).toMatchObject(planned('update'));
  });

  test('is not held up by a taken key that it would not take', async () => {
    await addPerson(engine.db, siteId, 'a', { username: 'ada', fields: { badge: '7' } });
    await addPerson(engine.db, siteId, 'b', { username: 'bob', fields: { badge: '8' } });
    await addPerson(engine.db, siteId, 'c');
    const header = 'identifier,email,username,badge,first_name';
    const fill = { existing: 'fill-missing' } as const;
    expect(await only([header, 'b,a@example.org,ada,7,'], fill)).toMatchObject(planned('unchanged'));
    expect(await only([header, 'b,a@example.org,ada,7,Bob'], fill)).toMatchObject(planned('update'));
    expect(await only([header, 'c,a@example.org,ada,,'], fill)).toMatchObject(
      rejected({ code: 'key-taken', field: 'username', value: 'ada' }),
    );
    expect(await only([header, 'c,a@example.org,,7,'], fill)).toMatchObject(
      rejected({ code: 'key-taken', field: 'badge', value: '7' }),
    );
  });
});

describe('a blank cell', () => {
  test('clears what the run was told to clear, and leaves everything else', async () => {
    await addPerson(engine.db, siteId, '1', {
      username: 'ada',
      firstName: 'Ada',
      fields: { programme: 'Maths' },
    });
    const lines = ['identifier,username,first_name,programme', '1,,,'];
    expect(await only(lines)).toMatchObject(planned('unchanged'));
    expect(await only(lines, { clearBlank: ['username'] })).toMatchObject(planned('update'));
    expect(await only(lines, { clearBlank: ['programme'] })).toMatchObject(planned('update'));
    const { id } = await engine.run(organisation, lines.join('\n'), {
      clearBlank: ['username', 'programme'],
    });
    expect(await listOutcomes(engine.db, id)).toMatchObject([{ outcome: 'updated' }]);
    const [person] = await engine.db.execute(sql`
      select username, first_name, fields from person where site_id = ${siteId} and identifier = '1'`);
    expect(person).toEqual({ username: null, first_name: 'Ada', fields: {} });
  });

  test('changes nothing where there is nothing to clear', async () => {
    await addPerson(engine.db, siteId, '1');
    expect(
      await only(['identifier,username,programme', '1,,'], { clearBlank: ['username', 'programme'] }),
    ).toMatchObject(planned('unchanged'));
  });

  test('does not clear an email', async () => {
    await addPerson(engine.db, siteId, '1');
    expect(await only(['identifier,email', '1,'], { clearBlank: ['email'] })).toMatchObject(
      rejected({ code: 'cannot-clear', field: 'email' }),
    );
  });
});

describe('a row that can’t be read or found', () => {
  test('is rejected with what staging found', async () => {
    const { id } = await addPerson(engine.db, siteId, '1');
    expect(await plan(['identifier,email,entry_year', '1,nobody,x', '2,b@example.org,y'])).toMatchObject([
      {
        ...rejected(
          { code: 'not-an-email', field: 'email', value: 'nobody' },
          { code: 'not-a-number', field: 'entry_year', value: 'x' },
        ),
        person: id,
      },
      { ...rejected({ code: 'not-a-number', field: 'entry_year', value: 'y' }), person: null },
    ]);
  });

  test('is rejected where it has neither identifier nor email', async () => {
    expect(await only(['identifier,email,first_name', ',,Ada'])).toMatchObject(rejected({ code: 'no-key' }));
  });
});

describe('the check', () => {
  test('may plan pieces of a file at once: it comes to the same', async () => {
    await addPerson(engine.db, siteId, '3');
    const lines = Array.from({ length: 9 }, (_, place) => `${place},${place}@example.com`);
    const id = await engine.stage(organisation, ['identifier,email', ...lines, '8,x@example.com'].join('\n'));
    const token = await engine.lock(id);
    const settings = {
      bulkActionId: id,
      rootId,
      action: 'create-or-update',
      existing: 'overwrite',
      matchBy: ['identifier', 'email'],
      duplicates: 'rejected',
      requiredToCreate: ['email'],
      mapped: new Set(['identifier', 'email']),
      isReplanned: false,
      isUndo: false,
      isSync: false,
      absent: 'archive',
      amongSourceId: null,
      isSkimmed: false,
      returns: false,
    } as const;
    const pieces = cutEvenly(await getRowRange(engine.db, id), 3);
    await Promise.all(
      [...pieces, ...pieces].map((piece) => insertPlan(engine.db, settings, piece).catch(() => {})),
    );
    const { rowsDone, rowsTotal, batches } = await engine.check(id, token);
    expect({ rowsDone, rowsTotal }).toEqual({ rowsDone: 2, rowsTotal: 10 });
    expect(batches.map(({ phase }) => phase)).toEqual(['update', 'create']);
    const outcomes = (await listOutcomes(engine.db, id)).map(({ outcome }) => outcome);
    expect(outcomes).toEqual([...Array(8).fill(null), 'rejected', 'rejected']);
  });

  test('changes nothing when it is made again', async () => {
    await addPerson(engine.db, siteId, '1');
    const checked = await engine.plan(
      organisation,
      'identifier,email\n1,x@example.org\n2,b@example.org\n2,c@example.org\n3,c@example.org\n',
    );
    const before = await listOutcomes(engine.db, checked.id);
    await engine.db.execute(sql`update bulk_action set state = 'checking' where id = ${checked.id}`);
    expect(await engine.check(checked.id, checked.token)).toEqual(checked);
    expect(await listOutcomes(engine.db, checked.id)).toEqual(before);
  });

  test('says that it was cancelled, or that its lock has passed on, and then plans nothing', async () => {
    const csv = 'identifier,email\n1,x@example.org\n';
    const lost = await engine.stage(organisation, csv);
    const token = await engine.lock(lost);
    expect((await engine.check(lost, token - 1)).standing).toBe('lost');
    await engine.db.execute(sql`update bulk_action set cancel_requested_at = now() where id = ${lost}`);
    expect((await engine.check(lost, token)).standing).toBe('cancelled');
    expect(await listOutcomes(engine.db, lost)).toEqual([]);
  });

  test('does not end while a row is without a plan', async () => {
    const id = await engine.stage(organisation, 'identifier,email\n1,x@example.org\n');
    const token = await engine.lock(id);
    await engine.db.execute(sql`update bulk_action set rows_total = 2 where id = ${id}`);
    await expect(engine.check(id, token)).rejects.toThrow('not as many rows');
  });
});
