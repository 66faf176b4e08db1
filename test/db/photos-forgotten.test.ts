// Runs on photos and people who leave: no name of a file stays that was theirs, and no picture but the one that is kept.
import { sql } from 'drizzle-orm';
import { expect, test } from 'vitest';
import { addPerson, addSite, archive } from '../support/people.ts';
import { addPictures, stagePictures } from '../support/photo-runs.ts';
import { planPeople } from '../support/planned-runs.ts';
import { useSmallFiles } from '../support/small-files.ts';
import { undo } from '../support/undos.ts';

const site = useSmallFiles();

/** Takes people away for good. */
async function take(phase: 'anonymize' | 'delete', ids: readonly number[]): Promise<void> {
  if (phase === 'anonymize') for (const id of ids) await archive(site.engine.db, id);
  const people = await site.engine.db.execute<{ id: number; version: number }>(
    sql`select id, version from person where id = any (${sql.param([...ids])}::bigint[])`,
  );
  const run = await planPeople(site.engine.db, site.organisation, phase, [...people]);
  await site.engine.apply(run);
  await site.engine.end(run.id);
}

/** What the rows of a run still hold. */
async function rowsOf(id: string) {
  const rows = await site.engine.db.execute<{ held: unknown }>(sql`
    select coalesce(r.cells::text, '-') || ' ' || coalesce(r.extras::text, '-') || ' ' || coalesce(b.reasons::text, '-') as held
    from bulk_row r left join bulk_plan b on b.bulk_action_id = r.bulk_action_id and b.row_number = r.row_number
    where r.bulk_action_id = ${id} order by r.row_number`);
  return [...rows].map(({ held }) => String(held));
}

test.each(['anonymize', 'delete'] as const)(
  '%s empties rows of their pictures, and of names that were theirs',
  async (phase) => {
    const { engine, organisation } = site;
    const zoe = await site.add('zo1', { username: 'zoe-the-first' });
    await site.add('ann');
    const applied = await addPictures(engine, organisation, [{ path: 'zo1.jpg' }, { path: 'ann.jpg' }]);
    const undone = await undo(engine, organisation, applied.id);
    // Named after what she has elsewhere; after her short identifier, for whose picture another one is taken; after nobody.
    const other = await addPictures(
      engine,
      organisation,
      ['zoe-the-first.jpg', 'x/zo1.jpg', 'zo1.png', 'nobody.jpg'].map((path) => ({ path, picture: null })),
    );
    const elsewhere = await addSite(engine.db, organisation.rootId, organisation.rootId + 5);
    await addPerson(engine.db, elsewhere, 'zo1', { email: 'z@example.org' });
    const several = await addPictures(engine, organisation, [{ path: 'zo1.jpg' }], {
      siteId: organisation.rootId,
    });
    await take(phase, [zoe.id]);
    const isAnn = expect.stringContaining('ann');
    expect(await rowsOf(applied.id)).toEqual([expect.stringMatching(/^- - /), isAnn]);
    expect(await rowsOf(undone.id)).toEqual([expect.stringMatching(/^- - /), isAnn]);
    const left = [...(await rowsOf(other.id)), ...(await rowsOf(several.id))];
    expect(left.filter((row) => /zo/i.test(row))).toEqual([]);
    expect(left.filter((row) => row.includes('nobody.jpg'))).toHaveLength(1);
  },
);

test('anonymize keeps the approved photo and nobody’s name with it; those of before leave proof', async () => {
  const { engine, organisation } = site;
  const zoe = await site.add('zoe');
  for (const picture of ['first', 'second', 'third'])
    await addPictures(engine, organisation, [{ path: 'zoe.jpg', picture }]);
  const open = await stagePictures(engine.db, organisation, [{ path: 'zoe.jpg', picture: 'fourth' }]);
  await engine.check(open, await engine.lock(open));
  await engine.end(open, { state: 'cancelled' });
  await take('anonymize', [zoe.id]);
  const { siteId } = organisation;
  const photos = await engine.db.execute(sql`
    select sha256, state, person_id, bulk_action_id, by_person_id from photo where site_id = ${siteId}`);
  expect([...photos]).toEqual([
    { sha256: 'sha-third', state: 'approved', person_id: null, bulk_action_id: null, by_person_id: null },
  ]);
  const proof = await engine.db.execute<{ sha256: string }>(
    sql`select sha256 from photo_deletion where site_id = ${siteId} order by sha256`,
  );
  expect([...proof].map(({ sha256 }) => sha256)).toEqual(['sha-first', 'sha-fourth', 'sha-second']);
});

test('a picture whose person leaves while the run waits is nobody’s then', async () => {
  const { engine, organisation } = site;
  const zoe = await site.add('zoe');
  await site.add('ann');
  const id = await stagePictures(engine.db, organisation, [{ path: 'zoe.jpg' }, { path: 'ann.jpg' }], {
    isDryRun: true,
  });
  await engine.check(id, null);
  await take('delete', [zoe.id]);
  await engine.db.execute(sql`update bulk_action set state = 'queued', ask_round = 1 where id = ${id}`);
  const checked = await engine.check(id, await engine.lock(id));
  await engine.apply(checked);
  const { counts } = await engine.end(id);
  expect(counts).toMatchObject({ updated: 1, rejected: 1, total: 2 });
  const [gone] = await rowsOf(id);
  expect(gone).not.toMatch(/zoe/);
});
