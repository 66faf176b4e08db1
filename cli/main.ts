#!/usr/bin/env node
// The `muster` command: finds what was asked for, loads only that, and ends with its exit code.
import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { Command, CommanderError } from 'commander';
import { Refusal } from '../domain/refusal.ts';
import { wholeNumber } from './arguments.ts';
import { EXIT, reportFailure } from './exit.ts';
import { addLanguage } from './language.ts';
import { endWithReader } from './output.ts';

type Group = { addTo(program: Command): void };

const runs = () => import('./commands/runs.ts');
const answers = () => import('./commands/answers.ts');
const files = () => import('./commands/files.ts');

/** Several files have parts of one command. */
const sources = async (): Promise<Group> => {
  const groups = await Promise.all([
    import('./commands/source.ts'),
    import('./commands/source-runs.ts'),
    import('./commands/source-files.ts'),
  ]);
  return {
    addTo(program) {
      for (const group of groups) group.addTo(program);
    },
  };
};

/** Which file has which commands, in the order of the help. */
const GROUPS: Readonly<Record<string, () => Promise<Group>>> = {
  up: async () => ({ addTo: addUp }),
  import: () => import('./commands/import.ts'),
  preview: () => import('./commands/preview.ts'),
  photos: () => import('./commands/photos.ts'),
  watch: () => import('./commands/watch.ts'),
  runs,
  run: runs,
  plan: () => import('./commands/plan.ts'),
  results: runs,
  confirm: answers,
  approve: answers,
  pause: answers,
  resume: answers,
  cancel: answers,
  undo: () => import('./commands/undo.ts'),
  discard: runs,
  'follow-up': () => import('./commands/follow-up.ts'),
  template: () => import('./commands/template.ts'),
  preset: () => import('./commands/preset.ts'),
  export: files,
  person: () => import('./commands/person.ts'),
  photo: () => import('./commands/photo.ts'),
  card: () => import('./commands/card.ts'),
  site: () => import('./commands/site.ts'),
  invitations: () => import('./commands/invitations.ts'),
  safeguards: () => import('./commands/safeguards.ts'),
  field: () => import('./commands/field.ts'),
  'org-unit': () => import('./commands/org-unit.ts'),
  role: () => import('./commands/role.ts'),
  cards: () => import('./commands/cards.ts'),
  roles: () => import('./commands/roles.ts'),
  key: () => import('./commands/key.ts'),
  source: sources,
  webhook: () => import('./commands/webhook.ts'),
  audit: () => import('./commands/audit.ts'),
};

function addUp(program: Command): void {
  program
    .command('up')
    .description('start everything on this machine; Ctrl-C stops it')
    .option('--port <number>', 'of the API', wholeNumber(1, 65_535), 3000)
    .option('--data <dir>', 'where everything is kept (default: $MUSTER_DATA, else .muster)')
    .option('--empty', 'one root site and its admin instead of the demo organisation')
    .action(async ({ port, data, empty }: { port: number; data?: string; empty?: boolean }) => {
      const { up } = await import('../dev/up.ts');
      const dataDir = resolve(data ?? (process.env['MUSTER_DATA'] || '.muster'));
      await up({ port, dataDir, isEmpty: empty ?? false });
    });
}

async function programFor(name: string | undefined, isJson: boolean): Promise<Command> {
  const program: Command = new Command('muster')
    .description('Bulk actions on people: a file goes in, every row has an outcome.')
    .version(versionOf(), '--version')
    .showSuggestionAfterError()
    .exitOverride()
    .configureOutput(isJson ? { writeErr: () => {} } : {});
  const known = name !== undefined && Object.hasOwn(GROUPS, name) ? GROUPS[name] : undefined;
  const loaders = known ? [known] : new Set(Object.values(GROUPS));
  for (const load of loaders) (await load()).addTo(program);
  addLanguage(program);
  hintAtHelp(program);
  return program;
}

// A wrong command gets the list of them; a wrong option a line, for a long help would hide what was wrong.
function hintAtHelp(command: Command, path = command.name()): void {
  command.showHelpAfterError(command.commands.length > 0 || `See: ${path} --help`);
  for (const child of command.commands) hintAtHelp(child, `${path} ${child.name()}`);
}

function versionOf(): string {
  for (const place of ['../package.json', '../../package.json']) {
    try {
      return JSON.parse(readFileSync(new URL(place, import.meta.url), 'utf8')).version;
    } catch {
      // Built, the program lies one folder deeper.
    }
  }
  return 'unknown';
}

async function main(words: string[]): Promise<void> {
  endWithReader();
  const [name] = words;
  const isJson = words.includes('--json');
  try {
    const program = await programFor(name, isJson);
    await program.parseAsync(words, { from: 'user' });
  } catch (error) {
    if (!(error instanceof CommanderError)) process.exitCode = reportFailure(error, name, isJson);
    else process.exitCode = endOfParsing(error, name, isJson);
  }
}

// Help and version are no fault. The rest has been said on stderr, unless a program wants it as an object.
function endOfParsing(error: CommanderError, name: string | undefined, isJson: boolean): number {
  if (error.exitCode === 0) return EXIT.done;
  if (isJson) reportFailure(new Refusal('invalid', error.message.replace(/^error: /, '')), name, true);
  return EXIT.stopped;
}

await main(process.argv.slice(2));
