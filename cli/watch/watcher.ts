// The watcher: takes what arrives in a folder, the oldest first, and sees each file through to its results.
import { lstat } from 'node:fs/promises';
import { join } from 'node:path';
import type { Me } from '../../api/wire-sign-in.ts';
import { Refusal } from '../../domain/refusal.ts';
import type { Client } from '../client.ts';
import { EXIT } from '../exit.ts';
import { ApiProblem } from '../faults.ts';
import { type Arrival, type Arrivals, type Looked, openArrivals } from './arrivals.ts';
import type { Entry, Journal } from './journal.ts';
import type { Lock } from './lock.ts';
import { type Report, type SaidOnce, sayingOnce } from './report.ts';
import type { WatchSettings } from './settings.ts';
import { type SettleDeps, settle } from './settle.ts';
import { FileFault, refuseUnsent, takeFile } from './take.ts';

/** How long an empty file may still be about to be filled. */
const EMPTY_MS = 60_000;

export type WatcherDeps = {
  settings: WatchSettings;
  client: Client;
  journal: Journal;
  report: Report;
  locks: readonly Lock[];
  emptyMs?: number;
};

export type Passed = {
  exitCode: number;
  /** After how long a file may have come to rest; null where none is restless. */
  waitMs: number | null;
  restless: readonly string[];
  /** True where nothing was begun before and nothing has arrived. */
  isIdle: boolean;
  /** The run that waits for somebody, if any: the files behind it stay where they are. */
  asking: string | null;
};

export type Watcher = {
  /** Goes on with what was begun and takes what is at rest. Throws where the server is away, or would refuse everything. */
  pass(): Promise<Passed>;
  once: SaidOnce;
};

type Inner = WatcherDeps & { settling: SettleDeps; getSite: () => Promise<number> };

export function openWatcher(deps: WatcherDeps): Watcher {
  const { settings, client, journal, report } = deps;
  const { from, done, failed, isWaiting } = settings;
  const once = sayingOnce(report);
  const clock = () => new Date();
  const settling = { client, journal, report, once, from, folders: { done, failed }, isWaiting, clock };
  const arrivals = openArrivals({
    folder: from,
    patterns: settings.patterns,
    restMs: settings.restMs,
    emptyMs: deps.emptyMs ?? EMPTY_MS,
    now: Date.now,
  });
  let site: number | undefined;
  const getSite = async () => {
    site ??= await siteOf(client, settings.site);
    return site;
  };
  const inner: Inner = { ...deps, settling, getSite };
  return {
    once,
    pass: () =>
      pass(inner, arrivals).catch((error: unknown) => {
        throw keyFaultOf(error, client.url) ?? error;
      }),
  };
}

async function pass(inner: Inner, arrivals: Arrivals): Promise<Passed> {
  const { once } = inner.settling;
  const hasBegun = inner.journal.entries().length > 0;
  const begun = await settleBegun(inner);
  const looked = await arrivals.look();
  sayOdd(once, looked);
  const { waitMs, restless } = looked;
  const isIdle = !hasBegun && [...looked.ready, ...looked.empty, ...restless].length === 0;
  if (begun.asking !== null) {
    sayHeld(once, looked, begun.asking);
    return { ...begun, waitMs, restless, isIdle };
  }
  const taken = await takeAll(inner, looked, arrivals.disturb);
  return { exitCode: worse(begun.exitCode, taken.exitCode), asking: taken.asking, waitMs, restless, isIdle };
}

type Step = Pick<Passed, 'exitCode' | 'asking'>;

/** What an earlier watcher, or an earlier look, has not ended. */
async function settleBegun({ journal, settling, settings, report }: Inner): Promise<Step> {
  let exitCode: number = EXIT.done;
  for (const entry of journal.entries()) {
    if (entry.run === null && entry.refused === null) {
      // Whether its run began is told by sending it again; without the file nobody can.
      if (await isThere(join(settings.from, entry.name))) continue;
      await journal.drop(entry);
      const message = `${entry.name} went away while it was being sent. Whether its run began: muster runs`;
      report({ event: 'trouble', file: entry.name, message });
      continue;
    }
    const settled = await settle(settling, entry);
    exitCode = worse(exitCode, settled.exitCode);
    if (settled.isAsking) return { exitCode, asking: entry.run };
  }
  return { exitCode, asking: null };
}

