// What the tests use of the identity provider's package, which brings no types of its own.
declare module 'oidc-provider' {
  import type { RequestListener } from 'node:http';

  type Account = { accountId: string; claims(): Record<string, unknown> };
  type Options = {
    clients: readonly Record<string, unknown>[];
    claims: Record<string, readonly string[]>;
    findAccount(context: unknown, id: string): Account | undefined;
    features: Record<string, { enabled: boolean }>;
    cookies: { keys: readonly string[] };
  };

  export default class Provider {
    constructor(issuer: string, options: Options);
    callback(): RequestListener;
  }
}
