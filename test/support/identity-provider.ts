// A real OpenID Connect provider on this machine, with accounts of the test's own and any password.
import { createServer, type RequestListener, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import Provider from 'oidc-provider';
import { afterAll, beforeAll, vi } from 'vitest';

export const CLIENT = { id: 'muster', secret: 'a secret that is kept between the two' };

export type Account = { email?: string; email_verified?: boolean };

export type TestIdentityProvider = {
  /** To be read inside tests and hooks only. */
  readonly issuer: string;
  /** Who may sign in there, by the name that they type. May be changed at any time. */
  readonly accounts: Map<string, Account>;
  /** Lets it answer: until then it is there, and says that it is not available. */
  open(redirectUri: string): void;
};

/** To be called at the top of a test file, before what needs to know its address. */
export function useIdentityProvider(): TestIdentityProvider {
  const accounts = new Map<string, Account>();
  let server: Server | undefined;
  let answer: RequestListener = (_request, response) => void response.writeHead(503).end();
  let port = 0;
  const issuer = () => `http://localhost:${port}`;
  beforeAll(async () => {
    // It warns of everything that is fit for tests alone.
    for (const how of ['warn', 'info'] as const) vi.spyOn(console, how).mockImplementation(() => {});
    server = createServer((request, response) => answer(request, response));
    await new Promise<void>((resolve) => server?.listen(0, resolve));
    port = (server.address() as AddressInfo).port;
  });
  afterAll(async () => {
    server?.closeAllConnections();
    await new Promise((resolve) => server?.close(resolve));
  });
  return {
    get issuer() {
      return issuer();
    },
    accounts,
    open(redirectUri) {
      const provider = new Provider(issuer(), {
        clients: [{ client_id: CLIENT.id, client_secret: CLIENT.secret, redirect_uris: [redirectUri] }],
        claims: { openid: ['sub'], email: ['email', 'email_verified'], profile: ['name'] },
        findAccount: (_context, id) => {
          const account = accounts.get(id);
          return account && { accountId: id, claims: () => ({ sub: id, ...account }) };
        },
        features: { devInteractions: { enabled: true } },
        cookies: { keys: ['of the tests'] },
      });
      answer = provider.callback();
    },
  };
}
