// How this tree's own programs are run: from source under tsx, or as built JavaScript.
import { createRequire } from 'node:module';
import { extname } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';

/**
 * The arguments that make `node` run one of this tree's programs.
 * `entry` is relative to the folder above `dev/` and has no extension: `worker`, `api/main`.
 */
export function nodeArguments(entry: string): string[] {
  const extension = extname(fileURLToPath(import.meta.url));
  const file = fileURLToPath(new URL(`../${entry}${extension}`, import.meta.url));
  if (extension !== '.ts') return ['--enable-source-maps', file];
  const loader = createRequire(import.meta.url).resolve('tsx');
  return ['--import', pathToFileURL(loader).href, file];
}
