// `muster watch` on a whole Muster: files in the shape that importers have used for years, and a watcher killed at every stage.
import { once } from 'node:events';
import { mkdirSync, readdirSync, readFileSync, utimesSync, writeFileSync } from 'node:fs';
import { createServer, type IncomingMessage, request as requestTo, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { sql } from 'drizzle-orm';
import { expect, onTestFinished, test } from 'vitest';
import { cells } from '../support/rosters.ts';
import { until, useStack } from '../support/stack.ts';
import { newFolder, startMuster } from './muster.ts';

const stack = useStack();

/** A folder with `new` and `done`, and the settings as a file of assignments, in the form of a shell. */
function place(more = ''): { folder: string; config: string; put(name: string, text: string): void } {
  const folder = newFolder();
  mkdirSync(join(folder, 'new'));
  const config = join(folder, 'config.sh');
  const { url, apiKey } = stack().local;
  writeFileSync(
    config,
    `#!/bin/bash\n\nIMPORT_DIRECTORY="new"\nDONE_DIRECTORY="done"\nAPI_URL="${url}"\n` +
      `PERSISTENT_ACCESS_TOKEN="${apiKey}"\n\n# COLUMN_NAMES="email,identifier"\n${more}`,
  );
  return { folder, config, put: (name, text) => writeFileSync(join(folder, 'new', name), text) };
}

const watchOnce = (config: string, site: number, ...args: string[]) =>
  startMuster(['watch', '--config', config, '--site', String(site), '--once', '--rest', '0', ...args]);
const doneIn = (folder: string) => readdirSync(join(folder, 'done')).filter((name) => !name.startsWith('.'));
const outcomesIn = (path: string): (string | undefined)[] => {
  const [header = [], ...rows] = cells(readFileSync(path, 'utf8'));
  return rows.map((row) => row[header.indexOf('muster_outcome')]);
};

const HEADER = [
  ...['email', 'identifier', 'Campus', 'Legal Name', 'cardholderGroupName', 'managerEmail', 'sendInvitation'],
  ...['action', 'additionalPhotoRequired', 'managerIdentifier', 'managerCardholderGroupName'],
];

test('takes files with managers, invitations and quoted commas as they are, and ones without a header by names', async () => {
  const site = await stack().newSite();
  await stack().db.execute(sql`
    insert into org_unit (site_id, name) values (${site}, 'Library'), (${site}, 'Card Office')`);

  const { folder, config, put } = place();
  put('bosses.csv', `email,identifier,org_unit\nboss@${site}.example,B1,Card Office\n`);
  utimesSync(join(folder, 'new', 'bosses.csv'), 1, 1);
  const person = (n: number, invite: string, photo: string) =>
    `p${n}@${site}.example,P-${n},Riverside,Ada Byron,Library,boss@${site}.example,${invite},create,${photo},B1,Card Office`;
  const rows = [
    person(1, 'false', 'true'),
    person(2, 'null', 'false'),
    person(3, 'true', 'null'),
    person(4, ' ', ' '),
  ];
  put('new people.csv', `${[HEADER.join(','), ...rows].join('\n')}\n`);
  const quoted = [
    `"q1@${site}.example","Q1","Riverside","Grace Hopper"`,
    `"q2@${site}.ex,ample","Q2","Hill","X"`,
  ];
  put('quotes.csv', `"Email","ID","Cam,pus","Name"\r\n${quoted.join('\r\n')}\r\n`);
  const first = await watchOnce(config, site).ended;
  expect([first.code, first.stderr]).toEqual([2, '']);
  expect(outcomesIn(join(folder, 'done', 'new people.results.csv'))).toEqual(Array(4).fill('created'));
  expect(outcomesIn(join(folder, 'done', 'quotes.results.csv'))).toEqual(['created', 'rejected']);
  const invited = await stack().db.execute(sql`
    select p.identifier from invitation i join person p on p.id = i.person_id where p.site_id = ${site}`);
  expect([...invited]).toEqual([{ identifier: 'P-3' }]);

  const other = place(
    'COLUMN_NAMES="Email,Legal Name,ID"\nACTION_DEFAULT="Create_Or_Update"\nFIELD_SEPARATOR="|"\n',
  );
  other.put('plain.csv', `r1@${site}.example|Ada|R1\nr2@${site}.example|Eve, too|R2\n`);
  other.put('with header.csv', `Email|Legal Name|ID\nr3@${site}.example|Joan|R3\n`);
  expect((await watchOnce(other.config, site).ended).code).toBe(0);
  expect(outcomesIn(join(other.folder, 'done', 'plain.results.csv'))).toEqual(['created', 'created']);
  expect(outcomesIn(join(other.folder, 'done', 'with header.results.csv'))).toEqual(['created']);
});

type Hook = (path: string, method: string) => 'before' | 'after' | undefined;

/** A way to the API on which a test can do something when a request comes, before it goes on or before its answer does. */
async function openDetour(hook: Hook, act: () => Promise<void>): Promise<string> {
  const { url } = stack().local;
  const pass = async (incoming: IncomingMessage, response: ServerResponse) => {
    const when = hook((incoming.url ?? '').replace(/\?.*/, ''), incoming.method ?? '');
    if (when === 'before') await act();
    const onward = requestTo(`${url}${incoming.url}`, { method: incoming.method, headers: incoming.headers });
    const answered = once(onward, 'response') as Promise<[IncomingMessage]>;
    incoming.pipe(onward);
    const [answer] = await answered;
    if (when === 'after') await act();
    answer.pipe(response.writeHead(answer.statusCode ?? 500, answer.headers));
  };
  const server = createServer((incoming, response) => {
    pass(incoming, response).catch(() => response.destroy());
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  onTestFinished(() => void server.close().closeAllConnections());
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

const STAGES: [string, Hook][] = [
  ['while it uploads', (path) => (path === '/v1/files' ? 'before' : undefined)],
  [
    'before it hears that its run was begun',
    (path, method) => (method === 'POST' && path === '/v1/bulk-actions' ? 'after' : undefined),
  ],
  ['while it follows its run', (path) => (/\/v1\/bulk-actions\/[^/]+$/.test(path) ? 'before' : undefined)],
  ['while it fetches the results', (path) => (path.endsWith('/results.csv') ? 'after' : undefined)],
];

test('killed at every stage, the last one ends what the first began: one run, one file, its results', async () => {
  const site = await stack().newSite();
  const { folder, config, put } = place();
  put('people.csv', `email,identifier\nada@${site}.example,1\nnobody,2\n`);
  const args = ['watch', '--config', config, '--site', String(site), '--rest', '0', '--interval', '1'];
  for (const [stage, hook] of STAGES) {
    let watcher: ReturnType<typeof startMuster> | undefined;
    const detour = await openDetour(hook, async () => {
      watcher?.child.kill('SIGKILL');
      await watcher?.ended;
    });
    const env = { API_URL: detour, PERSISTENT_ACCESS_TOKEN: stack().local.apiKey };
    watcher = startMuster(args, { env });
    const { stdout } = await watcher.ended;
    expect(watcher.child.signalCode, `${stage}: ${stdout}`).toBe('SIGKILL');
  }
  process.kill(stack().local.pids.api ?? 0, 'SIGKILL');
  const last = startMuster(args);
  await until('the results are there', async () =>
    doneIn(folder).includes('people.results.csv') ? true : undefined,
  );
  last.child.kill('SIGTERM');
  expect((await last.ended).code).toBe(0);
  expect(outcomesIn(join(folder, 'done', 'people.results.csv'))).toEqual(['created', 'rejected']);
  expect(readdirSync(join(folder, 'new'))).toEqual([]);
  expect(doneIn(folder).sort()).toEqual(['failed', 'people.csv', 'people.results.csv']);
  expect(JSON.parse(readFileSync(join(folder, 'done', '.muster-watch.json'), 'utf8')).entries).toEqual([]);
  const runs = await stack().db.execute(sql`select from bulk_action where site_id = ${site}`);
  expect(runs).toHaveLength(1);
});
