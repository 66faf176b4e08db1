// Drafts of imports over HTTP, what a site remembers of them, and files read through for them.
import { sql } from 'drizzle-orm';
import { describe, expect, test } from 'vitest';
import { deleteOldDrafts } from '../../db/queries/import-drafts.ts';
import { listLeftoverUploads, listUploadsToDelete } from '../../db/queries/uploads.ts';
import { FOREIGN, NORTH, useApi } from './use-api.ts';

const api = useApi();

const CSV = 'email,identifier\nann@example.org,1\n';
const upload = async (raw: string | Uint8Array = CSV, name = 'a.csv') =>
  (await api.owner('POST', `/v1/files?name=${name}`, { raw })).json.id as string;
const begin = async (ask = api.owner) =>
  (await ask('POST', '/v1/import-drafts', { body: { siteId: NORTH } })).json;
const patch = (id: string, body: object, ask = api.owner) =>
  ask('PATCH', `/v1/import-drafts/${id}`, { body });
const age = (id: string) =>
  api.db.execute(sql`update upload set created_at = now() - interval '2 days' where id = ${id}`);

describe('a draft', () => {
  test('is its owner’s, and is taken up as it was left', async () => {
    const draft = await begin();
    const file = await upload();
    const settings = { ...draft.settings, step: 'configure', options: { action: 'create', headerRow: null } };
    const saved = await patch(draft.id, { version: 1, settings, files: [{ id: file }] });
    expect(saved.status).toBe(200);
    const again = (await api.owner('GET', `/v1/import-drafts/${draft.id}`)).json;
    expect(again).toEqual(saved.json);
    expect(again).toMatchObject({ version: 2, settings, files: [{ id: file, name: 'a.csv', slot: null }] });
    const { json: mine } = await api.owner('GET', '/v1/import-drafts');
    expect(mine.items.map((one: { id: string }) => one.id)).toContain(draft.id);

    const other = await api.admin(NORTH, ['bulk-actions:run']);
    expect((await other('GET', `/v1/import-drafts/${draft.id}`)).status).toBe(404);
    expect((await patch(draft.id, { version: 2 }, other)).status).toBe(404);
    expect((await other('DELETE', `/v1/import-drafts/${draft.id}`)).status).toBe(404);
    expect((await other('GET', '/v1/import-drafts')).json.items).toEqual([]);
    const reader = await api.admin(NORTH, ['people:read']);
    expect((await reader('GET', '/v1/import-drafts')).status).toBe(403);
    expect((await reader('DELETE', `/v1/import-drafts/${draft.id}`)).status).toBe(403);
  });

  test('that has moved on is not overwritten', async () => {
    const draft = await begin();
    expect((await patch(draft.id, { version: 1, settings: draft.settings })).status).toBe(200);
    const late = await patch(draft.id, { version: 1, settings: draft.settings });
    expect(late.status).toBe(409);
    expect(late.json.code).toBe('conflict');
  });

  test('takes no site, upload, option or run that is not the admin’s to name', async () => {
    const refused = async (body: object) => (await api.owner('POST', '/v1/import-drafts', { body })).status;
    expect(await refused({ siteId: FOREIGN })).toBe(404);
    expect(await refused({ siteId: NORTH, preset: 'nothing' })).toBe(404);
    const reader = await api.admin(NORTH, ['people:read']);
    expect((await reader('POST', '/v1/import-drafts', { body: { siteId: NORTH } })).status).toBe(403);
    const { id, settings } = await begin();
    expect((await patch(id, { version: 1, files: [{ id: 'nothing' }] })).status).toBe(404);
    expect((await patch(id, { version: 1, bulkActionId: 'nothing' })).status).toBe(404);
    const odd = { ...settings, options: { undoCreated: 'delete' } };
    expect((await patch(id, { version: 1, settings: odd })).status).toBe(400);
  });

  test('keeps its uploads, lets go of one that is replaced, and of all when it is discarded', async () => {
    const draft = await begin();
    const [first, second] = [await upload(), await upload('email,identifier\nbo@example.org,2\n')];
    await age(first);
    await patch(draft.id, { version: 1, files: [{ id: first }] });
    expect(await listLeftoverUploads(api.db)).not.toContain(first);
    await patch(draft.id, { version: 2, files: [{ id: second, slot: 'user-details' }] });
    expect(await api.storedFiles()).not.toContain(first);
    expect((await patch(draft.id, { version: 3, files: [{ id: first }] })).status).toBe(410);
    const { json } = await api.owner('GET', `/v1/import-drafts/${draft.id}`);
    expect(json.files).toMatchObject([{ id: second, slot: 'user-details' }]);
    expect((await api.owner('DELETE', `/v1/import-drafts/${draft.id}`)).status).toBe(204);
    expect(await api.storedFiles()).not.toContain(second);
    expect((await api.owner('GET', `/v1/import-drafts/${draft.id}`)).status).toBe(404);
  });

  test('keeps its upload until a run of it has written something', async () => {
    const draft = await begin();
    const file = await upload();
    const body = { site: NORTH, files: [file], dryRun: true };
    const run = (await api.owner('POST', '/v1/bulk-actions', { body })).json;
    await patch(draft.id, { version: 1, files: [{ id: file }], bulkActionId: run.id });
    const end = (state: string, created: number) =>
      api.db.execute(sql`
        update bulk_action set state = ${state}, finished_at = now(), counts = jsonb_build_object('created', ${created}::int),
          error_code = ${state === 'rejected' ? 'wrong-count' : null}
        where id = ${run.id}`);
    for (const state of ['rejected', 'cancelled']) {
      await end(state, 0);
      expect(await listUploadsToDelete(api.db, run.id), state).toEqual([]);
    }
    await end('cancelled', 1);
    expect(await listUploadsToDelete(api.db, run.id)).toEqual([file]);
    const listed = async () =>
      (await api.owner('GET', '/v1/import-drafts')).json.items.map((one: { id: string }) => one.id);
    expect(await listed()).not.toContain(draft.id);
    await end('completed', 0);
    expect(await listUploadsToDelete(api.db, run.id)).toEqual([file]);
    await end('cancelled', 0);
    expect(await listed()).toContain(draft.id);
  });

  test('goes when nobody has touched it for long, and its upload with the next sweep', async () => {
    const draft = await begin();
    const file = await upload();
    await age(file);
    await patch(draft.id, { version: 1, files: [{ id: file }] });
    await deleteOldDrafts(api.db, 30);
    expect((await api.owner('GET', `/v1/import-drafts/${draft.id}`)).status).toBe(200);
    await api.db.execute(
      sql`update import_draft set updated_at = now() - interval '31 days' where id = ${draft.id}`,
    );
    expect(await deleteOldDrafts(api.db, 30)).toBe(1);
    expect((await api.owner('GET', `/v1/import-drafts/${draft.id}`)).status).toBe(404);
    expect(await listLeftoverUploads(api.db)).toContain(file);
  });
});

