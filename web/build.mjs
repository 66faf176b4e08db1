// Makes what browsers get of the cardholder's page out of its sources; nothing where these are as they were.
import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { dirname, join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';

const web = dirname(fileURLToPath(import.meta.url));
const root = join(web, '..');
const source = join(web, 'cardholder');
const target = join(root, 'dist', 'web', 'cardholder');
const stamp = join(root, 'dist', '.cardholder-inputs.json');

/** Phones of some years ago as well. */
const OLDEST = ['es2020', 'safari14', 'chrome87', 'firefox78'];

export async function buildCardholderPage() {
  if (existsSync(target) && (await isUnchanged())) return;
  const { build } = await import('vite');
  const draft = `${target}.draft`;
  await rm(draft, { recursive: true, force: true });
  const { output } = await build({
    configFile: false,
    root: source,
    base: './',
    logLevel: 'warn',
    build: {
      outDir: draft,
      emptyOutDir: true,
      manifest: 'manifest.json',
      target: OLDEST,
      // The page's rules allow no font from anywhere but here, so none is written into the style sheet.
      assetsInlineLimit: 0,
      modulePreload: false,
      rollupOptions: { input: join(source, 'main.ts') },
    },
  });
  await mkdir(dirname(target), { recursive: true });
  await rm(target, { recursive: true, force: true });
  // Moved into place whole, for an API may start while this runs.
  await rename(draft, target);
  await writeFile(stamp, JSON.stringify(await hashesOf(sourcesOf(output)), null, 1));
}

/** The files that went in, and the recipe: this file and the lock file, which stands for every package. */
function sourcesOf(output) {
  const modules = output.flatMap((part) => (part.type === 'chunk' ? part.moduleIds : []));
  const files = [
    ...modules,
    join(source, 'fonts.css'),
    join(web, 'build.mjs'),
    join(root, 'package-lock.json'),
  ];
  return [...new Set(files.map((file) => file.split('?')[0]))].filter((file) => existsSync(file));
}

async function hashesOf(files) {
  const hashed = await Promise.all(
    files.map(async (file) => {
      const hash = createHash('sha256')
        .update(await readFile(file))
        .digest('hex');
      return [relative(root, file), hash];
    }),
  );
  return Object.fromEntries(hashed);
}

async function isUnchanged() {
  try {
    const before = JSON.parse(await readFile(stamp, 'utf8'));
    const now = await hashesOf(Object.keys(before).map((file) => join(root, file)));
    return JSON.stringify(now) === JSON.stringify(before);
  } catch {
    return false;
  }
}

if (process.argv[1] === fileURLToPath(import.meta.url)) await buildCardholderPage();
