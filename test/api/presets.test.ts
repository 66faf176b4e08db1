// Presets and their templates over HTTP.
import { describe, expect, test } from 'vitest';
import { FOREIGN, ROOT, useApi } from './use-api.ts';

const api = useApi();

describe('/v1/presets', () => {
  test('200: each with its columns', async () => {
    const { json } = await api.owner('GET', '/v1/presets');
    expect(json.items[0]).toMatchObject({ name: 'people', title: expect.any(String) });
    expect(json.items[0].columns.map((column: { field: string }) => column.field)).toContain('identifier');
  });

  test('200: a template with the site’s own fields', async () => {
    await api.owner('POST', '/v1/field-definitions', { body: { siteId: ROOT, name: 'faculty' } });
    const plain = await api.owner('GET', '/v1/presets/people/template.csv');
    expect(plain.headers.get('content-type')).toContain('text/csv');
    expect(plain.text).toContain('email');
    const own = await api.owner('GET', `/v1/presets/people/template.csv?site=${ROOT}`);
    expect(own.text).toContain(',faculty');
  });

  test('404: no such preset, or a site out of sight', async () => {
    expect((await api.owner('GET', '/v1/presets/spoons/template.csv')).status).toBe(404);
    expect((await api.owner('GET', `/v1/presets/people/template.csv?site=${FOREIGN}`)).status).toBe(404);
  });
});
