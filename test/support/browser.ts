// A real browser for a test file: the machine's Chromium, with what pages do wrong collected on the side.
import { execFileSync } from 'node:child_process';
import { accessSync, constants, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import type { Browser, BrowserContextOptions, Page } from 'playwright-core';
import { chromium } from 'playwright-core';
import { afterAll, afterEach, beforeAll } from 'vitest';

const PLACES = [
  '/usr/bin/chromium',
  '/usr/bin/chromium-browser',
  '/usr/bin/google-chrome',
  '/Applications/Chromium.app/Contents/MacOS/Chromium',
  '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
];
const INSTALLING_MS = 10 * 60_000;

/** A phone as people hold it. */
export const PHONE: BrowserContextOptions = {
  viewport: { width: 390, height: 844 },
  deviceScaleFactor: 2,
  isMobile: true,
  hasTouch: true,
};

export type Visit = {
  page: Page;
  /** Scripts, styles and addresses that the page's own rules forbade it, and errors that nothing caught. */
  faults: string[];
};

export type TestBrowser = {
  /** Opens a page; it is closed after the test. */
  open(url: string, options?: BrowserContextOptions): Promise<Visit>;
};

/** To be called at the top of a test file. Fails, and says what to install, where there is no Chromium. */
export function useBrowser(): TestBrowser {
  let browser: Browser | undefined;
  beforeAll(async () => {
    browser = await chromium.launch({ executablePath: findChromium(), args: ['--no-sandbox'] });
  }, INSTALLING_MS);
  afterEach(async () => {
    for (const context of browser?.contexts() ?? []) await context.close();
  });
  afterAll(async () => {
    await browser?.close();
  });
  return {
    async open(url, options = PHONE) {
      if (!browser) throw new Error('the browser is there inside tests and hooks only');
      const context = await browser.newContext({ locale: 'en-GB', timezoneId: 'Europe/Berlin', ...options });
      const page = await context.newPage();
      const faults: string[] = [];
      page.on('pageerror', (error) => void faults.push(error.message));
      page.on('console', (message) => {
        if (/Content Security Policy|Refused to|violates/i.test(message.text())) faults.push(message.text());
      });
      await page.goto(url);
      return { page, faults };
    },
  };
}

const AXE_TAGS = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'];
const AXE_RUNS = {
  all: { type: 'tag', values: AXE_TAGS },
  colours: { type: 'rule', values: ['color-contrast', 'link-in-text-block'] },
} as const;

/** What axe finds on a page as it is now: each as its rule and where. `colours`: what another scheme may change. */
export async function axeFindings(page: Page, what: keyof typeof AXE_RUNS = 'all'): Promise<string[]> {
  // Evaluated and not added as a script: the page's rules allow no script but its own.
  if (!(await page.evaluate(`'axe' in window`))) await page.evaluate(axeSource());
  const found = await page.evaluate<
    { id: string; nodes: { target: unknown[]; failureSummary?: string }[] }[]
  >(
    `axe.run(document, { runOnly: ${JSON.stringify(AXE_RUNS[what])}, resultTypes: ['violations'] })
      .then((result) => result.violations)`,
  );
  return found.flatMap(({ id, nodes }) =>
    nodes.map(({ target, failureSummary }) => `${id} at ${target.join(' ')}: ${failureSummary}`),
  );
}

let axe: string | undefined;
const axeSource = (): string => {
  axe ??= readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');
  return axe;
};

/** Where Chromium is. Root installs it by apt where it is missing: nobody is to think that these tests were run. */
function findChromium(): string {
  const place = placed();
  if (place !== undefined) return place;
  if (process.getuid?.() === 0 && isThere('/usr/bin/apt-get')) {
    console.error('There is no Chromium: apt installs it, which takes a minute.');
    execFileSync('apt-get', ['update', '-q'], { stdio: 'ignore' });
    execFileSync('apt-get', ['install', '-yq', '--no-install-recommends', 'chromium'], { stdio: 'ignore' });
  }
  const installed = placed();
  if (installed !== undefined) return installed;
  throw new Error('Pages are tested in Chromium, and there is none. Install it: apt-get install chromium.');
}

const placed = (): string | undefined => PLACES.find(isThere);

function isThere(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}
