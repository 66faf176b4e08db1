// The bound of pictures: sharp alone makes of the same files what Muster keeps of them, and writes nothing down.
import { spawn } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import sharp, { type Sharp } from 'sharp';
import type { Measured } from '../measure.ts';

/** What the settings have where nobody says otherwise. */
const AT_ONCE = 2;
const LIMITS = { limitInputPixels: 25e6, failOn: 'error' } as const;

/** In a process of its own, as the worker is. */
export async function runSharpAlone(pictures: readonly string[], count: number): Promise<Measured> {
  const child = spawn(
    process.execPath,
    [...process.execArgv, fileURLToPath(import.meta.url), String(count)],
    {
      stdio: ['pipe', 'pipe', 'inherit'],
    },
  );
  child.stdin.end(JSON.stringify(pictures));
  let said = '';
  for await (const piece of child.stdout) said += piece;
  const { seconds } = JSON.parse(said) as { seconds: number };
  return { seconds, outcomes: { updated: count } };
}

async function prepare(content: Buffer): Promise<void> {
  const { data, info } = await within(sharp(content, LIMITS).autoOrient(), 2000)
    .flatten({ background: '#ffffff' })
    .toColourspace('srgb')
    .raw()
    .toBuffer({ resolveWithObject: true });
  const { width, height, channels } = info;
  const decoded = () => sharp(data, { raw: { width, height, channels } });
  await Promise.all([
    decoded().jpeg({ quality: 85 }).toBuffer(),
    within(decoded(), 320).jpeg({ quality: 80 }).toBuffer(),
  ]);
}

const within = (image: Sharp, edge: number) =>
  image.resize({ width: edge, height: edge, fit: 'inside', withoutEnlargement: true });

async function main(count: number): Promise<void> {
  sharp.cache(false);
  sharp.concurrency(1);
  let paths = '';
  for await (const piece of process.stdin) paths += piece;
  const contents = await Promise.all((JSON.parse(paths) as string[]).map((path) => readFile(path)));
  const began = performance.now();
  let next = 0;
  const lane = async () => {
    while (next < count) await prepare(contents[next++ % contents.length] as Buffer);
  };
  await Promise.all(Array.from({ length: AT_ONCE }, lane));
  console.log(JSON.stringify({ seconds: (performance.now() - began) / 1000 }));
}

if (process.argv[1] && fileURLToPath(import.meta.url) === process.argv[1])
  await main(Number(process.argv[2]));
