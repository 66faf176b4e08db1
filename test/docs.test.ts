// The documentation: what can be made from the code is held equal to it, and links lead somewhere.
import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { expect, test } from 'vitest';
import { FINAL_MARK, statesDiagram } from './support/pages.ts';
import { presetsPage } from './support/presets-page.ts';
import { problemsPage } from './support/problems-page.ts';

const ROOT = new URL('..', import.meta.url).pathname;

test('docs/problems.md lists every code with its meaning and its words, in every language (renew it with --update)', async () => {
  await expect(problemsPage()).toMatchFileSnapshot('../docs/problems.md');
});

test('docs/presets.md has every preset with its columns and the words they are known by (renew it with --update)', async () => {
  await expect(presetsPage()).toMatchFileSnapshot('../docs/presets.md');
});

test('docs/states.md draws the moves that the code allows', () => {
  const page = readFileSync(`${ROOT}docs/states.md`, 'utf8');
  const drawn = /```mermaid\n(.*?)```/s.exec(page)?.[1] ?? '';
  expect(drawn).toContain(FINAL_MARK);
  expect(drawn.trim()).toBe(statesDiagram().trim());
});

const pages = execFileSync('git', ['ls-files', '-co', '--exclude-standard', '*.md'], {
  cwd: ROOT,
  encoding: 'utf8',
})
  .split('\n')
  .filter((file) => file !== '' && existsSync(join(ROOT, file)));

test.each(pages)('every link of %s leads to a file', (page) => {
  const text = readFileSync(join(ROOT, page), 'utf8').replace(/```.*?```/gs, '');
  const links = [...text.matchAll(/(?<!!)\[[^\]]*\]\(([^)\s]+)\)/g)].map((match) => match[1] ?? '');
  const broken = links
    .filter((link) => !/^(https?:|mailto:|#)/.test(link))
    .filter((link) => !existsSync(join(ROOT, dirname(page), link.split('#')[0] ?? '')));
  expect(broken).toEqual([]);
});
