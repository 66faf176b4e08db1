// A second admin meets the lock while a run of somebody else is held, and what follows of itself: banner, bell, Home.
import { sql } from 'drizzle-orm';
import type { Page } from 'playwright-core';
import { expect, test, vi } from 'vitest';
import { ensurePerson } from '../../../db/queries/people.ts';
import { assignRole, insertRole } from '../../../db/queries/roles/roles.ts';
import { PERMISSIONS } from '../../../domain/rights.ts';
import { expectSound, keepPicture, PHONE } from '../../support/console.ts';
import { startHeldRun } from '../../support/held-runs.ts';
import { makeOrganisation } from '../../support/runs.ts';
import { useWorker } from '../../support/worker.ts';
import { useWorkerConsole } from '../../support/worker-console.ts';

vi.setConfig({ testTimeout: 60_000 });
const worker = useWorker({ PORT: '0', CHUNK_ROWS: '50', LANES: '1' });
const console = useWorkerConsole(worker);

async function secondAdmin({ rootId }: { rootId: number }): Promise<number> {
  const { id } = await ensurePerson(worker.db, {
    siteId: rootId,
    rootId,
    identifier: 'jonas',
    email: `jonas@${rootId}.example`,
    username: null,
    firstName: 'Jonas',
    lastName: 'Weber',
    displayName: null,
    fields: {},
  });
  const role = await insertRole(worker.db, { siteId: rootId, name: 'Desk', permissions: [...PERMISSIONS] });
  await assignRole(worker.db, { personId: id, roleId: role.id, siteId: rootId });
  return id;
}

const banner = (page: Page) => page.getByRole('region', { name: 'Editing is locked' });

test('a second admin reads while somebody else’s run holds the site; then the banner goes and editing opens', async () => {
  const organisation = await makeOrganisation(worker.db);
  const { siteId, rootId, adminId } = organisation;
  await worker.db.execute(sql`update site set name = 'North Campus' where id = ${siteId}`);
  const jonas = await secondAdmin({ rootId });
  const { page, faults } = await console.open(`/people?site=${siteId}`, { as: jonas });
  expect(await banner(page).count()).toBe(0);
  const held = await startHeldRun(worker, organisation);
  await worker.db.execute(
    sql`update bulk_action set by_name = 'Ada Admin', file_name = 'roster.csv' where id = ${held.id}`,
  );

  // Nobody reloads: the server says so.
  await banner(page).waitFor();
  expect(await banner(page).textContent()).toContain('on North Campus.');
  expect(await banner(page).textContent()).toContain('You can read everything; editing opens when it ends.');
  await expectSound(page);
  const create = page.getByRole('button', { name: 'New person' });
  if ((await create.count()) > 0) {
    await expect.poll(() => create.getAttribute('aria-disabled')).toBe('true');
    expect(await create.getAttribute('aria-description')).toBe('Opens when the import ends');
  }
  const phone = await console.open(`/?site=${siteId}`, { as: jonas, options: PHONE, language: 'de' });
  await phone.page.getByRole('region', { name: 'Bearbeiten ist gesperrt' }).waitFor();
  expect(await phone.page.getByRole('region', { name: 'Bearbeiten ist gesperrt' }).textContent()).toContain(
    'Lesen geht; Bearbeiten ist danach wieder möglich.',
  );
  await expectSound(phone.page);
  await phone.page.context().close();

  const owner = await console.open(`/people?site=${siteId}`, { as: adminId });
  await banner(owner.page).waitFor();
  await keepPicture(page, 'locked');
  await held.goOn();
  await held.handle.result();
  await banner(page).waitFor({ state: 'detached' });
  await page.getByRole('alert').getByText('Editing is open again').waitFor();

  // Whoever began it is told, and told again by the bell until they have looked.
  await owner.page.getByText(/Import · .*is completed/).waitFor();
  await owner.page.getByRole('button', { name: '1 notifications' }).click();
  await owner.page.getByRole('dialog').getByText('Completed').waitFor();
  await expectSound(owner.page);
  await owner.page.keyboard.press('Escape');
  await owner.page.getByRole('button', { name: 'Notifications', exact: true }).waitFor();
  expect(faults).toEqual([]);
  expect(owner.faults).toEqual([]);
});
