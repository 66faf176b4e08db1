// What a watcher is told: by flags, else by the environment, else by a configuration file of assignments.
import { mkdir, stat } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import { InvalidArgumentError } from 'commander';
import type { AskedOptions } from '../../api/wire.ts';
import { Refusal } from '../../domain/refusal.ts';
import { actionWord } from '../arguments.ts';
import { type Connection, findConnection } from '../connection.ts';
import { type OptionFlags, wireOptions } from '../import-options.ts';
import { type Assignments, readConfigFile } from './config-file.ts';

/** The settings by name that the environment and a configuration file may have. */
const NAMES = [
  'IMPORT_DIRECTORY',
  'DONE_DIRECTORY',
  'API_URL',
  'PERSISTENT_ACCESS_TOKEN',
  'ACTION_DEFAULT',
  'COLUMN_NAMES',
  'FIELD_SEPARATOR',
] as const;
type Name = (typeof NAMES)[number];

export type WatchFlags = OptionFlags & {
  config?: string;
  done?: string;
  failed?: string;
  site?: number;
  preset?: string;
  columns?: string;
  separator?: string;
  pattern?: string[];
  rest: number;
  interval: number;
  once?: boolean;
  wait: boolean;
  json?: boolean;
};

export type WatchSettings = {
  /** The folder in which files arrive, and those to which they go: absolute. */
  from: string;
  done: string;
  failed: string;
  connection: Connection;
  /** Left out: the one site of the key. */
  site: number | undefined;
  preset: string | undefined;
  options: AskedOptions;
  /** The names of the columns of files without a header, in their order. */
  columnNames: readonly string[] | null;
  patterns: readonly string[];
  restMs: number;
  intervalMs: number;
  isOnce: boolean;
  /** Whether runs are waited for, and their results fetched. */
  isWaiting: boolean;
  /** What a person should know of the configuration file. */
  notes: readonly string[];
};

type Environment = Readonly<Record<string, string | undefined>>;
type Place = { env: Environment; folder: string };

/** Gathers the settings. Refuses what is missing or can't be. No folder is looked at or made yet. */
export async function gatherSettings(
  directory: string | undefined,
  flags: WatchFlags,
  { env, folder }: Place,
): Promise<WatchSettings> {
  const path = flags.config === undefined ? undefined : resolve(folder, flags.config);
  const config = path === undefined ? undefined : await readConfigFile(path);
  const find = (name: Name): string | undefined => env[name] || config?.values.get(name) || undefined;
  // What stands in a file is meant from where the file is, as it was when it was run there.
  const findFolder = (name: Name): string | undefined => {
    const given = find(name);
    return given && resolve(env[name] || !path ? folder : dirname(path), given);
  };
  const from = directory === undefined ? findFolder('IMPORT_DIRECTORY') : resolve(folder, directory);
  if (from === undefined)
    throw new Refusal('invalid', 'Name the directory to watch, or set IMPORT_DIRECTORY.');
  const done =
    (flags.done === undefined ? findFolder('DONE_DIRECTORY') : resolve(folder, flags.done)) ??
    join(from, 'done');
  const failed = flags.failed === undefined ? join(done, 'failed') : resolve(folder, flags.failed);
  refuseSame(from, done, failed);
  const columns = flags.columns ?? find('COLUMN_NAMES');
  if (columns !== undefined && flags.headerRow !== undefined)
    throw new Refusal(
      'invalid',
      'COLUMN_NAMES says that files have no header, and --header-row where it is. Keep one.',
    );
  return {
    ...{ from, done, failed },
    connection: connectionOf(env, config?.values, folder),
    site: flags.site,
    preset: flags.preset,
    options: optionsOf(flags, find),
    columnNames: columns === undefined ? null : columnNamesIn(columns),
    patterns: flags.pattern ?? ['*.csv'],
    restMs: flags.rest * 1000,
    intervalMs: flags.interval * 1000,
    isOnce: flags.once ?? false,
    isWaiting: flags.wait,
    notes: config && path ? notesOf(config, path) : [],
  };
}

function refuseSame(from: string, done: string, failed: string): void {
  const words = (name: string) =>
    new Refusal('invalid', `${name} is the directory that is watched: what is done would be taken again.`);
  if (done === from) throw words('DONE_DIRECTORY');
  if (failed === from) throw words('The directory of --failed');
  if (failed === done)
    throw new Refusal(
      'invalid',
      'What failed would lie among what is done. Give --failed another directory.',
    );
}

