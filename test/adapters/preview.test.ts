// The preview: the first rows as a run would read them, and what would stop it, without a throw.
import { expect, test } from 'vitest';
import { previewTable } from '../../adapters/preview.ts';
import { DEFAULT_OPTIONS } from '../../domain/bulk-action.ts';
import { AGENTS_PRESET } from '../../domain/presets/agents.ts';
import { PEOPLE_PRESET } from '../../domain/presets/people.ts';
import { USER_UPDATE_PRESET } from '../../domain/presets/user-update.ts';
import type { RowPlaces } from '../../domain/rows/places.ts';
import { sourceOf } from './reading.ts';

const PLACES: RowPlaces = {
  siteId: 1000,
  siteIds: new Set([1000]),
  definitions: [],
  mailDomains: new Map(),
};

const preview = (content: string | Uint8Array, options = {}, rows = 2, preset = PEOPLE_PRESET) =>
  previewTable({
    source: sourceOf(content),
    options: { ...DEFAULT_OPTIONS, ...options },
    preset,
    places: PLACES,
    rows,
  });

const FILE = 'Student ID;E-Mail;Shoe\n1;a@b.de;42\n2;nobody;\n3;c@d.de;40\n';

test('shows columns with samples, values and reasons with their hints', async () => {
  const shown = await preview(FILE);
  expect(shown.format).toMatchObject({ kind: 'csv', delimiter: ';' });
  expect(shown.columns).toEqual([
    { position: 1, header: 'Student ID', samples: ['1', '2'], field: 'identifier', matchedBy: 'synonym' },
    { position: 2, header: 'E-Mail', samples: ['a@b.de', 'nobody'], field: 'email', matchedBy: 'name' },
    { position: 3, header: 'Shoe', samples: ['42'], field: null, matchedBy: null },
  ]);
  expect(shown.fields[0]).toEqual({ name: 'email', label: 'email', isRequired: true, column: 2 });
  expect(shown.rows).toEqual([
    { row: 2, cells: ['1', 'a@b.de', '42'], values: { identifier: '1', email: 'a@b.de' }, reasons: [] },
    {
      row: 3,
      cells: ['2', 'nobody', ''],
      values: { identifier: '2' },
      reasons: [expect.objectContaining({ code: 'not-an-email', hint: expect.stringContaining('“nobody”') })],
    },
  ]);
  expect(shown.faults).toEqual([]);
});

test('a blank cell that clears is null', async () => {
  const shown = await preview('identifier,first_name\n1,\n', { clearBlank: ['first_name'] });
  expect(shown.rows[0]?.values).toEqual({ identifier: '1', first_name: null });
});

test('says what would stop the run', async () => {
  expect((await preview(FILE, { mapping: { username: 'Login' } })).faults).toMatchObject([
    { code: 'mapping' },
  ]);
  expect((await preview('a,b\n1,2\n')).faults).toMatchObject([{ code: 'missing-column' }]);
  expect((await preview(FILE, { clearBlank: ['username'] })).faults).toMatchObject([{ code: 'mapping' }]);
  expect((await preview('')).faults).toMatchObject([{ code: 'empty-file' }]);
  expect((await preview(Buffer.from('%PDF-1.7'))).faults).toMatchObject([{ code: 'unreadable-file' }]);
});

test('reads no more of a long file than it shows', async () => {
  let chunks = 0;
  const source = {
    async open() {
      return (async function* () {
        yield Buffer.from('id,email\n');
        for (; chunks < 10_000; chunks++) yield Buffer.from('1,a@b.de\n'.repeat(1000));
      })();
    },
  };
  const shown = await previewTable({
    source,
    options: DEFAULT_OPTIONS,
    preset: PEOPLE_PRESET,
    places: PLACES,
    rows: 20,
  });
  expect(shown.rows).toHaveLength(20);
  expect(chunks).toBeLessThan(100);
});

test('shows no password, in whatever place it stands', async () => {
  const file =
    'Account ID,Username,Name,Password,Role\n1000,ada,Ada,Zw3lf-Boxkämpfer!,reader\n' +
    '1000,bob,Bob,hunter2,\n1000,cy,Cy, with a comma,Zw3lf-Boxkämpfer!,reader\n';
  const shown = await preview(file, { action: 'update' }, 5, USER_UPDATE_PRESET);
  expect(JSON.stringify(shown)).not.toMatch(/Boxk|hunter2/);
  expect(shown.columns[3]).toMatchObject({ field: 'password', samples: [] });
  expect(shown.rows[0]?.values).toMatchObject({ username: 'ada', role: 'reader', password: true });
  expect(shown.rows[1]?.reasons).toMatchObject([{ code: 'weak-password' }]);
  expect(shown.rows[2]?.reasons).toMatchObject([{ code: 'too-many-cells' }]);
});

test('shows a field that the preset would bring along, before it is there', async () => {
  const shown = await preview('email,enabled\na@b.de,perhaps\n');
  expect(shown.rows[0]?.reasons).toMatchObject([{ code: 'not-a-boolean', field: 'enabled' }]);
  expect(shown.faults).toEqual([]);
});

test('knows the further files of a preset by their headers, and asks of them what is theirs', async () => {
  const shown = await preview('LAN id,Chat channels\njdoe,3\n,4\n', {}, 2, AGENTS_PRESET);
  expect(shown.faults).toEqual([]);
  expect(shown.rows[0]).toMatchObject({ values: { identifier: 'jdoe', chat_channels: 3 }, reasons: [] });
  expect(shown.rows[1]?.reasons).toMatchObject([{ code: 'required', field: 'identifier' }]);
  expect((await preview('LAN id,Chat channels\n', {}, 2, AGENTS_PRESET)).faults).toEqual([]);
  expect((await preview('Colour\nred\n', {}, 2, AGENTS_PRESET)).faults).toMatchObject([{ code: 'mapping' }]);
});
