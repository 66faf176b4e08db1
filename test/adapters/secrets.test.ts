// The box for secrets: what it seals it opens, with any of its keys, and nothing else does.
import { randomBytes } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { openSecretBox, openSourceSecret, type SecretBox, sealSourceSecret } from '../../adapters/secrets.ts';
import { openSourcePlace } from '../../adapters/sources/source-place.ts';
import type { SourcePlace } from '../../domain/sources/source.ts';

const keyOf = (id: string) => ({ id, key: randomBytes(32) });
const OLD = keyOf('2025');
const NEW = keyOf('2026');
const box = openSecretBox([OLD]) as SecretBox;
const rotated = openSecretBox([NEW, OLD]) as SecretBox;
const after = openSecretBox([NEW]) as SecretBox;
const words = fc.string({ unit: 'grapheme', maxLength: 200 });

describe('the box', () => {
  test('is none without a key', () => {
    expect([openSecretBox(null), openSecretBox([])]).toEqual([null, null]);
  });

  test('opens what it sealed, says nothing of it, and seals the same text otherwise each time', () => {
    fc.assert(
      fc.property(words, words, (text, about) => {
        const sealed = box.seal(text, about);
        expect(box.open(sealed, about)).toBe(text);
        expect(box.seal(text, about)).not.toBe(sealed);
        expect(sealed).toMatch(/^v1\.2025\.[\w-]+$/);
        if (text.length > 3) expect(sealed).not.toContain(text);
      }),
    );
  });

  test('refuses what is about something else, another key, and any bit that differs', () => {
    fc.assert(
      fc.property(words, words, words, fc.nat(), (text, about, other, at) => {
        fc.pre(about !== other);
        const sealed = box.seal(text, about);
        expect(() => box.open(sealed, other)).toThrow('can’t be read');
        const stranger = openSecretBox([{ ...keyOf('2025') }]) as SecretBox;
        expect(() => stranger.open(sealed, about)).toThrow('can’t be read');
        const [version, id, body = ''] = sealed.split('.');
        const bytes = Buffer.from(body, 'base64url');
        const byte = (at >> 3) % bytes.length;
        bytes[byte] = (bytes[byte] ?? 0) ^ (1 << (at & 7));
        const flipped = [version, id, bytes.toString('base64url')].join('.');
        expect(() => box.open(flipped, about)).toThrow('can’t be read');
      }),
    );
  });

  test('refuses whatever it never made', () => {
    const anything = fc.oneof(
      fc.string(),
      fc.string().map((text) => `v1.2025.${text}`),
    );
    fc.assert(
      fc.property(anything, (text) => {
        expect(() => box.open(text, '')).toThrow('can’t be read');
      }),
    );
  });

  test('opens with every key it has and seals with the first: that is how keys are changed', () => {
    const before = box.seal('secret', 'source');
    expect(rotated.open(before, 'source')).toBe('secret');
    const renewed = rotated.seal('secret', 'source');
    expect(after.open(renewed, 'source')).toBe('secret');
    expect(() => after.open(before, 'source')).toThrow(
      '2025 that it was sealed with is not among SECRETS_KEYS',
    );
  });
});

describe('the secret of a source', () => {
  const place: SourcePlace = {
    kind: 'sftp',
    host: 'files.example.org',
    port: 22,
    user: 'muster',
    path: '/',
    hostKeys: [],
  };
  const secret = sealSourceSecret(box, { siteId: 7, place }, { password: 'open sesame' });

  test('opens for its own place, whatever its folder and user', () => {
    const same = { ...place, host: 'FILES.example.org', path: '/out', user: 'other' };
    expect(openSourceSecret(box, { siteId: 7, place: same, secret })).toEqual({ password: 'open sesame' });
    expect(openSourceSecret(null, { siteId: 7, place, secret: null })).toBeNull();
  });

  test('does not open for another server, another site, or without a key', () => {
    for (const other of [{ host: 'evil.example.org' }, { port: 2222 }])
      expect(() => openSourceSecret(box, { siteId: 7, place: { ...place, ...other }, secret })).toThrow(
        'can’t be read',
      );
    expect(() => openSourceSecret(box, { siteId: 8, place, secret })).toThrow('can’t be read');
    expect(() => openSourceSecret(null, { siteId: 7, place, secret })).toThrow('No SECRETS_KEYS are set');
  });

  test('that does not open is no password that is wrong or missing: whose turn it is, is said', async () => {
    const opening = openSourcePlace({ siteId: 7, place, secret }, after, {
      allowedNetworks: [],
      directories: [],
    });
    await expect(opening).rejects.toMatchObject({ code: 'refused-sign-in', hint: { why: 'sealed' } });
  });
});
