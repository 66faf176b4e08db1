// The frame around every page: what is shown to whom, and how it is gone through.
import { expect, test } from 'vitest';
import { useApi } from '../../api/use-api.ts';
import { expectSound, useConsole } from '../../support/console.ts';

const api = useApi();
const console = useConsole(() => api);

test('an admin finds the places that their rights open, and no rule of the page is broken', async () => {
  const { page, faults } = await console.open('/', { as: api.ownerId });
  expect(await page.locator('nav a').allTextContents()).toEqual([
    'Home',
    'People',
    'Import users',
    'Runs',
    'Approvals',
    'Photos',
    'Cards',
    'Sources',
    'Audit',
    'Settings',
  ]);
  await expectSound(page);
  expect(faults).toEqual([]);
});
