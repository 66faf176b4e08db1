// Users of an access-card system with their cards, from the template to what is stored for issuing.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, expect, test } from 'vitest';
import { newFolder } from '../cli/muster.ts';
import { exportedPeople, outcomesOf } from '../support/results.ts';
import { fileOf } from '../support/rosters.ts';
import { useStack } from '../support/stack.ts';

const stack = useStack();

let header: string;
beforeAll(async () => {
  const path = join(newFolder(), 'cards.csv');
  const { stderr } = await stack().muster('template', 'access-cards', '-o', path);
  expect(stderr).toBe('');
  header = readFileSync(path, 'utf8').replace('\ufeff', '').trim();
});

/** A line of the template: only what a test is about. */
const line = (given: Record<string, string>): string =>
  header
    .split(',')
    .map((name) => given[name] ?? '')
    .join();

const importCards = async (site: number, text: string, ...args: string[]) => {
  const run = await stack().import(fileOf('cards.csv', text), site, '--preset', 'access-cards', ...args);
  return { ...run, outcomes: run.id && run.error === null ? await outcomesOf(stack(), run.id) : [] };
};

const user = (id: string, site: number, card = '', until = '') =>
  line({
    'User ID': id,
    'First Name': 'F',
    'Last Name': id,
    Email: `${id}@${site}.example`,
    'Card ID': card,
    'Expiry date': until,
  });

test('card numbers are the same in decimal and hexadecimal; a row’s expiry wins over the run’s days', async () => {
  const site = await stack().newSite();
  const days = ['--card-from', '2096-09-01', '--card-until', '2097-08-31'];
  const decimal = [
    header,
    user('1', site, '0000000255'),
    user('2', site, '18446744073709551615', '2097-01-31'),
    user('3', site),
  ];
  const made = await importCards(site, decimal.join('\n'), ...days);
  expect([made.code, made.outcomes]).toEqual([0, ['created', 'created', 'created']]);
  const hex = [header, user('1', site, '00FF'), user('2', site, 'ffffffffffffffff', '2097-01-31')];
  const again = await importCards(site, hex.join('\n'), ...days, '--card-id', 'hex');
  expect([again.code, again.outcomes]).toEqual([0, ['unchanged', 'unchanged']]);
  const rows = await stack().db.execute<Record<string, string>>(
    `select number, valid_from::text as from, valid_until::text as until, status from card where site_id = ${site} order by number`,
  );
  expect([...rows]).toEqual([
    { number: '255', from: '2096-09-01', until: '2097-08-31', status: 'pending' },
    { number: '18446744073709551615', from: '2096-09-01', until: '2097-01-31', status: 'pending' },
  ]);
});

test('wrong digits, overflow, a card of somebody else and one of two are problems of their rows', async () => {
  const site = await stack().newSite();
  await importCards(site, [header, user('1', site, '7')].join('\n'));
  const rows = [
    user('2', site, '12a'),
    user('3', site, '18446744073709551616'),
    user('4', site, '007'),
    user('5', site, '8'),
    user('6', site, '08'),
    user('7', site, '9', 'soon'),
    user('8', site, '10'),
  ];
  const { code, outcomes } = await importCards(site, [header, ...rows].join('\n'));
  expect([code, outcomes]).toEqual([
    2,
    [
      'rejected · not-a-card-id',
      'rejected · card-id-too-large',
      'rejected · key-taken',
      'rejected · key-twice',
      'rejected · key-twice',
      'rejected · not-a-date',
      'created',
    ],
  ]);
});

test('a header further down, columns mapped by hand, and existing users kept or overwritten', async () => {
  const site = await stack().newSite();
  await importCards(site, [header, user('1', site)].join('\n'));
  const text = `Report of today;;\n;;\nNr;Who;Plastic\n1;Changed;77\n2;New;88\n`;
  const args = [
    '--header-row',
    '3',
    '--map',
    'identifier=Nr',
    '--map',
    'last_name=Who',
    '--map',
    'card_id=Plastic',
    '--action',
    'update',
  ];
  const kept = await importCards(site, text, ...args, '--existing', 'keep');
  expect([kept.code, kept.outcomes]).toEqual([2, ['skipped · kept-existing', 'rejected · nobody-found']]);
  expect(await exportedPeople(stack(), site, ['identifier', 'last_name'])).toEqual(['1,1']);
  const overwritten = await importCards(site, text, ...args, '--existing', 'overwrite');
  expect(overwritten.outcomes).toEqual(['updated', 'rejected · nobody-found']);
  expect(await exportedPeople(stack(), site, ['identifier', 'last_name'])).toEqual(['1,Changed']);
});

test('cards that a file brought are issued by one command, shown in both forms, and revoked with who is archived', async () => {
  const site = await stack().newSite();
  const file = [header, user('1', site, '48879'), user('2', site, '65536', '2098-01-31'), user('3', site)];
  const made = await importCards(site, file.join('\n'));
  expect([made.code, made.outcomes]).toEqual([0, ['created', 'created', 'created']]);
  const issued = await stack().muster(
    'cards',
    'issue',
    made.id ?? '',
    '--valid-until',
    '2099-12-31',
    '--json',
  );
  const run = JSON.parse(issued.stdout);
  expect([issued.code, run.state, run.counts.updated, run.counts.total]).toEqual([0, 'completed', 2, 2]);
  expect(await outcomesOf(stack(), run.id)).toEqual(['updated', 'updated']);
  const results = await stack().muster('results', run.id);
  expect(results.stdout).toContain('48879,BEEF');
  const listed = await stack().muster('cards', 'list', '--site', String(site), '--status', 'issued');
  expect(listed.stdout).toMatch(/48879\s+BEEF\s+issued\s+2099-12-31/);
  expect(listed.stdout).toMatch(/65536\s+10000\s+issued\s+2098-01-31/);

  const again = await stack().muster('cards', 'issue', made.id ?? '', '--json');
  expect([again.code, JSON.parse(again.stdout).counts.unchanged]).toEqual([0, 2]);
  const gone = await stack().import(fileOf('gone.csv', 'identifier\n1\n'), site, '--action', 'archive');
  expect(gone.counts?.archived).toBe(1);
  const cards = await stack().muster('cards', 'list', '--site', String(site), '--json');
  expect(
    JSON.parse(cards.stdout).map((card: { status: string; revokedBecause: string | null }) => [
      card.status,
      card.revokedBecause,
    ]),
  ).toEqual([
    ['revoked', 'archived'],
    ['issued', null],
  ]);
  const undone = await stack().muster('undo', gone.id ?? '', '--json');
  expect(JSON.parse(undone.stdout).counts.restored).toBe(1);
  const none = await stack().muster(
    ...['cards', 'issue', '--site', String(site), '--filter', 'identifier=3', '--json'],
  );
  expect([none.code, await outcomesOf(stack(), JSON.parse(none.stdout).id)]).toEqual([
    2,
    ['rejected · no-card'],
  ]);
});
