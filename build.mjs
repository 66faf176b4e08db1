// Makes `dist/` from the sources: JavaScript, migrations, the bundle of the workflows, the pages, and the `muster` command.
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import {
  chmod,
  cp,
  mkdir,
  readdir,
  readFile,
  rename,
  rm,
  stat,
  symlink,
  unlink,
  writeFile,
} from 'node:fs/promises';
import { createRequire } from 'node:module';
import { dirname, join, relative } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { buildPages } from './web/build.mjs';

const root = dirname(fileURLToPath(import.meta.url));
const dist = join(root, 'dist');
const command = join(dist, 'cli', 'main.js');
const LOCK_STALE_MS = 120_000;

const compiler = findCompiler();
if (compiler) {
  try {
    await withLock(() => build(compiler));
  } catch (error) {
    console.error(`The build failed. ${error.message}`);
    process.exitCode = 1;
  }
} else if (!existsSync(command)) {
  console.error('There is no dist/ and no TypeScript to make it with. Run `npm ci` without `--omit=dev`.');
  process.exitCode = 1;
}

async function build(compiler) {
  compile(compiler);
  await dropOrphans();
  await copyMigrations();
  await bundleWorkflows();
  await buildPages();
  await linkCommand();
}

// A production install has no TypeScript and brings its dist/ along: there is nothing to do then.
function findCompiler() {
  try {
    return join(dirname(createRequire(import.meta.url).resolve('typescript/package.json')), 'bin', 'tsc');
  } catch {
    return undefined;
  }
}

function compile(compiler) {
  const { status } = spawnSync(process.execPath, [compiler, '-p', join(root, 'tsconfig.build.json')], {
    stdio: 'inherit',
    cwd: root,
  });
  if (status !== 0) throw new Error('What TypeScript says about it stands above.');
}

// What was made of a source that is gone would still be found by an import.
async function dropOrphans() {
  for (const file of await filesIn(dist)) {
    const match = /^(.+)\.js(\.map)?$/.exec(file);
    // What is bundled has a name of its own.
    if (!match || file === 'workflow-bundle.js' || file.startsWith('web')) continue;
    const hasSource = ['.ts', '.tsx'].some((extension) => existsSync(join(root, match[1] + extension)));
    if (!hasSource) await rm(join(dist, file));
  }
}

async function copyMigrations() {
  const target = join(dist, 'db', 'migrations');
  await rm(target, { recursive: true, force: true });
  await cp(join(root, 'db', 'migrations'), target, { recursive: true });
}

async function bundleWorkflows() {
  const entry = join(dist, 'workflows', 'index.js');
  const bundle = join(dist, 'workflow-bundle.js');
  const stamp = join(dist, '.workflow-bundle-inputs');
  const inputs = await fingerprint(['workflows', 'domain']);
  if (existsSync(bundle) && (await readFile(stamp, 'utf8').catch(() => '')) === inputs) return;
  const { bundleWorkflowCode, DefaultLogger } = await import('@temporalio/worker');
  const { code } = await bundleWorkflowCode({ workflowsPath: entry, logger: new DefaultLogger('WARN') });
  // Moved into place whole, for a worker may start while this runs.
  await writeFile(`${bundle}.draft`, code);
  await rename(`${bundle}.draft`, bundle);
  await writeFile(stamp, inputs);
}

// Workflows import nothing else of ours; the lock file stands for every package.
async function fingerprint(folders) {
  const hash = createHash('sha256').update(await readFile(join(root, 'package-lock.json')));
  for (const folder of folders) {
    for (const file of (await filesIn(join(dist, folder))).sort()) {
      if (file.endsWith('.js')) hash.update(file).update(await readFile(join(dist, folder, file)));
    }
  }
  return hash.digest('hex');
}

// npm links the commands of a project's dependencies and not its own; `npx muster` looks among them.
async function linkCommand() {
  await chmod(command, 0o755);
  const bin = join(root, 'node_modules', '.bin');
  const link = join(bin, 'muster');
  await mkdir(bin, { recursive: true });
  await rm(link, { force: true });
  if (process.platform !== 'win32') return symlink(relative(bin, command), link);
  await writeFile(`${link}.cmd`, `@node "%~dp0\\${relative(bin, command)}" %*\r\n`);
}

// `npm start` and `npm test` may build at the same moment: one does, the other then finds it done.
async function withLock(work) {
  const lock = join(dist, '.building');
  await mkdir(dist, { recursive: true });
  while (!(await takes(lock))) await sleep(100);
  try {
    await work();
  } finally {
    await unlink(lock);
  }
}

async function takes(lock) {
  try {
    await writeFile(lock, String(process.pid), { flag: 'wx' });
    return true;
  } catch (error) {
    if (error.code !== 'EEXIST') throw error;
  }
  const age = Date.now() - (await stat(lock).catch(() => ({ mtimeMs: Date.now() }))).mtimeMs;
  const holder = Number(await readFile(lock, 'utf8').catch(() => ''));
  if (age > LOCK_STALE_MS || (holder > 0 && !isAlive(holder))) await rm(lock, { force: true });
  return false;
}

function isAlive(pid) {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return error.code === 'EPERM';
  }
}

async function filesIn(folder) {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  return entries
    .filter((entry) => entry.isFile())
    .map((entry) => relative(folder, join(entry.parentPath ?? entry.path, entry.name)));
}