describe('what a site remembers', () => {
  const at = `/v1/sites/${NORTH}/remembered-answers/people`;

  test('is offered to whoever imports there, and the last answers win', async () => {
    expect((await api.owner('GET', at)).json).toEqual({ columns: {}, options: {} });
    await api.owner('PUT', at, { body: { columns: { Chip: 'card_id' }, options: {} } });
    const answers = { columns: { 'Pers.Nr.': 'identifier', Notes: null }, options: { existing: 'keep' } };
    expect((await api.owner('PUT', at, { body: answers })).status).toBe(200);
    const other = await api.admin(NORTH, ['bulk-actions:run']);
    expect((await other('GET', at)).json).toEqual(answers);
    const reader = await api.admin(NORTH, ['people:read']);
    expect((await reader('GET', at)).status).toBe(403);
    expect((await reader('PUT', at, { body: answers })).status).toBe(403);
    expect((await api.owner('GET', `/v1/sites/${NORTH}/remembered-answers/nothing`)).status).toBe(404);
  });

  test('is nobody: a row that was taken for the header is not kept', async () => {
    const body = { columns: { 'ann@example.org': 'email', Ann: 'first_name' }, options: {} };
    expect((await api.owner('PUT', at, { body })).json.columns).toEqual({});
  });
});

describe('POST /v1/files/{id}/read', () => {
  const read = async (id: string, body: object = {}) =>
    (await api.owner('POST', `/v1/files/${id}/read`, { body: { site: NORTH, ...body } })).json;
  const GERMAN = Buffer.from(
    'Hochschule Nordfeld;;\r\nStand 20.11.2026;;\r\nMatrikelnummer;E-Mail;Nachname\r\n' +
      '1;j@example.org;J\u00fcrgens\r\n;;\r\n2;m@example.org;Meier\r\n3;o@example.org;\u00d6zil\r\n',
    'latin1',
  );

  test('200: rows, header, how it is written, and names with special letters', async () => {
    const reading = await read(await upload(GERMAN));
    expect(reading).toMatchObject({
      headerRow: 3,
      columns: 3,
      rows: 3,
      letters: ['Jürgens', 'Özil'],
      faults: [],
    });
    expect(reading.format).toMatchObject({ encoding: 'windows-1252', delimiter: ';' });
    expect(reading.head[0]).toEqual({ row: 1, cells: ['Hochschule Nordfeld', '', ''] });
    expect(reading.head.map((one: { row: number }) => one.row)).toEqual([1, 2, 3, 4, 6, 7]);
    const told = await read(await upload(GERMAN), { options: { headerRow: null, encoding: 'utf-8' } });
    expect(told).toMatchObject({ headerRow: null, rows: 6 });
    expect(told.letters[0]).toContain('\ufffd');
    // Nobody's column is called like an address: that is a row already.
    const rows = await read(await upload(Buffer.from('h1,ann@example.org,Ann\nh2,bo@example.org,Bo\n')));
    expect(rows).toMatchObject({ headerRow: null, rows: 2, columns: 3, faults: [] });
  });

  test('200: shows nothing that stands below a word for passwords', async () => {
    const id = await upload('Account ID,Username,Password\n1001,ann,hunter2hunter2\n');
    const reading = await read(id, { preset: 'user-update' });
    expect(JSON.stringify(reading)).not.toContain('hunter2');
    expect(reading.head[1].cells).toEqual(['1001', 'ann', '•••']);
  });

  test('200: what is no table is a fault, in the language asked for', async () => {
    const id = await upload('%PDF-1.4 …');
    const answer = await api.owner('POST', `/v1/files/${id}/read`, {
      body: { site: NORTH },
      headers: { 'accept-language': 'de' },
    });
    expect(answer.json.faults).toMatchObject([
      { code: 'unreadable-file', message: expect.stringContaining('a PDF') },
    ]);
    expect(answer.json.faults[0].hint).toContain('CSV');
    expect((await read(await upload('email,identifier\n'))).faults[0].code).toBe('empty-file');
    expect((await read(id, { site: FOREIGN })).code).toBe('missing');
  });
});
