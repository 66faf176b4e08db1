// A zip of pictures over the command line, on the whole stack: photos of people, results, mail, second thoughts, kills.
import { writeFileSync } from 'node:fs';
import { sql } from 'drizzle-orm';
import sharp from 'sharp';
import { expect, test } from 'vitest';
import type { RunObject } from '../../cli/exit.ts';
import { NO_COUNTS } from '../../domain/bulk-action.ts';
import { newFile } from '../cli/muster.ts';
import { picture, zipOf } from '../support/picture-zips.ts';
import { csvLines, resultLines, startWith } from '../support/results.ts';
import { until, useStack } from '../support/stack.ts';

const stack = useStack();

const HEADER = 'identifier,email,first_name';

function newZip(files: Readonly<Record<string, Buffer>>): string {
  const path = newFile('photos.zip', '');
  writeFileSync(path, zipOf(files));
  return path;
}

const photos = (zip: string, site: number, ...args: string[]) =>
  stack().json<RunObject>('photos', zip, '--site', String(site), '--match', 'identifier', ...args);

type Shown = { photo: { id: string; pictureUrl: string; thumbnailUrl: string } | null };

/** The photo of each person of a site, by identifier. */
async function shown(site: number): Promise<Record<string, Shown['photo']>> {
  const people = await stack().people(site);
  const photosOf = people.map(async ({ id, identifier }) => {
    const { body } = await stack().api<Shown>('GET', `/people/${id}`);
    return [identifier, body.photo] as const;
  });
  return Object.fromEntries(await Promise.all(photosOf));
}

async function fetched(path: string): Promise<{ type: string | null; format: string; width: number }> {
  const { body: key } = { body: stack().local.apiKey };
  const reply = await fetch(`${stack().url}${path}`, { headers: { authorization: `Bearer ${key}` } });
  const { format, width } = await sharp(Buffer.from(await reply.arrayBuffer())).metadata();
  return { type: reply.headers.get('content-type'), format, width };
}

test('a zip becomes photos that are served, its rows say what became of each, a mail tells, and an undo takes it back', async () => {
  const site = await stack().newSite();
  await startWith(stack(), site, HEADER, ['a,a@x.example,Ada', 'b,b@y.example,Bo', 'c,c@z.example,Cy']);
  const first = await photos(
    newZip({ 'a.jpg': await picture('red'), 'b.jpg': await picture('green') }),
    site,
  );
  expect(first).toMatchObject({ state: 'completed', counts: { ...NO_COUNTS, updated: 2, total: 2 } });
  const before = await shown(site);

  const run = await photos(
    newZip({
      'holidays/a.png': await picture('blue', { format: 'png' }),
      'b.jpg': await picture('green'),
      'c.jpg': await picture('black'),
      'nobody.jpg': await picture('white'),
      'c.gif': Buffer.from('GIF89a'),
    }),
    site,
  );
  expect(run.state).toBe('completed');
  expect(run.counts).toMatchObject({ updated: 2, unchanged: 1, rejected: 2, total: 5 });
  const lines = await resultLines(stack(), run.id ?? '');
  expect(lines.map(({ file, muster_outcome, muster_code }) => [file, muster_outcome, muster_code])).toEqual([
    ['holidays/a.png', 'updated', ''],
    ['b.jpg', 'unchanged', ''],
    ['c.jpg', 'updated', ''],
    ['nobody.jpg', 'rejected', 'nobody-by-name'],
    ['c.gif', 'rejected', 'not-a-picture'],
  ]);
  const failed = await stack().api<string>('GET', `/bulk-actions/${run.id}/failed.csv`);
  expect(csvLines(failed.body).map(({ file }) => file)).toEqual(['nobody.jpg', 'c.gif']);
  expect((await stack().api('GET', `/bulk-actions/${run.id}/results.xlsx`)).status).toBe(200);

  const after = await shown(site);
  expect([after['a']?.id === before['a']?.id, after['b']]).toEqual([false, before['b']]);
  expect(await fetched(after['a']?.pictureUrl ?? '')).toMatchObject({
    type: 'image/jpeg',
    format: 'jpeg',
    width: 600,
  });
  expect((await fetched(after['c']?.thumbnailUrl ?? '')).width).toBeLessThan(600);
  const mail = await stack().mailOf(run.id ?? '');
  expect(mail.subject).toContain('Add photos');
  expect(mail.text).toContain('people with a new photo');

  const undone = await stack().json<RunObject>('undo', run.id ?? '');
  expect(undone).toMatchObject({ state: 'completed', counts: { ...NO_COUNTS, updated: 2, total: 2 } });
  expect(await shown(site)).toEqual(before);
});

