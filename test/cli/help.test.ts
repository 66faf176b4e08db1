// The documentation of the command line: every command that there is stands in it.
import { readdirSync, readFileSync } from 'node:fs';
import { Command } from 'commander';
import { expect, test } from 'vitest';

const PAGE = readFileSync(new URL('../../docs/command-line.md', import.meta.url), 'utf8');
const FOLDER = new URL('../../cli/commands/', import.meta.url);

test.each(readdirSync(FOLDER))('docs/command-line.md has what cli/commands/%s offers', async (file) => {
  const { addTo } = (await import(new URL(file, FOLDER).href)) as { addTo(program: Command): void };
  const program = new Command();
  addTo(program);
  for (const command of program.commands) {
    const line = PAGE.split('\n').find(
      (row) => row.startsWith('| `') && new RegExp(`\`muster ${command.name()}(?![\\w-])`).test(row),
    );
    expect(line, command.name()).toBeDefined();
    for (const part of command.commands) expect(line).toMatch(new RegExp(`\\b${part.name()}\\b`));
  }
});
