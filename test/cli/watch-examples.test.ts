// The examples of `muster watch`: the task is XML, the settings are read, and every flag that they use is there.
import { readFileSync } from 'node:fs';
import { Command } from 'commander';
import { expect, test } from 'vitest';
import { addTo } from '../../cli/commands/watch.ts';
import { parseAssignments } from '../../cli/watch/config-file.ts';

const read = (name: string): string =>
  readFileSync(new URL(`../../examples/${name}`, import.meta.url), 'utf8');

/** The elements of a document in their order, each with its text. Throws where it is not well formed. */
function elementsOf(xml: string): [string, string][] {
  const open: string[] = [];
  const elements: [string, string][] = [];
  const part =
    /<\?xml [^?]*\?>|<!--(?:(?!--)[\s\S])*-->|<(\/?)([A-Za-z]+)((?: [A-Za-z]+="[^"<&]*")*)>|([^<&]+)/y;
  for (let found = part.exec(xml); found; found = part.exec(xml)) {
    const [, slash, name, , text = ''] = found;
    if (name !== undefined && slash === '/') expect(open.pop()).toBe(name);
    else if (name !== undefined) {
      open.push(name);
      elements.push([name, '']);
    } else if (text.trim() !== '') (elements.at(-1) as [string, string])[1] = text;
    if (part.lastIndex === xml.length) {
      expect(open).toEqual([]);
      return elements;
    }
  }
  throw new Error('it breaks off');
}

/** The flags of a command line, as the command takes them. Throws where it does not. */
function flagsOf(words: readonly string[]): Record<string, unknown> {
  const program = new Command('muster').exitOverride().configureOutput({ writeErr: () => {} });
  addTo(program);
  const [command] = program.commands;
  command?.exitOverride().action(() => {});
  program.parse([...words], { from: 'user' });
  return command?.opts() ?? {};
}

test('the Windows task is XML and looks once, every ten minutes, never twice at a time', () => {
  const elements = new Map(elementsOf(read('muster-watch.xml')));
  expect(elements.get('Interval')).toBe('PT10M');
  expect(elements.get('MultipleInstancesPolicy')).toBe('IgnoreNew');
  const words = (elements.get('Arguments') ?? '').match(/"[^"]*"|\S+/g) ?? [];
  const [program, ...rest] = words.map((word) => word.replaceAll('"', ''));
  expect(program).toMatch(/\\dist\\cli\\main\.js$/);
  expect(flagsOf(rest)).toMatchObject({
    once: true,
    site: 1001,
    config: 'C:\\ProgramData\\Muster\\config.ps1',
  });
});

test.each([
  ['muster-watch.service', undefined],
  ['muster-watch-once.service', true],
])('%s calls the command as it is', (name, once) => {
  const [, line = ''] = /^ExecStart=(.*)$/m.exec(read(name)) ?? [];
  const words = line.replace(' $WATCH_FLAGS', '').split(' ');
  expect(flagsOf(words.slice(2))).toMatchObject({ site: 1001, ...(once && { once }) });
  const [, flags = ''] = /WATCH_FLAGS="([^"]*)"/.exec(read(name)) ?? [];
  expect(flagsOf(['watch', ...flags.replaceAll('%%', '%').split(' ')])).toMatchObject({ invite: 'new' });
});

test('the environment file is one of settings, those that are commented out too', () => {
  const text = read('muster-watch.env').replace(/^# ([A-Z_]+=)/gm, '$1');
  const { values, passedOver } = parseAssignments(text, 'muster-watch.env');
  expect(passedOver).toEqual([]);
  expect([...values.keys()]).toEqual([
    ...['IMPORT_DIRECTORY', 'DONE_DIRECTORY', 'API_URL', 'PERSISTENT_ACCESS_TOKEN'],
    ...['ACTION_DEFAULT', 'COLUMN_NAMES', 'FIELD_SEPARATOR'],
  ]);
});
