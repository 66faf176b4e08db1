// How values of the environment are read: for each shape what it must be, and what is said where it is not.
import { accessSync, constants, readFileSync } from 'node:fs';
import { isAbsolute } from 'node:path';
import { z } from 'zod';
import { type Network, networkOf } from './domain/network.ts';

export const text = z.string();
export const url = (...schemes: string[]) =>
  text.refine((given) => URL.canParse(given) && schemes.includes(new URL(given).protocol), {
    error: `must be an address that begins with ${schemes.map((scheme) => `${scheme}//`).join(' or ')}`,
  });
export const fileStore = text.regex(/^(file:\/\/\/|s3:\/\/[a-z0-9])/, {
  error: 'must be a folder as file:///… or a bucket as s3://…',
});
export const whole = (least: number, most: number) =>
  text
    .refine((given) => /^\d{1,15}$/.test(given) && Number(given) >= least && Number(given) <= most, {
      error: `must be a whole number from ${least} to ${most}`,
    })
    .transform(Number);
export const minutes = (most: number) =>
  text
    .refine((given) => /^\d{1,7}(\.\d{1,3})?$/.test(given) && Number(given) <= most, {
      error: `must be a number of minutes, ${most} at most`,
    })
    .transform(Number);
export const yesNo = z
  .enum(['true', 'false'], { error: 'must be true or false' })
  .transform((given) => given === 'true');
export const readableFile = text.refine(isReadable, { error: 'names a file that can’t be read' });
/** What a file holds, without blanks around it. */
export const fileContent = readableFile
  .transform((path) => readFileSync(path, 'utf8').trim())
  .refine((content) => content !== '', { error: 'names a file that is empty' });
export const scopes = text.refine(
  (given) => ['openid', 'email'].every((one) => given.split(/ +/).includes(one)),
  {
    error: 'must hold openid and email, with blanks between them',
  },
);
export const hostAndPort = text.regex(/^[^\s/:]+:\d{1,5}$|^\[[0-9a-fA-F:]+\]:\d{1,5}$/, {
  error: 'must be a host and a port',
});
export const mailbox = text.regex(/^[^<>@\s]+@[^<>@\s]+$|^[^<>]*<[^<>@\s]+@[^<>@\s]+>$/, {
  error: 'must be an address, or a name and an address in angle brackets',
});

const BYTES_OF_UNIT: Readonly<Record<string, number>> = { B: 1, KB: 2 ** 10, MB: 2 ** 20, GB: 2 ** 30 };
export const byteSize = text.transform((given, context) => {
  const match = /^(\d{1,12}) ?([KMG]?B)?$/i.exec(given);
  const bytes = match ? Number(match[1]) * (BYTES_OF_UNIT[match[2]?.toUpperCase() ?? 'B'] ?? 1) : 0;
  if (bytes > 0) return bytes;
  context.addIssue('must be a number of bytes, or a number with KB, MB or GB');
  return z.NEVER;
});

/** What Express understands: how many proxies stand in front, or their addresses. Never "whoever it is". */
export const proxies = text.transform((given, context): number | string[] => {
  if (/^\d{1,2}$/.test(given)) return Number(given);
  const addresses = given.split(',').map((address) => address.trim());
  const known = /^(loopback|linklocal|uniquelocal|[0-9a-fA-F.:]+(\/\d{1,3})?)$/;
  if (addresses.every((address) => known.test(address))) return addresses;
  context.addIssue('must be the number of proxies in front of the API, or their addresses with commas');
  return z.NEVER;
});

/** Networks as CIDR, with commas between them. */
export const networks = text.transform((given, context): Network[] => {
  const named = given.split(',').map((network) => networkOf(network.trim()));
  const known = named.filter((network) => network !== undefined);
  if (known.length === named.length) return known;
  context.addIssue('must be networks such as 10.20.0.0/16, with commas between them');
  return z.NEVER;
});

/** Keys as `id:base64`, with commas or on lines of their own; the first seals. What was given is never told. */
export const secretKeys = text.transform((given, context): { id: string; key: Buffer }[] => {
  const named = given.split(/[,\n]/).filter((one) => one.trim() !== '');
  // 32 bytes are 43 characters of base64 and one that fills up.
  const known = named.map((one) => /^([\w-]{1,32}):([A-Za-z0-9+/]{43}=)$/.exec(one.trim()));
  const keys = known.flatMap((match) =>
    match ? [{ id: match[1] ?? '', key: Buffer.from(match[2] ?? '', 'base64') }] : [],
  );
  const isWhole = keys.length === named.length && new Set(keys.map(({ id }) => id)).size === keys.length;
  if (isWhole && keys.length > 0) return keys;
  context.addIssue(
    'must be keys as id:base64 with 32 bytes each and ids that differ, with commas between them',
  );
  return z.NEVER;
});

export const secretKeysFile = readableFile.transform((path) => readFileSync(path, 'utf8')).pipe(secretKeys);

/** Folders, with commas between them. */
export const folders = text.transform((given, context): string[] => {
  const named = given.split(',').map((folder) => folder.trim());
  if (named.every((folder) => isAbsolute(folder))) return named;
  context.addIssue('must be folders such as /srv/imports, from the root on, with commas between them');
  return z.NEVER;
});

export const LOG_LEVELS = ['trace', 'debug', 'info', 'warn', 'error', 'fatal', 'silent'] as const;
export const logLevel = z.enum(LOG_LEVELS, { error: `must be one of ${LOG_LEVELS.join(', ')}` });

function isReadable(path: string): boolean {
  try {
    accessSync(path, constants.R_OK);
    return true;
  } catch {
    return false;
  }
}
