// Makes what browsers get of the console and of the cardholder's page; nothing where their sources are as they were.
import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { mkdir, readdir, readFile, rename, rm, stat, writeFile } from 'node:fs/promises';
import { dirname, join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { brotliCompress, gzip } from 'node:zlib';

const web = dirname(fileURLToPath(import.meta.url));
const root = join(web, '..');

const KEPT_MS = 7 * 24 * 60 * 60 * 1000;

/** Phones of some years ago as well. */
const OLDEST = ['es2020', 'safari14', 'chrome87', 'firefox78'];

export async function buildPages() {
  await buildPage('cardholder', { input: 'main.ts', target: OLDEST, beside: ['fonts.css'] });
  await buildPage('console', {
    input: 'index.html',
    beside: ['theme/fonts.css', 'theme/tokens.css', 'client/events-worker.ts', 'client/event-stream.ts'],
  });
}

/** `beside`: files that go in without being modules. */
async function buildPage(name, { input, beside, ...options }) {
  const source = join(web, name);
  const target = join(root, 'dist', 'web', name);
  const stamp = join(root, 'dist', `.${name}-inputs.json`);
  if (existsSync(target) && (await isUnchanged(stamp))) return;
  const { build } = await import('vite');
  const draft = `${target}.draft-${process.pid}`;
  await rm(draft, { recursive: true, force: true });
  const { output } = await build({
    configFile: false,
    root: source,
    base: './',
    logLevel: 'warn',
    ...(name === 'console' && { base: '/', plugins: [(await import('@vitejs/plugin-react')).default()] }),
    build: {
      outDir: draft,
      emptyOutDir: true,
      manifest: 'manifest.json',
      // The pages' rules allow no font from anywhere but here, so none is written into the style sheet.
      assetsInlineLimit: 0,
      modulePreload: name === 'console' && { polyfill: false },
      chunkSizeWarningLimit: 1000,
      rollupOptions: { input: join(source, input) },
      ...('target' in options && { target: options.target }),
    },
  });
  if (name === 'console') await pack(join(draft, 'assets'));
  await putInPlace(draft, target);
  await writeFile(
    stamp,
    JSON.stringify(
      await hashesOf(
        sourcesOf(
          output,
          [input, ...beside].map((file) => join(source, file)),
        ),
      ),
      null,
      1,
    ),
  );
}

/** Beside each text its packed forms: so they are as small as can be, and nobody waits for them to be made. */
async function pack(folder) {
  const texts = (await readdir(folder)).filter((name) => /\.(js|css|svg)$/.test(name));
  await Promise.all(
    texts.map(async (name) => {
      const file = join(folder, name);
      const content = await readFile(file);
      await writeFile(`${file}.br`, await promisify(brotliCompress)(content));
      await writeFile(`${file}.gz`, await promisify(gzip)(content, { level: 9 }));
    }),
  );
}

/**
 * What an API is serving, and what is open in a tab, goes on to find its own files: they are named by their content, and
 * those of older builds stay for a week. The page and the manifest, which name the new ones, come last.
 */
async function putInPlace(draft, target) {
  const assets = join(target, 'assets');
  await mkdir(assets, { recursive: true });
  const old = Date.now() - KEPT_MS;
  for (const name of await readdir(assets))
    if ((await stat(join(assets, name))).mtimeMs < old) await rm(join(assets, name), { force: true });
  for (const name of await readdir(join(draft, 'assets')))
    await rename(join(draft, 'assets', name), join(assets, name));
  for (const { name } of (await readdir(draft, { withFileTypes: true })).filter((entry) => entry.isFile()))
    await rename(join(draft, name), join(target, name));
  await rm(draft, { recursive: true, force: true });
}

/** The files that went in, and the recipe: this file and the lock file, which stands for every package. */
function sourcesOf(output, beside) {
  const modules = output.flatMap((part) => (part.type === 'chunk' ? part.moduleIds : []));
  const files = [...modules, ...beside, join(web, 'build.mjs'), join(root, 'package-lock.json')];
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

async function isUnchanged(stamp) {
  try {
    const before = JSON.parse(await readFile(stamp, 'utf8'));
    const now = await hashesOf(Object.keys(before).map((file) => join(root, file)));
    return JSON.stringify(now) === JSON.stringify(before);
  } catch {
    return false;
  }
}

if (process.argv[1] === fileURLToPath(import.meta.url)) await buildPages();
