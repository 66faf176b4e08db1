// The house's own rules: what no compiler checks is refused here, and the refusals are shown to work.
import { execFileSync, spawnSync } from 'node:child_process';
import { cpSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';

const ROOT = new URL('..', import.meta.url).pathname;

/** Files that break a rule, as [where, text]. */
const REFUSED: [string, string][] = [
  ['domain', "import { openDb } from '../db/client.ts';\nopenDb('');\n"],
  ['domain', "import { readFile } from 'node:fs/promises';\nawait readFile('');\n"],
  ['db/queries', "import { openLog } from '../../adapters/log.ts';\nopenLog();\n"],
  ['db/queries', "import postgres from 'postgres';\npostgres('');\n"],
  ['db/queries', 'db.transaction(async () => {});\n'],
  ['db/queries', "sql.begin('read only', () => {});\n"],
  ['adapters/mail', "import { openDb } from '../../db/client.ts';\nopenDb('');\n"],
  ['adapters', "import { readConfig } from '../config.ts';\nreadConfig({});\n"],
  ['adapters', "export const x = process.env['PORT'];\n"],
  ['activities', "import { TASK_QUEUE } from '../workflows/contract.ts';\nconsole.log(TASK_QUEUE);\n"],
  ['workflows', "import { openDb } from '../db/client.ts';\nopenDb('');\n"],
  ['workflows', "import { mailActivities } from '../activities/mail.ts';\nmailActivities();\n"],
  ['workflows', "import { type MailEnd } from '../activities/mail.ts';\nexport type X = MailEnd;\n"],
  ['workflows', "export const x = import('../activities/mail.ts');\n"],
  ['workflows', "import { setTimeout } from 'node:timers/promises';\nsetTimeout(1);\n"],
  ['workflows', "import { sql } from 'drizzle-orm';\nconsole.log(sql);\n"],
  ['api/routes', "import { bulkAction } from '../../workflows/bulk-action.ts';\nbulkAction();\n"],
  ['api/routes', "import { mailActivities } from '../../activities/mail.ts';\nmailActivities();\n"],
  ['cli', 'db.transaction(async () => {});\n'],
  ['cli', "import { siteSchema } from '../api/wire.ts';\nconsole.log(siteSchema);\n"],
  ['cli', "import type { Route } from '../api/route.ts';\nexport type X = Route;\n"],
  ['cli/commands', "import { openDb } from '../../db/client.ts';\nopenDb('');\n"],
  ['web/cardholder', "import { openDb } from '../../db/client.ts';\nopenDb('');\n"],
  ['web/cardholder', "import { createApp } from '../../api/app.ts';\ncreateApp();\n"],
  ['web/pages', "import { siteSchema } from '../../api/wire.ts';\nconsole.log(siteSchema);\n"],
];

const FINE: [string, string][] = [
  ['db/queries', "import type { Outcome } from '../../domain/bulk-action.ts';\nexport type X = Outcome;\n"],
  ['activities', "import { openDb } from '../db/client.ts';\nopenDb('');\n"],
  ['workflows', "import type { MailEnd } from '../activities/mail.ts';\nexport type X = MailEnd;\n"],
  ['workflows', "import { sleep } from '@temporalio/workflow';\nsleep(1);\n"],
  ['workflows', "import { emailKeyOf } from '../domain/person.ts';\nemailKeyOf('');\n"],
  ['api/routes', "import { TASK_QUEUE } from '../../workflows/contract.ts';\nconsole.log(TASK_QUEUE);\n"],
  ['cli', "import type { Site } from '../api/wire.ts';\nexport type X = Site;\n"],
  ['web/pages', "import type { Site } from '../../api/wire.ts';\nexport type X = Site;\n"],
  ['web/pages', "import { emailKeyOf } from '../../domain/person.ts';\nemailKeyOf('');\n"],
  ['dev', "import { readConfig } from '../config.ts';\nreadConfig(process.env);\n"],
];

/** How often the linter, under the project's own settings, objects to each file. */
function objections(files: [string, string][]): number[] {
  const folder = mkdtempSync(join(tmpdir(), 'muster-house-'));
  try {
    const settings = JSON.parse(readFileSync(`${ROOT}biome.json`, 'utf8'));
    writeFileSync(join(folder, 'biome.json'), JSON.stringify({ ...settings, vcs: undefined }));
    cpSync(`${ROOT}lint`, join(folder, 'lint'), { recursive: true });
    for (const [index, [place, text]] of files.entries()) {
      mkdirSync(join(folder, place), { recursive: true });
      writeFileSync(join(folder, place, `case-${index}.ts`), text);
    }
    const biome = `${ROOT}node_modules/@biomejs/biome/bin/biome`;
    const options = ['--reporter=json', '--diagnostic-level=error', '--max-diagnostics=none'];
    const { stdout } = spawnSync(process.execPath, [biome, 'lint', ...options, '.'], {
      cwd: folder,
      encoding: 'utf8',
    });
    const { diagnostics } = JSON.parse(stdout) as { diagnostics: { location: { path: string } }[] };
    return files.map(
      (_, index) => diagnostics.filter(({ location }) => location.path.endsWith(`case-${index}.ts`)).length,
    );
  } finally {
    rmSync(folder, { recursive: true });
  }
}

describe('imports point down, writes are single statements, the environment has one reader', () => {
  const refused = objections(REFUSED);
  test.each(REFUSED.map((file, index) => [...file, refused[index]] as const))(
    'refused in %s: %s',
    (_, __, found) => {
      expect(found).toBeGreaterThan(0);
    },
  );

  const fine = objections(FINE);
  test.each(FINE.map((file, index) => [...file, fine[index]] as const))('fine in %s: %s', (_, __, found) => {
    expect(found).toBe(0);
  });
});

describe('files', () => {
  const files = execFileSync('git', ['ls-files', '-co', '--exclude-standard'], {
    cwd: ROOT,
    encoding: 'utf8',
  })
    .split('\n')
    .filter((file) => /\.(ts|tsx|mjs)$/.test(file) && existsSync(ROOT + file));

  test.each(files)('%s opens with a sentence and stays under 300 lines', (file) => {
    const lines = readFileSync(ROOT + file, 'utf8').split('\n');
    const first = lines[0]?.startsWith('#!') ? lines[1] : lines[0];
    expect(first).toMatch(/^\/\/ [A-Z`“].*[.:,;]?/);
    expect(lines.length).toBeLessThanOrEqual(file.startsWith('test/') ? 500 : 301);
  });
});
