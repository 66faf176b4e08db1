// Ids, keys and passwords: made from the system's randomness, kept as hashes.
import { createHash, randomBytes } from 'node:crypto';
import { hash, verify } from '@node-rs/argon2';

const CROCKFORD = '0123456789abcdefghjkmnpqrstvwxyz';

/** A new id that people can read out and type: 10 characters of Crockford's base32, lower case, 50 random bits. */
export const newId = (): string =>
  Array.from(randomBytes(10), (byte) => CROCKFORD.charAt(byte & 31)).join('');

/** A new API key: `mk_` and 256 random bits. */
export const newApiKey = (): string => `mk_${newToken()}`;

/** A new secret of a webhook, as Standard Webhooks writes it: 256 random bits. */
export const newWebhookSecret = (): string => `whsec_${randomBytes(32).toString('base64')}`;

/** A new token for a session's cookie: 256 random bits. */
export const newToken = (): string => randomBytes(32).toString('base64url');

/** How keys and tokens are stored: SHA-256, hex. Fast on purpose, for nobody can guess 256 random bits. */
export const hashOf = (secret: string): string => createHash('sha256').update(secret).digest('hex');

/** A password's argon2id hash in its own encoded form, made on another thread. */
export const hashPassword = (password: string): Promise<string> => hash(password);

/** Whether the password is the one of the hash, found on another thread. */
export const isPassword = (passwordHash: string, password: string): Promise<boolean> =>
  verify(passwordHash, password);
