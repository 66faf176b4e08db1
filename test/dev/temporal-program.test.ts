// Where a Temporal server's program comes from, and in which order the places are tried.
import { existsSync } from 'node:fs';
import { chmod, mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { findTemporal } from '../../dev/temporal-program.ts';
import { makeFolder } from './folder.ts';

const RECENT = 'temporal version 1.5.1 (Server 1.29.1, UI 2.42.1)';
const OLD = 'temporal version 0.11.0 (Server 1.22.4, UI 2.21.3)';

async function makeProgram(folder: string, name: string, script: string): Promise<string> {
  await mkdir(folder, { recursive: true });
  const file = join(folder, name);
  await writeFile(file, `#!/bin/sh\n${script}\n`);
  await chmod(file, 0o755);
  return file;
}

// The SDK's download goes through this proxy, at which nobody listens: it fails at once on every machine.
function environment(home: string, ...path: string[]): NodeJS.ProcessEnv {
  const proxy = 'http://127.0.0.1:9';
  return {
    PATH: [...path, '/usr/bin', '/bin'].join(':'),
    HOME: home,
    HTTPS_PROXY: proxy,
    https_proxy: proxy,
  };
}

test('takes the first program on the PATH that is recent enough, before the cache', async () => {
  const home = await makeFolder();
  await makeProgram(join(home, 'old'), 'temporal', `echo '${OLD}'`);
  const recent = await makeProgram(join(home, 'recent'), 'temporal', `echo '${RECENT}'`);
  await makeProgram(join(home, '.cache/muster/temporal-cli-1.5.1'), 'temporal', '');
  const lines: string[] = [];
  const env = environment(home, join(home, 'none'), join(home, 'old'), join(home, 'recent'));
  expect(await findTemporal({ env, report: (line) => lines.push(line) })).toBe(recent);
  expect(lines.join()).toContain('Server 1.22.4');
});

test('takes the one in the cache, wherever that is, before it fetches any', async () => {
  const home = await makeFolder();
  const cached = await makeProgram(join(home, 'elsewhere/muster/temporal-cli-1.5.1'), 'temporal', '');
  const env = { ...environment(home), XDG_CACHE_HOME: join(home, 'elsewhere') };
  expect(await findTemporal({ env })).toBe(cached);
});

test('builds one with Go where the download fails, once for all who want it', async () => {
  const home = await makeFolder();
  // Go's part here is to take its time and to leave a program where it is told.
  const go = `[ "$1" = version ] && exit 0
echo built >> '${home}/builds'; sleep 1
printf '#!/bin/sh\\n' > "$GOBIN/temporal"; chmod 755 "$GOBIN/temporal"`;
  await makeProgram(join(home, 'bin'), 'go', go);
  const env = environment(home, join(home, 'bin'));
  const found = await Promise.all([findTemporal({ env }), findTemporal({ env }), findTemporal({ env })]);
  const built = join(home, '.cache/muster/temporal-cli-1.5.1/temporal');
  expect(found).toEqual([built, built, built]);
  expect(await readdir(join(home, '.cache/muster/temporal-cli-1.5.1'))).toEqual(['temporal']);
  expect(await readFile(join(home, 'builds'), 'utf8')).toBe('built\n');
});

test('clears up after a build that was killed, and builds again', async () => {
  const home = await makeFolder();
  const cache = join(home, '.cache/muster/temporal-cli-1.5.1');
  await mkdir(join(cache, 'temporal.building-abc'), { recursive: true });
  await writeFile(join(cache, 'temporal.lock'), '999999999 1');
  const go = '[ "$1" = version ] && exit 0; : > "$GOBIN/temporal"; chmod 755 "$GOBIN/temporal"';
  await makeProgram(join(home, 'bin'), 'go', go);
  await findTemporal({ env: environment(home, join(home, 'bin')) });
  expect(await readdir(cache)).toEqual(['temporal']);
});

test('says every way to get one, with what stood in its way, when there is none', async () => {
  const home = await makeFolder();
  const go = '[ "$1" = version ] && exit 0; echo "go: module lookup disabled" >&2; exit 1';
  await makeProgram(join(home, 'bin'), 'go', go);
  const refusal = await findTemporal({ env: environment(home, join(home, 'bin')) }).catch(
    (error: Error) => error,
  );
  const lines = String(refusal instanceof Error ? refusal.message : refusal).split('\n');
  expect(lines).toHaveLength(6);
  expect(lines[1]).toContain('on the PATH');
  expect(lines[2]).toMatch(/temporal\.download, to fetch it \(now: .+\)/);
  expect(lines[3]).toContain('module lookup disabled');
  expect(lines[4]).toContain(join(home, '.cache/muster/temporal-cli-1.5.1/temporal'));
  expect(lines[5]).toContain('TEMPORAL_ADDRESS');
  expect(existsSync(join(home, '.cache/muster/temporal-cli-1.5.1/temporal'))).toBe(false);
});