/** A key goes to the address that stands beside it, and to another one only where none does. */
function connectionOf(
  env: Environment,
  config: Assignments['values'] | undefined,
  folder: string,
): Connection {
  const layers = [
    { url: env['API_URL'], apiKey: env['PERSISTENT_ACCESS_TOKEN'] },
    { url: env['MUSTER_URL'], apiKey: env['MUSTER_API_KEY'] },
    { url: config?.get('API_URL'), apiKey: config?.get('PERSISTENT_ACCESS_TOKEN') },
  ];
  const keyed = layers.find(({ apiKey }) => apiKey);
  const url = keyed?.url || layers.find((layer) => layer.url)?.url || undefined;
  const named = { MUSTER_URL: url, MUSTER_API_KEY: keyed?.apiKey || undefined };
  try {
    return findConnection({ ...env, ...named }, folder);
  } catch (error) {
    if (keyed || !url || !(error instanceof Refusal && error.message.includes('MUSTER_API_KEY is not')))
      throw error;
    throw new Refusal(
      'invalid',
      'API_URL is set and PERSISTENT_ACCESS_TOKEN is not: it takes an API key of Muster.',
    );
  }
}

function optionsOf(flags: OptionFlags & { separator?: string }, find: (name: Name) => string | undefined) {
  const action = flags.action ?? actionIn(find('ACTION_DEFAULT'));
  const delimiter = delimiterIn(flags.separator ?? find('FIELD_SEPARATOR'));
  const options = wireOptions({ ...flags, ...(action && { action }) });
  return { ...options, ...(delimiter && { delimiter }) };
}

function actionIn(word: string | undefined): string | undefined {
  if (word === undefined) return undefined;
  try {
    return actionWord(word);
  } catch (error) {
    if (!(error instanceof InvalidArgumentError)) throw error;
    throw new Refusal('invalid', `ACTION_DEFAULT is “${word}”. ${error.message}`);
  }
}

const DELIMITERS = { ',': ',', ';': ';', '|': '|', '\t': '\t', '\\t': '\t', tab: '\t' } as const;

function delimiterIn(word: string | undefined): AskedOptions['delimiter'] | undefined {
  if (word === undefined) return undefined;
  const found = Object.entries(DELIMITERS).find(([name]) => name === word.toLowerCase());
  if (found) return found[1];
  throw new Refusal('invalid', `FIELD_SEPARATOR is “${word}”. Use a comma, semicolon, pipe or tab (\\t).`);
}

/** `email,"Cam,pus"`: names with commas between them, which may stand in quotes. */
export function columnNamesIn(text: string): string[] {
  const parts = text.match(/(?<=^|,)(\s*"(?:[^"]|"")*"\s*|[^,]*)(?=,|$)/g) ?? [];
  const names = parts.map((part) => {
    const name = part.trim();
    return /^".*"$/s.test(name) ? name.slice(1, -1).replaceAll('""', '"').trim() : name;
  });
  if (names.every((name) => name === ''))
    throw new Refusal(
      'invalid',
      'COLUMN_NAMES names no column. Write them with commas between: email,identifier',
    );
  return names;
}

function notesOf({ values, passedOver }: Assignments, path: string): string[] {
  const unknown = [...values.keys()].filter((name) => !(NAMES as readonly string[]).includes(name));
  return [
    ...unknown.map((name) => `${path}: ${name} is no setting here and is passed over.`),
    ...passedOver.map(
      (line) => `${path}, line ${line}: no assignment, passed over. The file is read, not run.`,
    ),
  ];
}

/** The settings as they are told at the start. The key shows its end alone. */
export const shownSettings = (settings: WatchSettings): Record<string, string | number | null> => ({
  IMPORT_DIRECTORY: settings.from,
  DONE_DIRECTORY: settings.done,
  FAILED_DIRECTORY: settings.failed,
  API_URL: settings.connection.url,
  PERSISTENT_ACCESS_TOKEN: maskedKey(settings.connection.apiKey),
  ACTION_DEFAULT: settings.options.action ?? null,
  COLUMN_NAMES: settings.columnNames?.join(',') ?? null,
  FIELD_SEPARATOR: settings.options.delimiter?.replace('\t', '\\t') ?? null,
  site: settings.site ?? null,
  preset: settings.preset ?? null,
});

// Of a short one the end would be too much of it.
const maskedKey = (key: string): string => `****${key.length >= 16 ? key.slice(-4) : ''}`;

/**
 * Sees to it that the folders are there. The one that is watched must be: made by us, it would hide that a drive is not
 * mounted. Of the others at most the last part is made.
 */
export async function prepareFolders({ from, done, failed }: WatchSettings): Promise<void> {
  const found = await stat(from).catch(() => undefined);
  if (!found?.isDirectory()) throw new Refusal('missing', `There is no directory ${from} to watch.`);
  for (const folder of [done, failed])
    await mkdir(folder).catch((error: NodeJS.ErrnoException) => {
      if (error.code === 'EEXIST') return;
      throw new Refusal('invalid', `The directory ${folder} can't be made (${error.code}). Make it first.`);
    });
}
