// The script, style and letters of the cardholder's page as the build left them: named by their content, kept in memory.
import { existsSync } from 'node:fs';
import { readdir, readFile } from 'node:fs/promises';
import { extname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { gzipSync } from 'node:zlib';

export type Asset = { content: Buffer; mediaType: string; gzipped: Buffer | undefined };

export type Assets = {
  /** Names to be asked for. */
  script: string;
  style: string;
  font: string;
  find(name: string): Asset | undefined;
};

type Manifest = Record<string, { file: string; isEntry?: boolean; css?: string[]; assets?: string[] }>;

const MEDIA_TYPES: Readonly<Record<string, string>> = {
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.woff2': 'font/woff2',
};
/** Letters are packed already. */
const PACKED = ['.woff2'];

/** Beside the built API, or in `dist/` where the sources run. */
const PLACES = ['../../web/cardholder', '../../dist/web/cardholder'].map((place) =>
  fileURLToPath(new URL(place, import.meta.url)),
);

let loading: Promise<Assets> | undefined;

/** What the build left, read once. Throws where there was no build. */
export function cardholderAssets(): Promise<Assets> {
  loading ??= loadAssets().catch((error: unknown) => {
    loading = undefined;
    throw error;
  });
  return loading;
}

async function loadAssets(): Promise<Assets> {
  const folder = PLACES.find((place) => existsSync(join(place, 'manifest.json')));
  if (folder === undefined)
    throw new Error('dist/web/cardholder is missing: `npm run build` makes it, and the API serves it.');
  const manifest = JSON.parse(await readFile(join(folder, 'manifest.json'), 'utf8')) as Manifest;
  const entry = Object.values(manifest).find(({ isEntry }) => isEntry);
  const style = entry?.css?.[0];
  const font = entry?.assets?.find((name) => /latin-wght/.test(name));
  if (!entry || style === undefined || font === undefined)
    throw new Error(
      'dist/web/cardholder/manifest.json does not name script, style and letters. Build again.',
    );
  const files = await filesIn(join(folder, 'assets'));
  return {
    script: nameOf(entry.file),
    style: nameOf(style),
    font: nameOf(font),
    find: (name) => files.get(name),
  };
}

async function filesIn(folder: string): Promise<Map<string, Asset>> {
  const named = (await readdir(folder)).filter((name) => MEDIA_TYPES[extname(name)] !== undefined);
  const files = await Promise.all(
    named.map(async (name): Promise<[string, Asset]> => {
      const content = await readFile(join(folder, name));
      const mediaType = MEDIA_TYPES[extname(name)] ?? 'application/octet-stream';
      const gzipped = PACKED.includes(extname(name)) ? undefined : gzipSync(content, { level: 9 });
      return [name, { content, mediaType, gzipped }];
    }),
  );
  return new Map(files);
}

/** Without the folder that the build puts them in. */
const nameOf = (file: string): string => file.slice(file.lastIndexOf('/') + 1);
