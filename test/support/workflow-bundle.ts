// The workflows as one bundle, made again only when something that goes into it has changed.
import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { mkdir, readdir, readFile, rename, rm, stat, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { bundleWorkflowCode, DefaultLogger } from '@temporalio/worker';

const KEPT_MS = 24 * 60 * 60 * 1000;

/** The path of the bundle of the workflows that `entry` exports. */
export async function bundleWorkflows(entry: string): Promise<string> {
  const root = join(dirname(entry), '..');
  const cache = join(root, 'node_modules', '.cache', 'muster');
  const path = join(cache, `workflows-${await fingerprint(root)}.js`);
  if (existsSync(path)) return path;
  const { code } = await bundleWorkflowCode({ workflowsPath: entry, logger: new DefaultLogger('WARN') });
  await mkdir(cache, { recursive: true });
  const draft = `${path}.${process.pid}`;
  await writeFile(draft, code);
  await rename(draft, path);
  await forgetOld(cache);
  return path;
}

// Another run may be reading a bundle that differs from ours, so only old ones go.
async function forgetOld(cache: string): Promise<void> {
  for (const name of await readdir(cache)) {
    const { mtimeMs } = await stat(join(cache, name));
    if (Date.now() - mtimeMs > KEPT_MS) await rm(join(cache, name), { force: true });
  }
}

// Workflows may import the domain and nothing else of ours; the lock file stands for all the rest.
async function fingerprint(root: string): Promise<string> {
  const hash = createHash('sha256');
  for (const folder of ['workflows', 'domain']) {
    for (const name of (await readdir(join(root, folder), { recursive: true })).sort()) {
      if (name.endsWith('.ts'))
        hash.update(`${folder}/${name}\n${await readFile(join(root, folder, name), 'utf8')}`);
    }
  }
  hash.update(await readFile(join(root, 'package-lock.json'), 'utf8'));
  return hash.digest('hex').slice(0, 16);
}