async function takeAll(
  inner: Inner,
  { empty, ready }: Looked,
  disturb: (name: string) => void,
): Promise<Step> {
  let exitCode: number = EXIT.done;
  for (const arrival of [...empty, ...ready]) {
    try {
      for (const lock of inner.locks) await lock.check();
      const entry = await takeOne(inner, arrival);
      inner.settling.once.forget(arrival.name);
      const settled = await settle(inner.settling, entry, arrival);
      exitCode = worse(exitCode, settled.exitCode);
      if (settled.isAsking) return { exitCode, asking: entry.run };
    } catch (error) {
      if (!(error instanceof FileFault)) throw error;
      disturb(arrival.name);
      const event = error.isPassing ? 'left' : 'trouble';
      inner.settling.once.say(arrival.name, { event, file: arrival.name, message: error.message });
      if (!error.isPassing) exitCode = EXIT.stopped;
    }
  }
  return { exitCode, asking: null };
}

async function takeOne(inner: Inner, arrival: Arrival): Promise<Entry> {
  const { settings, journal } = inner;
  if (arrival.bytes === 0) return refuseUnsent(journal, arrival, EMPTY);
  return takeFile({ ...inner, ...settings, site: await inner.getSite() }, arrival);
}

const EMPTY = { code: 'empty-file', message: 'The file is empty. Check the program that writes it.' };

/** The site that was named, or else the only one at which the key may begin runs. */
export async function siteOf(client: Client, named: number | undefined): Promise<number> {
  const { grants } = await client.get<Me>('/session').catch((error: unknown) => {
    throw keyFaultOf(error, client.url) ?? error;
  });
  if (named !== undefined) return named;
  const running = grants.filter(({ permissions }) => permissions.includes('bulk-actions:run'));
  const sites = [...new Set(running.map(({ siteId }) => siteId))];
  if (sites.length === 1 && sites[0] !== undefined) return sites[0];
  throw new Refusal(
    'invalid',
    sites.length === 0
      ? 'The key may begin runs at no site: it lacks bulk-actions:run. Ask an admin for a role that has it.'
      : `The key may begin runs at several sites: ${sites.join(', ')}. Say which one: --site N.`,
  );
}

function keyFaultOf(error: unknown, url: string): Refusal | undefined {
  if (!(error instanceof ApiProblem)) return undefined;
  if (error.status === 401)
    return new Refusal(
      'unauthenticated',
      `Muster at ${url} does not know the key. Make one with \`muster key add\`, set PERSISTENT_ACCESS_TOKEN to it and start again. What was not accepted stays where it is.`,
    );
  if (error.status === 403)
    return new Refusal(
      'forbidden',
      `${error.message} Give the admin of the key a role that has it, and start again. What was not accepted stays where it is.`,
    );
  return undefined;
}

function sayOdd(once: SaidOnce, { odd }: Looked): void {
  const words = {
    link: 'is a link, and links are passed over: move the file itself here.',
    name: 'has a name that is no UTF-8 and can’t be opened. Rename it.',
  };
  for (const { name, why } of odd)
    once.say(name, { event: 'trouble', file: name, message: `${name} ${words[why]}` });
}

function sayHeld(once: SaidOnce, { ready }: Looked, run: string): void {
  if (ready.length === 0) return;
  const files = ready.length === 1 ? '1 file stays' : `${ready.length} files stay`;
  once.say('held', { event: 'left', run, message: `${files} where they came until run ${run} is answered.` });
}

/** A run that did not happen is worse than rows that failed, and they are worse than nothing. */
export const worse = (one: number, other: number): number => {
  const order: readonly number[] = [EXIT.done, EXIT.someFailed, EXIT.stopped];
  return order.indexOf(one) > order.indexOf(other) ? one : other;
};

const isThere = async (path: string): Promise<boolean> =>
  (await lstat(path).catch(() => undefined)) !== undefined;
