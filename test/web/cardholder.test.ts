// The cardholder's page in a real browser: a photo from the phone to the card office, with and without a script.
import { existsSync, readFileSync } from 'node:fs';
import { gzipSync } from 'node:zlib';
import { sql } from 'drizzle-orm';
import type { Page } from 'playwright-core';
import sharp from 'sharp';
import { beforeAll, describe, expect, test } from 'vitest';
import type { Crop } from '../../domain/photo.ts';
import { NORTH, useApi } from '../api/use-api.ts';
import { axeFindings, PHONE, useBrowser } from '../support/browser.ts';
import {
  type Cardholder,
  decide,
  inviteCardholder,
  portrait,
  setInvitation,
  useCardholderPage,
} from '../support/cardholder-page.ts';

const api = useApi();
useCardholderPage();
const browser = useBrowser();

const NO_SCRIPT = { ...PHONE, javaScriptEnabled: false };
const LIBRARY = 'input[data-from="library"]';
const SENT = 'h1:has-text("Your photo has arrived")';

let photo: Buffer;
beforeAll(async () => {
  photo = await portrait({ width: 1200, height: 1600 });
});

const linkOf = ({ token }: Cardholder) => `${api.url}/p/${token}`;
const file = (buffer: Buffer, name = 'me.jpg', mimeType = 'image/jpeg') => ({ name, mimeType, buffer });
const photosOf = async ({ personId }: Cardholder) => [
  ...(await api.db.execute<{ state: string; crop: Crop | null; width: number; height: number }>(
    sql`select state, crop, width, height from photo where person_id = ${personId} order by created_at`,
  )),
];

/** A phone at *Check your photo*. */
async function checking(buffer = photo, options: Parameters<typeof browser.open>[1] = PHONE) {
  const holder = await inviteCardholder(api.db, NORTH);
  const visit = await browser.open(linkOf(holder), options);
  await visit.page.setInputFiles(LIBRARY, file(buffer));
  await visit.page.waitForSelector('[data-part="checks"]:not([hidden])');
  return { holder, ...visit };
}

const shownChecks = (page: Page) => page.locator('[data-part="checks"] span:visible').allTextContents();
const isSideways = (page: Page) => page.evaluate('document.documentElement.scrollWidth > innerWidth');

