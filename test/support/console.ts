// The console in a real browser, signed in as somebody, and what every page of it has to keep.
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import type { BrowserContextOptions, Page } from 'playwright-core';
import sharp from 'sharp';
import { expect } from 'vitest';
import { SESSION_COOKIE } from '../../api/auth.ts';
import { hashOf, newToken } from '../../api/secrets.ts';
import type { Database } from '../../db/client.ts';
import { insertSession } from '../../db/queries/sessions.ts';
import { axeFindings, PHONE, type TestBrowser, useBrowser, type Visit } from './browser.ts';

const ARE_PICTURES_TAKEN = process.env['PICTURES'] === 'new';

/** A window on a desk, as the pictures are taken; of four times as many pixels where they are. */
export const DESK: BrowserContextOptions = {
  viewport: { width: 1440, height: 900 },
  deviceScaleFactor: ARE_PICTURES_TAKEN ? 2 : 1,
};
export { PHONE };

const SESSION_MS = 3_600_000;

type Asked = {
  /** Whose session it is. */
  as: number;
  options?: BrowserContextOptions;
  scheme?: 'light' | 'dark';
  language?: 'en' | 'de';
};

export type TestConsole = {
  browser: TestBrowser;
  /** Opens an address of the console, signed in; waits until the page has its heading. */
  open(path: string, asked: Asked): Promise<Visit>;
};

/** To be called at the top of a test file. `place`: where the API is, and its database. */
export function useConsole(place: () => { url: string; db: Database }): TestConsole {
  const browser = useBrowser();
  return {
    browser,
    async open(path, { as, options = DESK, scheme = 'light', language = 'en' }) {
      const { url, db } = place();
      const token = newToken();
      const now = new Date();
      await insertSession(db, {
        tokenHash: hashOf(token),
        personId: as,
        now,
        expiresAt: new Date(now.getTime() + SESSION_MS),
      });
      const visit = await browser.open(`${url}/livez`, {
        ...options,
        colorScheme: scheme,
        locale: language === 'de' ? 'de-DE' : 'en-GB',
        reducedMotion: 'reduce',
      });
      await visit.page.context().addCookies([{ name: SESSION_COOKIE, value: token, url }]);
      await visit.page.goto(url + path);
      await visit.page.waitForSelector('main#main');
      return visit;
    },
  };
}

/**
 * Axe finds nothing, in light and in dark, and nothing reaches beyond the screen. What comes and goes as the page is
 * looked at is looked at again: a page is judged at rest.
 */
export async function expectSound(page: Page): Promise<void> {
  const dress = (scheme: string) =>
    page.evaluate(`document.documentElement.setAttribute('data-mantine-color-scheme', '${scheme}')`);
  const before = await page.evaluate<string>(
    `document.documentElement.dataset.mantineColorScheme ?? 'light'`,
  );
  await dress('light');
  await expect.poll(() => axeFindings(page), { message: 'light', timeout: 5000 }).toEqual([]);
  await dress('dark');
  await expect.poll(() => axeFindings(page, 'colours'), { message: 'dark', timeout: 5000 }).toEqual([]);
  await dress(before);
  expect(await page.evaluate('document.documentElement.scrollWidth > innerWidth')).toBe(false);
}

/** Keeps a picture of the page in docs/images, where the tests are run with PICTURES=new. */
export async function keepPicture(page: Page, name: string): Promise<void> {
  if (!ARE_PICTURES_TAKEN) return;
  const folder = join(import.meta.dirname, '..', '..', 'docs', 'images', 'console');
  mkdirSync(folder, { recursive: true });
  // With a palette they are a quarter as large, and look the same.
  const picture = await page.screenshot({ animations: 'disabled' });
  await sharp(picture)
    .png({ palette: true, quality: 95, effort: 7 })
    .toFile(join(folder, `${name}.png`));
}
