// Problems in the language that was asked for: title and hint always, the sentence where the catalogue can say it.
import { expect, test } from 'vitest';
import { NORTH, useApi } from './use-api.ts';

const api = useApi();
const german = { 'Accept-Language': 'de-CH, en;q=0.5' };

test('a lacking right is told in German, precisely', async () => {
  const reader = await api.admin(NORTH, ['people:read']);
  const person = { siteId: NORTH, identifier: 'a', email: 'a@example.org' };
  const answer = await reader('POST', '/v1/people', { body: person, headers: german });
  expect(answer.headers.get('content-language')).toBe('de');
  expect(answer.json).toMatchObject({
    code: 'forbidden',
    title: 'Ihnen fehlt ein Recht',
    detail: `Ihnen fehlt am Standort ${NORTH} das Recht people:create.`,
    hint: 'Wenden Sie sich an die Verwaltung des Standorts.',
  });
});

test('faults of a person are told as those of a row are', async () => {
  const body = { siteId: NORTH, identifier: 'b', email: 'nowhere' };
  const english = await api.owner('POST', '/v1/people', { body });
  expect(english.headers.get('content-language')).toBe('en');
  expect(english.json.errors).toEqual([
    {
      path: 'email',
      message: '“nowhere” is not an email address. Correct it, for example name@example.org.',
    },
  ]);
  const answer = await api.owner('POST', '/v1/people?lang=de', { body });
  expect(answer.json.errors[0].message).toContain('„nowhere“ ist keine E-Mail-Adresse.');
  expect(answer.json.detail).toContain('email: „nowhere“ ist keine E-Mail-Adresse.');
});

test('a value that is taken names its field in German', async () => {
  const body = { siteId: NORTH, identifier: 'c', email: 'c@example.org' };
  expect((await api.owner('POST', '/v1/people', { body })).status).toBe(201);
  const again = await api.owner('POST', '/v1/people', {
    body: { ...body, identifier: 'd' },
    headers: german,
  });
  expect(again.json).toMatchObject({ code: 'key-taken', title: 'Das passt nicht zu dem, was da ist' });
  expect(again.json.detail).toContain('Der Wert für das Feld „email“ gehört bereits jemand anderem.');
});

test('a sentence without details is said in German; one that is not known keeps its words, with a hint in German', async () => {
  const answer = await api.owner('GET', '/v1/bulk-actions/nope', { headers: german });
  expect(answer.json).toMatchObject({
    code: 'missing',
    title: 'Nicht gefunden',
    detail: 'Diesen Lauf gibt es nicht.',
    hint: 'Prüfen Sie die Nummer oder den Namen.',
  });
  const address = await api.owner('GET', '/v1/nothing', { headers: german });
  expect(address.json.title).toBe('Nicht gefunden');
});

test('each fault of a source is told in German', async () => {
  const { status, json } = await api.owner('POST', '/v1/sources', {
    headers: german,
    body: {
      siteId: NORTH,
      name: 'Nachts',
      place: { kind: 'sftp', host: '10.0.0.7', user: 'muster', path: '/out', hostKeys: [] },
      parts: [{ patterns: ['in/*.csv'], options: { action: 'sync', maxChangePercent: 20 } }],
      schedule: { when: { kind: 'cron', cron: '61 * * * *' }, timeZone: 'Mars/Olympus' },
      notify: ['nobody'],
    },
  });
  expect(status).toBe(400);
  expect(json.errors.map(({ message }: { message: string }) => message)).toEqual([
    expect.stringContaining('nicht öffentlich'),
    expect.stringContaining('Schrägstrich'),
    expect.stringContaining('„61“ ist keine Minute'),
    expect.stringContaining('keine Zeitzone'),
    expect.stringContaining('keine E-Mail-Adresse'),
    expect.stringContaining('Schlüssel des Servers'),
  ]);
});
