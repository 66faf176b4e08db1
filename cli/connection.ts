// Where Muster is and with which key to ask: from the environment, or from what a local `muster up` wrote.
import { readFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { Refusal } from '../domain/refusal.ts';

export type Connection = { url: string; apiKey: string };

type Environment = Readonly<Record<string, string | undefined>>;

const NOT_FOUND = 'No Muster found. Start one with `npm start`, or set MUSTER_URL and MUSTER_API_KEY.';

/**
 * MUSTER_URL and MUSTER_API_KEY where both are set; else `local.json` in $MUSTER_DATA, or in the `.muster` of
 * `folder` or of the nearest folder above it that has one. One variable alone may replace the key of a local
 * Muster, or name that same Muster; a key never goes to another address than its own.
 */
export function findConnection(env: Environment, folder: string): Connection {
  const url = env['MUSTER_URL'] ? checkedUrl(env['MUSTER_URL']) : undefined;
  const apiKey = env['MUSTER_API_KEY'];
  if (url && apiKey) return { url, apiKey };
  const local = env['MUSTER_DATA'] ? readLocal(resolve(folder, env['MUSTER_DATA'])) : searchUpward(folder);
  if (url) {
    if (local?.url === url) return local;
    throw new Refusal('invalid', 'MUSTER_URL is set and MUSTER_API_KEY is not. Set both, or neither.');
  }
  if (!local) throw new Refusal('missing', NOT_FOUND);
  return apiKey ? { url: local.url, apiKey } : local;
}

function searchUpward(folder: string): Connection | undefined {
  for (let at = resolve(folder); ; at = dirname(at)) {
    const found = readLocal(join(at, '.muster'));
    if (found || dirname(at) === at) return found;
  }
}

function readLocal(folder: string): Connection | undefined {
  const path = join(folder, 'local.json');
  let text: string;
  try {
    text = readFileSync(path, 'utf8');
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'ENOENT' || code === 'ENOTDIR') return undefined;
    throw new Refusal(
      'forbidden',
      `${path} can't be read (${code}). Only who started that Muster may read it.`,
    );
  }
  const { url, apiKey } = parseLocal(text);
  if (typeof url !== 'string' || typeof apiKey !== 'string')
    throw new Refusal(
      'invalid',
      `${path} is not whole. Start Muster again with \`npm start\`; it writes the file anew.`,
    );
  return { url: checkedUrl(url), apiKey };
}

function parseLocal(text: string): { url?: unknown; apiKey?: unknown } {
  try {
    return Object(JSON.parse(text));
  } catch {
    return {};
  }
}

function checkedUrl(text: string): string {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (url?.protocol !== 'http:' && url?.protocol !== 'https:')
    throw new Refusal(
      'invalid',
      `“${text}” is no address of a Muster. Give one such as http://localhost:3000.`,
    );
  return url.href.replace(/\/+$/, '');
}