test('a dry run shows the plan, and what is confirmed is what happens; kept photos stay', async () => {
  const site = await stack().newSite();
  await startWith(stack(), site, HEADER, ['a,a@k.example,Ada', 'b,b@k.example,Bo']);
  await photos(newZip({ 'a.jpg': await picture('red') }), site);
  const before = await shown(site);
  const zip = newZip({ 'a.jpg': await picture('blue'), 'b.jpg': await picture('green') });
  const planned = await photos(zip, site, '--existing', 'keep', '--dry-run');
  expect(planned).toMatchObject({
    state: 'awaiting-confirmation',
    counts: { updated: 1, skipped: 1, total: 2 },
  });
  expect(await shown(site)).toEqual(before);
  const { stdout } = await stack().muster('plan', planned.id ?? '');
  expect(stdout).toContain('photo');
  expect(await stack().json<RunObject>('confirm', planned.id ?? '')).toMatchObject({ state: 'completed' });
  const after = await shown(site);
  expect([after['a'], after['b'] === null]).toEqual([before['a'], false]);
});

test('a field that is not unique is refused in words, and nothing is begun', async () => {
  const site = await stack().newSite();
  const { code, stderr } = await stack().muster(
    ...['photos', newZip({ 'a.jpg': await picture('red') }), '--site', String(site), '--match', 'first_name'],
  );
  expect(code).toBe(1);
  expect(stderr).toContain('identifier, email, username');
});

test('a worker that is killed while pictures are read and while they are applied loses none and applies none twice', async () => {
  const PEOPLE = 120;
  const site = await stack().newSite();
  const names = Array.from({ length: PEOPLE }, (_, n) => `p${n + 1}`);
  await startWith(
    stack(),
    site,
    HEADER,
    names.map((name) => `${name},${name}@kill.example,Eve`),
  );
  const files: Record<string, Buffer> = {};
  for (const [n, name] of names.entries())
    files[`${name}.jpg`] = await picture(`hsl(${n * 3}, 60%, 50%)`, { width: 1200, height: 1600 });
  const zip = newZip(files);
  const cli = stack().startMuster('photos', zip, '--site', String(site), '--match', 'identifier', '--json');
  const kill = async () => {
    const { worker } = stack().local.pids;
    process.kill(worker ?? 0, 'SIGKILL');
    await until('the worker is back', async () => {
      const now = stack().local.pids['worker'];
      return now !== undefined && now !== worker ? true : undefined;
    });
  };
  const counted = async () => {
    const [found] = await stack().db.execute<{ read: number; done: number; id: string }>(sql`
      select a.id, (select count(*)::int from bulk_photo t where t.bulk_action_id = a.id) as read,
        (select count(*)::int from photo f where f.bulk_action_id = a.id) as done
      from bulk_action a where a.site_id = ${site} and a.kind = 'photos'`);
    return found ?? { read: 0, done: 0, id: '' };
  };
  await until(
    'some pictures are read',
    async () => ((await counted()).read > PEOPLE / 6 ? true : undefined),
    {
      everyMs: 5,
    },
  );
  await kill();
  // Held at its first row, so that there is a middle to be killed in.
  const held = await stack().hold(site, 'p1');
  await until('a part is applied', async () => ((await counted()).done > 0 ? true : undefined), {
    everyMs: 5,
  });
  await kill();
  await held.letGo();
  const ended = JSON.parse((await cli.ended).stdout) as RunObject;
  expect(ended).toMatchObject({
    state: 'completed',
    counts: { ...NO_COUNTS, updated: PEOPLE, total: PEOPLE },
  });
  const [found] = await stack().db.execute<Record<string, number>>(sql`
    select count(*)::int as photos, count(distinct f.person_id)::int as people,
      (select count(*)::int from person_history h where h.bulk_action_id = ${ended.id}) as entries,
      (select count(*)::int from bulk_photo t where t.bulk_action_id = ${ended.id}) as left_over
    from photo f where f.bulk_action_id = ${ended.id} and f.state = 'approved'`);
  expect(found).toEqual({ photos: PEOPLE, people: PEOPLE, entries: PEOPLE, left_over: 0 });
});