describe('with a script', () => {
  test('a photo is chosen, dragged, made larger, and sent: it waits with the part that was chosen', async () => {
    const { holder, page, faults } = await checking();
    expect(await page.evaluate('document.activeElement.textContent')).toBe('Check your photo');
    expect(await shownChecks(page)).toEqual(['Large enough to print', 'In focus', 'Good light']);
    const stage = await page.locator('[data-part="stage"]').boundingBox();
    if (!stage) throw new Error('there is no stage');
    for (let n = 0; n < 6; n++) await page.click('[data-zoom="in"]');
    await page.mouse.move(stage.x + 100, stage.y + 100);
    await page.mouse.down();
    await page.mouse.move(stage.x + 60, stage.y + 60, { steps: 4 });
    await page.mouse.up();
    await page.click('[data-part="send"]');
    await page.waitForSelector(SENT);
    const [sent] = await photosOf(holder);
    expect(sent).toMatchObject({ state: 'waiting', width: 1200, height: 1600 });
    // Six steps of 12 %, from the middle; 40 of 288 pixels further to the right and down.
    const width = 1200 / 1.12 ** 6;
    expect(sent?.crop?.width).toBeCloseTo(width, -0.5);
    expect(sent?.crop?.left).toBeCloseTo((1200 - width) / 2 + (40 / stage.width) * width, -1);
    expect(sent?.crop?.top).toBeCloseTo((1600 - width / 0.75) / 2 + (40 / stage.width) * width, -1);
    await page.waitForSelector('.sent image');
    expect(faults).toEqual([]);
  });

  test('the part is chosen by keys alone, and sent by them', async () => {
    const { holder, page } = await checking();
    await page.keyboard.press('Tab');
    expect(await page.evaluate('document.activeElement.dataset.part')).toBe('stage');
    for (const key of ['+', '+', '+', '+', 'ArrowLeft', 'ArrowUp', 'Shift+ArrowUp', '-'])
      await page.keyboard.press(key);
    const width = 1200 / 1.12 ** 3;
    await page.locator('[data-part="send"]').focus();
    await page.keyboard.press('Enter');
    await page.waitForSelector(SENT);
    const [sent] = await photosOf(holder);
    expect(sent?.crop?.width).toBeCloseTo(width, -0.5);
    expect(sent?.crop?.left).toBeGreaterThan((1200 - width) / 2 + 10);
    expect(sent?.crop?.top).toBeGreaterThan((1600 - width / 0.75) / 2 + 100);
  });

  test('two fingers and the wheel resize as well', async () => {
    const { page } = await checking(photo, {});
    const zoom = page.locator('[data-part="zoom-is"]');
    await page.locator('[data-part="stage"]').hover();
    await page.mouse.wheel(0, -400);
    await expect.poll(() => zoom.textContent()).toBe('Size 190 %');
    await page.evaluate(`{
      const stage = document.querySelector('[data-part=stage]');
      stage.setPointerCapture = () => {};
      const at = (type, pointerId, clientX) =>
        stage.dispatchEvent(new PointerEvent(type, { pointerId, clientX, clientY: 300, button: 0, bubbles: true }));
      at('pointerdown', 11, 150); at('pointerdown', 12, 250); at('pointermove', 12, 200); at('pointerup', 11, 150); at('pointerup', 12, 200);
    }`);
    await expect.poll(() => zoom.textContent()).toBe('Size 100 %');
  });

  test('a photo that lies on its side in the file stands upright, and the part is that of the upright one', async () => {
    // The left of the file is red, and its orientation says to turn it by a quarter to the right: red is above then.
    const red = { create: { width: 800, height: 1200, channels: 3 as const, background: '#c00' } };
    const lying = await sharp({ create: { width: 1600, height: 1200, channels: 3, background: '#00c' } })
      .composite([{ input: await sharp(red).png().toBuffer(), left: 0, top: 0 }])
      .withMetadata({ orientation: 6 })
      .jpeg()
      .toBuffer();
    const { holder, page } = await checking(lying);
    for (let n = 0; n < 6; n++) await page.click('[data-zoom="in"]');
    for (let n = 0; n < 20; n++) await page.click('[data-move="down"]');
    await page.click('[data-part="send"]');
    await page.waitForSelector(SENT);
    const [sent] = await photosOf(holder);
    expect(sent).toMatchObject({ width: 1200, height: 1600, crop: { top: 0 } });
    const shown = await sharp(await page.locator('.sent svg').screenshot()).stats();
    expect(shown.dominant.r).toBeGreaterThan(150);
  });

  test('a photo that is larger than is of use is made smaller before it is sent', async () => {
    const large = { create: { width: 6000, height: 5000, channels: 3 as const, background: '#99a' } };
    const { holder, page } = await checking(await sharp(large).jpeg().toBuffer());
    await page.click('[data-part="send"]');
    await page.waitForSelector(SENT);
    expect(await photosOf(holder)).toEqual([
      { state: 'waiting', width: 2000, height: 1667, crop: { left: 375, top: 0, width: 1250, height: 1667 } },
    ]);
  });

  test('where the phone has no memory to make it smaller, the photo is sent as it is', async () => {
    const { holder, page } = await checking(await portrait({ width: 3000, height: 4000 }));
    await page.evaluate(`HTMLCanvasElement.prototype.toBlob = () => { throw new Error('no memory'); }`);
    await page.click('[data-part="send"]');
    await page.waitForSelector(SENT);
    expect(await photosOf(holder)).toMatchObject([{ crop: { left: 0, top: 0, width: 1500, height: 2000 } }]);
  });

  test('a dark, soft, small photo is said to be one, and is sent all the same', async () => {
    const poor = await sharp(photo).resize(300).modulate({ brightness: 0.25 }).blur(3).jpeg().toBuffer();
    const { holder, page } = await checking(poor);
    expect(await shownChecks(page)).toEqual([
      'Small: it may look coarse. You can still send it.',
      'A bit blurred. You can still send it.',
      'A bit dark. You can still send it.',
    ]);
    await page.click('[data-part="send"]');
    await page.waitForSelector(SENT);
    expect(await photosOf(holder)).toHaveLength(1);
  });

  test('offline, the photo stays on the page and goes out by itself when the line is back, once', async () => {
    const { holder, page } = await checking();
    await page.context().setOffline(true);
    await page.locator('[data-part="send"]').dblclick();
    const status = page.locator('[data-part="under-way"]');
    await expect
      .poll(() => status.textContent())
      .toContain('You are offline. Your photo is kept on this page');
    expect(await photosOf(holder)).toEqual([]);
    await page.context().setOffline(false);
    await page.waitForSelector(SENT);
    expect(await photosOf(holder)).toHaveLength(1);
  });

  test('an answer that is lost on the way makes no second photo', async () => {
    const { holder, page } = await checking();
    let tries = 0;
    await page.route('**/photo', async (route) => {
      tries += 1;
      if (tries > 1) return route.continue();
      await route.fetch();
      await route.abort('connectionreset');
    });
    await page.click('[data-part="send"]');
    await page.waitForSelector(SENT);
    expect(tries).toBe(2);
    expect(await photosOf(holder)).toHaveLength(1);
    expect(await api.db.execute(sql`select from photo_deletion`)).toHaveLength(0);
  });

  test('what can’t be opened is said in place; what the server refuses as well, and the photo stays', async () => {
    const holder = await inviteCardholder(api.db, NORTH);
    const { page } = await browser.open(linkOf(holder));
    await page.setInputFiles(LIBRARY, file(Buffer.from('hello')));
    await page.waitForSelector('[role="alert"]:visible:has-text("not a JPEG or PNG")');
    await page.route('**/photo', (route) =>
      route.fulfill({ status: 422, json: { detail: 'This file can’t be opened.' } }),
    );
    await page.setInputFiles(LIBRARY, file(photo));
    await page.click('[data-part="send"]');
    await page.waitForSelector('[role="alert"]:visible:has-text("This file can’t be opened.")');
    expect(await page.locator('[data-part="send"]').isVisible()).toBe(true);
  });

  test('the way back leads to the guide; a link that has ended meanwhile leads to its page', async () => {
    const { holder, page } = await checking();
    await page.goBack();
    await page.waitForSelector('h1:visible:has-text("add the photo for your card")');
    expect(await page.evaluate('document.activeElement.textContent')).toBe('Take a photo');
    await page.setInputFiles(LIBRARY, file(photo));
    await setInvitation(api.db, holder, { state: 'closed' });
    await page.click('[data-part="send"]');
    await page.waitForSelector('h1:has-text("No photo is needed any more")');
  });

  test('no link leads away from a photo that is checked: the language waits until it is sent, or the guide is back', async () => {
    const { page } = await checking();
    const links = page.locator('header a:visible, header summary:visible, footer a:visible');
    expect(await links.count()).toBe(0);
    await page.goBack();
    await page.waitForSelector('header summary:visible');
    await page.waitForSelector('footer a:visible');
  });

  test('the camera is asked for on a phone, and not on a computer', async () => {
    const holder = await inviteCardholder(api.db, NORTH);
    const phone = await browser.open(linkOf(holder));
    expect(await phone.page.locator('[data-enhanced] button:visible').allTextContents()).toEqual([
      'Take a photo',
      'Choose from this phone',
    ]);
    expect(await phone.page.getAttribute('input[data-from="camera"]', 'capture')).toBe('user');
    const computer = await browser.open(linkOf(holder), {});
    expect(await computer.page.locator('[data-enhanced] button:visible').allTextContents()).toEqual([
      'Choose from this computer',
    ]);
  });
});

