// Signing in by an identity provider, from the first click to the page that one wanted, at a real provider.
import { sql } from 'drizzle-orm';
import type { Page } from 'playwright-core';
import { expect, test } from 'vitest';
import { FOREIGN, ROOT, useApi } from '../../api/use-api.ts';
import { useBrowser } from '../../support/browser.ts';
import { DESK, expectSound, keepPicture } from '../../support/console.ts';
import { type Account, CLIENT, useIdentityProvider } from '../../support/identity-provider.ts';

const provider = useIdentityProvider();
const api = useApi({
  isReachable: true,
  oidc: {
    get issuer() {
      return provider.issuer;
    },
    clientId: CLIENT.id,
    clientSecret: CLIENT.secret,
    scopes: 'openid email profile',
    name: 'Northfield login',
  },
});
const browser = useBrowser();

const WAY = '/v1/session/oidc';

/** Clicks through the provider's own pages as somebody of this name. */
async function signInAs(page: Page, name: string): Promise<void> {
  await page.getByRole('link', { name: 'Sign in with Northfield login' }).click();
  await page.locator('input[name=login]').fill(name);
  await page.locator('input[name=password]').fill('whatever');
  await page.getByRole('button', { name: 'Sign-in' }).click();
  await page.getByRole('button', { name: 'Continue' }).click();
}

test('a provider that is away says so, and is tried again', async () => {
  const { page, faults } = await browser.open(`${api.url}/sign-in?next=/people`, DESK);
  await page.getByRole('link', { name: 'Sign in with Northfield login' }).click();
  await page.getByText('The sign-in service cannot be reached').waitFor();
  expect(new URL(page.url()).search).toBe('?problem=provider-away&next=%2Fpeople');
  await keepPicture(page, 'sign-in');
  await expectSound(page);
  expect(faults).toEqual([]);
  provider.open(`${api.url}${WAY}/callback`);
  const { headers } = await api.anybody('GET', WAY);
  expect(headers.get('location')).toContain(`${provider.issuer}/auth?`);
});

test('an admin whom the provider vouches for comes back to the page that they wanted, and later by identity alone', async () => {
  provider.accounts.set('hanna', { email: 'ADMIN1@example.org', email_verified: true });
  const { page, faults } = await browser.open(`${api.url}/settings/sites`, DESK);
  await page.waitForURL('**/sign-in?next=*');
  await signInAs(page, 'hanna');
  await page.waitForURL('**/settings/sites');
  await page.getByRole('button', { name: /Admin No 1/ }).waitFor();
  expect(await identities()).toEqual([{ subject: 'hanna', personId: api.ownerId }]);

  // Whatever becomes of the email: the identity is known.
  provider.accounts.set('hanna', { email: 'hanna@elsewhere.example', email_verified: false });
  await page.context().clearCookies();
  await page.goto(`${api.url}/sign-in`);
  await signInAs(page, 'hanna');
  await page.waitForURL(`${api.url}/`);
  expect(await identities()).toHaveLength(1);
  expect(faults).toEqual([]);
});

test('whoever changes their mind is back where they began', async () => {
  const { page } = await browser.open(`${api.url}/sign-in`, DESK);
  await page.getByRole('link', { name: 'Sign in with Northfield login' }).click();
  await page.getByText('Cancel').click();
  await page.getByText('Signing in was cancelled.').waitFor();
});

test('nobody else is let in, and each is told why', async () => {
  const [roleless, stranger] = [await api.admin(ROOT, []), await api.admin(FOREIGN, ['sites:read'])];
  await rename(stranger.personId, 'admin1@example.org');
  await rename(roleless.personId, 'no@rights.example');
  const people: [Account, string][] = [
    [{ email: 'admin1@example.org' }, 'has not verified your email'],
    [{ email: 'nobody@example.org', email_verified: true }, 'no admin of Muster has'],
    [{ email: 'no@rights.example', email_verified: true }, 'no admin of Muster has'],
    [{}, 'no admin of Muster has'],
    [{ email: 'admin1@example.org', email_verified: true }, 'Several admins have your email.'],
  ];
  const { page } = await browser.open(`${api.url}/sign-in`, DESK);
  for (const [index, [account, words]] of people.entries()) {
    provider.accounts.set(`person-${index}`, account);
    await signInAs(page, `person-${index}`);
    await page.getByText(words).waitFor();
    expect((await page.context().cookies()).map((cookie) => cookie.name)).not.toContain('muster_session');
    await page.context().clearCookies();
  }
  expect((await identities()).map(({ subject }) => subject)).toEqual(['hanna']);
});

test('the way back is open once, in time, and to the browser that went', async () => {
  const away = await api.anybody('GET', `${WAY}?next=${encodeURIComponent('//evil.example/x')}`);
  const state = new URL(away.headers.get('location') ?? '').searchParams.get('state');
  const cookie = away.headers.get('set-cookie')?.split(';')[0] ?? '';
  expect(away.headers.get('set-cookie')).toMatch(/HttpOnly.*SameSite=Lax/);
  expect(
    await api.db.execute(sql`select return_to from oidc_sign_in order by expires_at desc limit 1`),
  ).toEqual([{ return_to: '/' }]);
  const back = (headers: Record<string, string>) =>
    api.anybody('GET', `${WAY}/callback?state=${state}&code=stolen`, { headers });
  expect((await back({})).headers.get('location')).toBe('/sign-in?problem=expired');
  expect((await back({ Cookie: cookie })).headers.get('location')).toBe('/sign-in?problem=refused');
  expect((await back({ Cookie: cookie })).headers.get('location')).toBe('/sign-in?problem=expired');
  expect(await api.anybody('GET', '/v1/session/ways').then(({ json }) => json)).toEqual({
    password: true,
    oidc: { name: 'Northfield login' },
  });
});

const identities = () =>
  api.db
    .execute<{ subject: string; personId: string }>(
      sql`select subject, person_id as "personId" from oidc_identity order by created_at`,
    )
    .then((rows) => rows.map(({ subject, personId }) => ({ subject, personId: Number(personId) })));

const rename = (personId: number, email: string) =>
  api.db.execute(sql`update person set email = ${email}, email_key = ${email} where id = ${personId}`);
