// Taking a file up: it is uploaded and its run begun, once and no second time, whatever is killed when.
import type { AskedOptions, BulkAction, UploadedFile } from '../../api/wire.ts';
import { isFinal } from '../../domain/bulk-action.ts';
import { Refusal } from '../../domain/refusal.ts';
import type { Client } from '../client.ts';
import { ApiProblem, type Told } from '../faults.ts';
import { getRun } from '../follow.ts';
import { uploadFile } from '../upload.ts';
import type { Arrival } from './arrivals.ts';
import { optionsForNames } from './column-names.ts';
import { identify, keyOf } from './identity.ts';
import type { Entry, Journal } from './journal.ts';
import type { Report } from './report.ts';

export type TakeDeps = {
  client: Client;
  journal: Journal;
  report: Report;
  site: number;
  preset: string | undefined;
  options: AskedOptions;
  columnNames: readonly string[] | null;
};

/** Something is wrong with one file, where it lies: the others are none the worse. */
export class FileFault extends Error {
  /** `passing`: it changed or went away, as files do. */
  readonly isPassing: boolean;

  constructor(message: string, isPassing: boolean) {
    super(message);
    this.name = 'FileFault';
    this.isPassing = isPassing;
  }
}

/** What the server says of a file that no repetition would change. */
const OF_THE_FILE: readonly number[] = [413, 415, 422];

/**
 * Has the server accept a file, or refuse it for good. Gives the entry as it stands in the journal. Throws a `FileFault`
 * where the file can't be read or changed meanwhile, and what the server says where all files would be refused.
 */
export async function takeFile(deps: TakeDeps, arrival: Arrival): Promise<Entry> {
  const { journal } = deps;
  const { file, sha256 } = await identified(arrival);
  const begun = await begunOf(journal, file, arrival);
  // Killed before the file was moved.
  if (begun?.run || begun?.refused) return begun;
  const intent: Entry = begun ?? { file, key: keyOf(file, askedOf(deps), 1), ...NEW, name: arrival.name };
  try {
    const uploaded = await uploadFile(deps.client, arrival.path, () => {}).catch((error: unknown) => {
      throw error instanceof Refusal ? new FileFault(error.message, error.code === 'missing') : error;
    });
    if (uploaded.sha256 !== sha256) throw changed(arrival);
    return await begin(deps, { intent, isAgain: begun !== undefined, uploaded });
  } catch (error) {
    if (!(error instanceof ApiProblem && OF_THE_FILE.includes(error.status))) throw error;
    return refuse(journal, intent, { code: error.code, message: error.message });
  }
}

const NEW = { run: null, refused: null, at: { place: 'import' }, to: null } as const;

const askedOf = ({ site, preset, options }: TakeDeps) => ({ site, preset, action: options.action });

/** Notes that a file is refused for good: it goes to the failed ones with its reason. */
async function refuse(journal: Journal, entry: Entry, refused: Told): Promise<Entry> {
  const noted = { ...entry, refused };
  await journal.put(noted);
  return noted;
}

/** Of a file that nobody needs to send: it is refused as it is. */
export async function refuseUnsent(journal: Journal, arrival: Arrival, told: Told): Promise<Entry> {
  const { file } = await identified(arrival);
  return (
    (await begunOf(journal, file, arrival)) ??
    refuse(journal, { ...NEW, file, key: '', name: arrival.name }, told)
  );
}

/** What was begun with this very file. What was begun with others that had its name before leads nowhere any more. */
async function begunOf(journal: Journal, file: string, { name }: Arrival): Promise<Entry | undefined> {
  const unmoved = journal.entries().filter(({ at }) => at.place === 'import');
  for (const entry of unmoved)
    if (entry.name === name && entry.file !== file && !entry.run && !entry.refused) await journal.drop(entry);
  return unmoved.find((entry) => entry.file === file);
}

const identified = (arrival: Arrival) =>
  identify(arrival.path, arrival.name).catch((error: NodeJS.ErrnoException) => {
    throw error.code === 'ENOENT' ? gone(arrival) : unreadable(arrival, error);
  });

type Beginning = {
  intent: Entry;
  /** True where a watcher may have begun the run under this very key, and been killed. */
  isAgain: boolean;
  uploaded: UploadedFile;
};

async function begin(deps: TakeDeps, { intent, isAgain, uploaded }: Beginning): Promise<Entry> {
  const { client, journal, report, site, preset } = deps;
  const options = deps.columnNames
    ? await optionsForNames(client, uploaded.id, { ...deps, names: deps.columnNames })
    : deps.options;
  const body = { site, ...(preset !== undefined && { preset }), files: [uploaded.id], options };
  for (
    let again = 1, entry = intent;
    ;
    entry = { ...intent, key: keyOf(intent.file, askedOf(deps), ++again) }
  ) {
    // Whoever is killed after this knows that the key may be its own.
    if (!isAgain) await journal.put(entry);
    const run = await beginOnce(client, body, entry.key);
    if (typeof run === 'object') return accepted(deps, entry, run.id);
    // The same key with another upload: ours from before, or that of another watcher, unless it is over and done with.
    if (isAgain || !isFinal((await getRun(client, run)).state)) return accepted(deps, entry, run);
    await journal.drop(entry);
    const words = `was imported before by run ${run}, and has been put here again: it is run again.`;
    report({ event: 'note', file: entry.name, run, message: `${entry.name} ${words}` });
  }
}

/** The run that begins, or the id of the one that the key began before. */
async function beginOnce(client: Client, body: object, key: string): Promise<BulkAction | string> {
  try {
    return await client.post<BulkAction>('/bulk-actions', body, key);
  } catch (error) {
    const isKnown = error instanceof ApiProblem && error.status === 409 && error.bulkActionId !== undefined;
    if (isKnown) return error.bulkActionId as string;
    throw error;
  }
}

async function accepted({ journal, report }: TakeDeps, entry: Entry, run: string): Promise<Entry> {
  const noted = { ...entry, run };
  // Said first: where the journal can't be written, a person at least knows.
  report({ event: 'accepted', file: entry.name, run, message: `${entry.name}: accepted as run ${run}.` });
  await journal.put(noted);
  return noted;
}

const gone = ({ name }: Arrival) => new FileFault(`${name} went away before it could be sent.`, true);
const changed = ({ name }: Arrival) =>
  new FileFault(`${name} changed while it was being sent. It is sent once it is at rest.`, true);
const unreadable = ({ name }: Arrival, { code }: NodeJS.ErrnoException) =>
  new FileFault(`${name} can't be read (${code}). It is left where it is.`, false);