describe('without a script', () => {
  test('a photo is chosen and sent by a plain form, and another one after it was sent back', async () => {
    const holder = await inviteCardholder(api.db, NORTH);
    const { page } = await browser.open(linkOf(holder), NO_SCRIPT);
    await page.setInputFiles('#photo', file(Buffer.from('hello'), 'notes.txt', 'text/plain'));
    await page.click('form.plain .button');
    await page.waitForSelector('[role="alert"]:has-text("not a JPEG or PNG")');
    await page.setInputFiles('#photo', file(photo));
    await page.click('form.plain .button');
    await page.waitForSelector(SENT);
    await decide(api.db, holder, { reasons: ['background'] });
    await page.reload();
    await page.setInputFiles('#photo', file(photo));
    await page.click('form.plain .button');
    await page.waitForSelector(SENT);
    expect((await photosOf(holder)).map(({ state }) => state)).toEqual(['declined', 'waiting']);
  });

  test('the language is chosen by a link, and stays chosen', async () => {
    const holder = await inviteCardholder(api.db, NORTH);
    const { page } = await browser.open(linkOf(holder), NO_SCRIPT);
    await page.click('.language summary');
    await page.click('text=Deutsch');
    await page.waitForSelector('h1:has-text("Amara, Ihr Foto für die Karte fehlt noch")');
    await page.setInputFiles('#photo', file(photo));
    await page.click('form.plain .button');
    await page.waitForSelector('h1:has-text("Ihr Foto ist angekommen")');
  });
});

