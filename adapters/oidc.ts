// An identity provider that speaks OpenID Connect: the way there, and who comes back.
import {
  AuthorizationResponseError,
  allowInsecureRequests,
  authorizationCodeGrant,
  buildAuthorizationUrl,
  ClientError,
  type Configuration,
  calculatePKCECodeChallenge,
  discovery,
  fetchUserInfo,
  ResponseBodyError,
  randomNonce,
  randomPKCECodeVerifier,
  randomState,
} from 'openid-client';

const TIMEOUT_SECONDS = 10;
/** Keys and addresses of a provider change now and then. */
const KNOWN_MS = 60 * 60 * 1000;

export type OidcSettings = {
  issuer: string;
  clientId: string;
  clientSecret: string;
  /** With blanks between them. */
  scopes: string;
};

/** What is kept of a sign-in that is under way, to know who comes back. */
export type OidcPending = { state: string; nonce: string; codeVerifier: string };

export type OidcPerson = {
  issuer: string;
  subject: string;
  /** Undefined where the provider says none. */
  email: string | undefined;
  isEmailVerified: boolean;
};

/** Why nobody has come back as somebody. */
export type OidcFault = 'provider-away' | 'denied' | 'refused';

export class OidcError extends Error {
  override readonly name = 'OidcError';
  readonly fault: OidcFault;

  constructor(fault: OidcFault, cause: unknown) {
    super(`sign-in by OpenID Connect: ${fault}`, { cause });
    this.fault = fault;
  }
}

export type Oidc = {
  /** Where to send the browser. Throws an OidcError. */
  start(redirectUrl: string): Promise<OidcPending & { url: string }>;
  /** Who it is that the provider has sent back to `url`. Throws an OidcError. */
  finish(url: URL, pending: OidcPending): Promise<OidcPerson>;
};

/** The provider is asked for its addresses when the first one signs in, and again where it was away. */
export function openOidc(settings: OidcSettings): Oidc {
  let known: { at: number; provider: Promise<Configuration> } | undefined;
  const provider = (): Promise<Configuration> => {
    if (known === undefined || Date.now() - known.at > KNOWN_MS) {
      const found = discover(settings);
      known = { at: Date.now(), provider: found };
      found.catch(() => {
        known = undefined;
      });
    }
    return known.provider;
  };
  return {
    async start(redirectUrl) {
      const configuration = await provider().catch(faulty);
      const [state, nonce, codeVerifier] = [randomState(), randomNonce(), randomPKCECodeVerifier()];
      const url = buildAuthorizationUrl(configuration, {
        redirect_uri: redirectUrl,
        scope: settings.scopes,
        state,
        nonce,
        code_challenge: await calculatePKCECodeChallenge(codeVerifier),
        code_challenge_method: 'S256',
      });
      return { state, nonce, codeVerifier, url: url.href };
    },
    finish: async (url, pending) => personOf(await provider().catch(faulty), url, pending).catch(faulty),
  };
}

const discover = ({ issuer, clientId, clientSecret }: OidcSettings): Promise<Configuration> =>
  discovery(new URL(issuer), clientId, clientSecret, undefined, {
    timeout: TIMEOUT_SECONDS,
    execute: new URL(issuer).protocol === 'http:' ? [allowInsecureRequests] : [],
  });

async function personOf(
  configuration: Configuration,
  url: URL,
  { state, nonce, codeVerifier }: OidcPending,
): Promise<OidcPerson> {
  const tokens = await authorizationCodeGrant(configuration, url, {
    expectedState: state,
    expectedNonce: nonce,
    pkceCodeVerifier: codeVerifier,
    idTokenExpected: true,
  });
  const claims = tokens.claims();
  if (!claims) throw new ClientError('the provider gave no ID token');
  // Many providers put the email where one has to ask for it.
  const told =
    claims['email'] === undefined && configuration.serverMetadata().userinfo_endpoint !== undefined
      ? await fetchUserInfo(configuration, tokens.access_token, claims.sub)
      : claims;
  const { email, email_verified: isVerified } = told as { email?: unknown; email_verified?: unknown };
  return {
    issuer: claims.iss,
    subject: claims.sub,
    email: typeof email === 'string' ? email : undefined,
    isEmailVerified: isVerified === true || isVerified === 'true',
  };
}

function faulty(error: unknown): never {
  if (error instanceof AuthorizationResponseError)
    throw new OidcError(error.error === 'access_denied' ? 'denied' : 'refused', error);
  const isAnswer = error instanceof ResponseBodyError && error.status < 500;
  throw new OidcError(isAnswer || isMistrust(error) ? 'refused' : 'provider-away', error);
}

/** What came was looked at, and is not what it has to be. */
const isMistrust = (error: unknown): boolean =>
  error instanceof ClientError &&
  /^OAUTH_(JWT_|INVALID_RE|JSON_ATTRIBUTE|KEY_SELECTION|DECRYPTION)/.test(error.code ?? '');
