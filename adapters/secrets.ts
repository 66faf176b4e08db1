// The box for secrets that are kept in the database: AES-256-GCM, with keys that come from the environment or a file.
import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto';
import { Refusal } from '../domain/refusal.ts';
import { secretTarget } from '../domain/sources/secret.ts';
import type { SourcePlace, SourceSecret } from '../domain/sources/source.ts';

/** A key by its id, 32 bytes of it. */
export type SecretKey = { id: string; key: Uint8Array };

export type SecretBox = {
  /** The text, sealed with the first key. Only who says the same of what it is about opens it. */
  seal(text: string, about: string): string;
  /** The text again. Refuses with `invalid` what no key here has sealed, what is about something else, and what was altered. */
  open(sealed: string, about: string): string;
};

const ALGORITHM = 'aes-256-gcm';
const VERSION = 'v1';
const NONCE_BYTES = 12;
const TAG_BYTES = 16;

/** A box that seals with the first of these keys and opens what any of them has sealed; null where there is none. */
export function openSecretBox(keys: readonly SecretKey[] | null): SecretBox | null {
  const [first] = keys ?? [];
  if (!keys || !first) return null;
  return {
    seal(text, about) {
      const nonce = randomBytes(NONCE_BYTES);
      const cipher = createCipheriv(ALGORITHM, first.key, nonce, { authTagLength: TAG_BYTES });
      cipher.setAAD(bound(first.id, about));
      const sealed = Buffer.concat([nonce, cipher.update(text, 'utf8'), cipher.final(), cipher.getAuthTag()]);
      return [VERSION, first.id, sealed.toString('base64url')].join('.');
    },
    open(sealed, about) {
      const [version, id = '', body = '', ...more] = sealed.split('.');
      if (version !== VERSION || more.length > 0) throw unreadable();
      const key = keys.find((one) => one.id === id);
      if (!key) throw unreadable(` The key ${id} that it was sealed with is not among SECRETS_KEYS.`);
      const text = opened(key, Buffer.from(body, 'base64url'), about);
      // One sealed text has one spelling: of the last character of base64, some bits say nothing.
      if (text === undefined || Buffer.from(body, 'base64url').toString('base64url') !== body)
        throw unreadable();
      return text;
    },
  };
}

function opened({ id, key }: SecretKey, sealed: Buffer, about: string): string | undefined {
  if (sealed.length < NONCE_BYTES + TAG_BYTES) return undefined;
  const decipher = createDecipheriv(ALGORITHM, key, sealed.subarray(0, NONCE_BYTES), {
    authTagLength: TAG_BYTES,
  });
  decipher.setAAD(bound(id, about));
  decipher.setAuthTag(sealed.subarray(-TAG_BYTES));
  try {
    const content = decipher.update(sealed.subarray(NONCE_BYTES, -TAG_BYTES));
    return Buffer.concat([content, decipher.final()]).toString('utf8');
  } catch {
    // It says no more than that it does not fit.
    return undefined;
  }
}

const bound = (id: string, about: string) => Buffer.from(JSON.stringify([VERSION, id, about]), 'utf8');

const unreadable = (why = '') =>
  new Refusal('invalid', `What was kept secret can’t be read.${why} Give it again, or bring the key back.`);

/** What a sealed secret of a source is bound to: its site, and where it may be sent. */
const aboutSource = ({ siteId, place }: { siteId: number; place: SourcePlace }) =>
  `source/${siteId}/${secretTarget(place)}`;

/** The secret of a source as it is stored: of use with this place alone. */
export const sealSourceSecret = (
  box: SecretBox,
  source: { siteId: number; place: SourcePlace },
  secret: SourceSecret,
): string => box.seal(JSON.stringify(secret), aboutSource(source));

/** What lets one into the place of a source; null where nothing is needed. Refuses with `invalid` what can't be opened. */
export function openSourceSecret(
  box: SecretBox | null,
  source: { siteId: number; place: SourcePlace; secret: string | null },
): SourceSecret | null {
  if (source.secret === null) return null;
  if (!box) throw unreadable(' No SECRETS_KEYS are set.');
  return JSON.parse(box.open(source.secret, aboutSource(source))) as SourceSecret;
}
