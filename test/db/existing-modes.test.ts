// What becomes of people who exist, by mode: the file wins, gaps are filled, or they stay as they are.
import { beforeEach, describe, expect, test } from 'vitest';
import { listBulkRows } from '../../db/queries/bulk-row-list.ts';
import { findPerson } from '../../db/queries/people.ts';
import type { PersonRow } from '../../db/queries/person-row.ts';
import { EXISTING_MODES, type ExistingMode } from '../../domain/bulk-action.ts';
import { useEngine } from '../support/engine.ts';
import { editByHand, protect } from '../support/hand-edits.ts';
import { addPerson, archive } from '../support/people.ts';
import { makeOrganisation, type RunRequest, type TestOrganisation } from '../support/runs.ts';

const engine = useEngine();
let organisation: TestOrganisation;
let ann: PersonRow;

beforeEach(async () => {
  organisation = await makeOrganisation(engine.db);
  ann = await addPerson(engine.db, organisation.siteId, 'ann', {
    firstName: 'Ann',
    fields: { programme: 'Art', badge: 'A1' },
  });
});

const HEADER = 'identifier,email,first_name,last_name,programme,entry_year';

/** What became of each row, and Ann afterwards: `email first last programme year`. */
async function run(existing: ExistingMode, lines: string[], options: RunRequest = {}) {
  const { id } = await engine.run(organisation, lines.join('\n'), { ...options, existing });
  const rows = await listBulkRows(engine.db, id, { after: 0, limit: 100 });
  const { email, firstName, lastName, fields } = (await findPerson(engine.db, ann.id)) as PersonRow;
  return {
    rows: rows.map(({ outcome, reasons }) =>
      [outcome, ...reasons.map((one) => [one.code, one.field].filter(Boolean).join(' '))].join(' · '),
    ),
    ann: [email, firstName, lastName, fields['programme'], fields['entry_year']],
  };
}

const AS_SHE_WAS = ['ann@example.org', 'Ann', null, 'Art', undefined];

describe('a file with other values and new ones', () => {
  const lines = [HEADER, 'ann,lee@example.org,Anna,Lee,Law,2026', 'bob,bob@example.org,Bob,,,'];

  test.each([
    ['overwrite', 'updated', ['lee@example.org', 'Anna', 'Lee', 'Law', 2026]],
    ['fill-missing', 'updated', ['ann@example.org', 'Ann', 'Lee', 'Art', 2026]],
    ['keep', 'skipped · kept-existing', AS_SHE_WAS],
  ] as const)('%s: who exists is %s, who does not is created', async (existing, outcome, after) => {
    expect(await run(existing, lines)).toEqual({ rows: [outcome, 'created'], ann: after });
  });

  test('says the same a second time: nothing is left to do in any mode', async () => {
    for (const existing of ['overwrite', 'fill-missing'] as const) {
      await run(existing, lines);
      expect((await run(existing, lines)).rows).toEqual(['unchanged', 'unchanged']);
    }
    expect((await run('keep', lines)).rows).toEqual(Array(2).fill('skipped · kept-existing'));
  });
});

describe('blank cells', () => {
  const lines = [HEADER, 'ann,,,,,'];
  const clearBlank = ['first_name', 'programme', 'entry_year'];

  test('leave values as they are in every mode', async () => {
    for (const existing of EXISTING_MODES) expect((await run(existing, lines)).ann).toEqual(AS_SHE_WAS);
  });

  test('clear where the run was told so and the file wins, and nowhere else', async () => {
    for (const existing of ['keep', 'fill-missing'] as const)
      expect((await run(existing, lines, { clearBlank })).ann).toEqual(AS_SHE_WAS);
    expect(await run('overwrite', lines, { clearBlank })).toEqual({
      rows: ['updated'],
      ann: ['ann@example.org', null, null, undefined, undefined],
    });
  });
});

describe('archived people', () => {
  const row = 'ann,,Anna,Lee,,';
  beforeEach(() => archive(engine.db, ann.id));

  test.each(EXISTING_MODES)('are not touched by %s', async (existing) => {
    expect(await run(existing, [HEADER, row])).toEqual({
      rows: ['rejected · person-archived'],
      ann: AS_SHE_WAS,
    });
  });

  test.each([
    ['overwrite', ['ann@example.org', 'Anna', 'Lee', 'Art', undefined]],
    ['fill-missing', ['ann@example.org', 'Ann', 'Lee', 'Art', undefined]],
  ] as const)('whom a row of the file restores are written by %s as others are', async (existing, after) => {
    const lines = [`action,${HEADER}`, 'restore,ann,,,,,', `,${row}`];
    expect(await run(existing, lines)).toEqual({ rows: ['restored', 'updated'], ann: after });
  });
});

describe('values that were edited by hand and are protected', () => {
  const lines = [HEADER, 'ann,,Annie,Lee,Law,2026'];
  const KEPT = 'kept-edited-by-hand';
  beforeEach(async () => {
    await protect(engine.db, organisation.siteId, ['first_name', 'last_name', 'programme']);
    await editByHand(engine.db, ann.id, { firstName: 'Anna', lastName: 'Li', fields: { badge: 'A1' } });
    await editByHand(engine.db, ann.id, { lastName: null });
  });

  test.each([
    ['overwrite', `updated · ${KEPT} first_name · ${KEPT} last_name · ${KEPT} programme`, 2026],
    ['fill-missing', `updated · ${KEPT} last_name · ${KEPT} programme`, 2026],
    ['keep', 'skipped · kept-existing', undefined],
  ] as const)('stay in %s, and only what would have been written is named', async (existing, row, year) => {
    expect(await run(existing, lines)).toEqual({
      rows: [row],
      ann: ['ann@example.org', 'Anna', null, undefined, year],
    });
  });

  test.each([
    ['overwrite', 'updated', ['ann@example.org', 'Annie', 'Lee', 'Law', 2026]],
    ['fill-missing', 'updated', ['ann@example.org', 'Anna', 'Lee', 'Law', 2026]],
    ['keep', 'skipped · kept-existing', ['ann@example.org', 'Anna', null, undefined, undefined]],
  ] as const)(
    'are no more than others in %s where the file wins over edits',
    async (existing, row, after) => {
      expect(await run(existing, lines, { overwriteEdited: true })).toEqual({ rows: [row], ann: after });
    },
  );
});