/** Every state of the page, as a page to look at. */
const STATES: [string, (holder: Cardholder) => Promise<unknown>][] = [
  ['open', async () => {}],
  ['waiting', (holder) => send(holder)],
  [
    'sent back',
    (holder) => send(holder).then(() => decide(api.db, holder, { reasons: ['face-hidden'], note: 'So.' })),
  ],
  ['approved', (holder) => send(holder).then(() => decide(api.db, holder, 'approved'))],
  ['expired', (holder) => setInvitation(api.db, holder, { expiresAt: new Date(0) })],
  ['closed', (holder) => setInvitation(api.db, holder, { state: 'closed' })],
];

async function send({ token }: Cardholder): Promise<void> {
  const form = new FormData();
  form.set('photo', new Blob([new Uint8Array(photo)]), 'me.jpg');
  await api.anybody('POST', `/p/${token}/photo`, { raw: form });
}

describe('in light and in dark', () => {
  const look = { ...PHONE, viewport: { width: 320, height: 640 } };

  /** Axe finds nothing in either, and nothing reaches beyond the screen. */
  async function expectSound(page: Page): Promise<void> {
    expect(await axeFindings(page)).toEqual([]);
    expect(await isSideways(page)).toBe(false);
    await page.emulateMedia({ colorScheme: 'dark' });
    await expect.poll(() => axeFindings(page, 'colours'), { timeout: 5000 }).toEqual([]);
    await page.emulateMedia({ colorScheme: 'light' });
  }

  test.each(STATES)(
    '%s: nothing is in anybody’s way, nothing scrolls sideways, nothing is forbidden',
    async (_, into) => {
      const holder = await inviteCardholder(api.db, NORTH);
      await into(holder);
      for (const lang of ['en', 'de']) {
        const { page, faults } = await browser.open(`${linkOf(holder)}?lang=${lang}`, look);
        for (const summary of await page.locator('main summary, .language summary').all())
          await summary.click();
        await expectSound(page);
        expect(faults).toEqual([]);
        await page.context().close();
      }
    },
  );

  test('check, unsubscribe, unknown: the same', async () => {
    const { holder, page, faults } = await checking(photo, look);
    await expectSound(page);
    for (const path of [`${holder.token}/unsubscribe`, `${holder.token}?fault=no-photo`, 'nowhere']) {
      await page.goto(`${api.url}/p/${path}`);
      await expectSound(page);
    }
    expect(faults).toEqual([]);
  });
});

describe('for everybody’s hands and eyes', () => {
  test('whatever is tapped is 44 pixels high at least, and the two buttons 54', async () => {
    const { page } = await checking();
    const small = await page.evaluate(`[...document.querySelectorAll('a, button, summary, [tabindex="0"]')]
      .filter((element) => element.checkVisibility() && element.getBoundingClientRect().height < 44)
      .map((element) => element.outerHTML)`);
    expect(small).toEqual([]);
    for (const button of await page.locator('[data-part="actions"] button').all())
      expect((await button.boundingBox())?.height).toBe(54);
  });

  test('letters of twice the size break nothing off', async () => {
    const holder = await inviteCardholder(api.db, NORTH);
    const { page } = await browser.open(`${linkOf(holder)}?lang=de`);
    await page.evaluate('document.documentElement.style.fontSize = "200%"');
    expect(await isSideways(page)).toBe(false);
    await page.setInputFiles(LIBRARY, file(photo));
    await page.waitForSelector('[data-part="checks"]:not([hidden])');
    expect(await isSideways(page)).toBe(false);
  });

  test('nothing moves where motion is not wanted', async () => {
    const holder = await inviteCardholder(api.db, NORTH);
    const { page } = await browser.open(linkOf(holder), { ...PHONE, reducedMotion: 'reduce' });
    const moving = await page.evaluate(`[...document.querySelectorAll('*')]
      .filter((element) => !/^(0s|none)$/.test(getComputedStyle(element).transitionDuration)).length`);
    expect(moving).toBe(0);
  });
});

test('the script is no more than 30 KB as it is sent', () => {
  const folder = new URL('../../dist/web/cardholder/', import.meta.url).pathname;
  expect(existsSync(`${folder}manifest.json`)).toBe(true);
  const manifest = JSON.parse(readFileSync(`${folder}manifest.json`, 'utf8')) as Record<
    string,
    { file: string }
  >;
  const scripts = Object.values(manifest).filter(({ file: name }) => name.endsWith('.js'));
  const bytes = scripts.map(({ file: name }) => gzipSync(readFileSync(folder + name)).length);
  expect(bytes.reduce((sum, one) => sum + one, 0)).toBeLessThan(30 * 1024);
});
