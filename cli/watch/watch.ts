// `muster watch` from its start to its end: once over what is there, or for as long as nobody stops it.
import { watch as watchFolder } from 'node:fs';
import { Refusal } from '../../domain/refusal.ts';
import { clientOf } from '../client.ts';
import { EXIT } from '../exit.ts';
import { tell } from '../faults.ts';
import { languageIn } from '../language.ts';
import { openJournal } from './journal.ts';
import { type Lock, lockFolder } from './lock.ts';
import { isOfFiles, openPresence, type Presence } from './outage.ts';
import type { Report } from './report.ts';
import { prepareFolders, shownSettings, type WatchSettings } from './settings.ts';
import { pause, Stopped, stoppableClient } from './stopping.ts';
import { openWatcher, siteOf, type Watcher, worse } from './watcher.ts';

/** After a fault the gap doubles from the first to the longest. */
const FIRST_GAP_MS = 1000;
const LONGEST_GAP_MS = 60_000;
/** A nudge seldom comes alone. */
const AFTER_NUDGE_MS = 250;

export type WatchDeps = { settings: WatchSettings; report: Report; stop: AbortSignal };

/** Watches until it is said to stop, or looks once. Gives the exit code. Refuses what all files would be refused for. */
export async function watch({ settings, report, stop }: WatchDeps): Promise<number> {
  sayStart(settings, report);
  await prepareFolders(settings);
  const locks: Lock[] = [];
  try {
    for (const folder of [settings.from, settings.done]) locks.push(await lockFolder(folder));
    const presence = openPresence(report, settings.connection.url);
    const language = languageIn(process.env);
    const plain = clientOf({ ...settings.connection, language }, presence.isAway);
    const client = stoppableClient(plain, stop, presence);
    const journal = await openJournal(settings.done);
    const watcher = openWatcher({ settings, client, journal, report, locks });
    if (settings.isOnce) return await lookOnce(watcher, settings, report, stop);
    return await lookForever({ watcher, settings, report, stop, presence }, () =>
      siteOf(client, settings.site),
    );
  } catch (error) {
    if (isOfFiles(error)) throw new Refusal('invalid', `${error.message}. Files stay where they are.`);
    throw error;
  } finally {
    for (const lock of locks) lock.release();
  }
}

function sayStart(settings: WatchSettings, report: Report): void {
  const shown = shownSettings(settings);
  const width = Math.max(...Object.keys(shown).map((name) => name.length));
  const lines = Object.entries(shown).map(([name, value]) =>
    `${name.padStart(width)} = ${value ?? ''}`.trimEnd(),
  );
  report({ event: 'settings', message: `Watching with\n${lines.join('\n')}`, settings: shown });
  for (const message of settings.notes) report({ event: 'note', message });
}

async function lookOnce(
  watcher: Watcher,
  { restMs }: WatchSettings,
  report: Report,
  stop: AbortSignal,
): Promise<number> {
  const first = await watcher.pass();
  if (first.isIdle) report({ event: 'note', message: 'Nothing is there to be taken.' });
  if (first.asking !== null || first.restless.length === 0) return first.exitCode;
  await pause(stop, restMs + 5);
  const second = await watcher.pass();
  for (const name of second.restless)
    report({
      event: 'left',
      file: name,
      message: `${name} is not at rest yet: it is left to the next time.`,
    });
  return worse(first.exitCode, second.exitCode);
}

type Forever = WatchDeps & { watcher: Watcher; presence: Presence };

async function lookForever(forever: Forever, checkKey: () => Promise<unknown>): Promise<number> {
  const { watcher, settings, stop } = forever;
  const bell = openBell(settings.from);
  let gapMs = FIRST_GAP_MS;
  let isChecked = false;
  try {
    for (;;) {
      try {
        if (!isChecked) await checkKey();
        isChecked = true;
        const { waitMs } = await watcher.pass();
        watcher.once.forget('folders');
        gapMs = FIRST_GAP_MS;
        await bell.wait(stop, Math.min(settings.intervalMs, waitMs ?? settings.intervalMs));
      } catch (error) {
        tellPassing(forever, error);
        await pause(stop, gapMs);
        gapMs = Math.min(gapMs * 2, LONGEST_GAP_MS);
      }
    }
  } catch (error) {
    if (!(error instanceof Stopped)) throw error;
    return EXIT.done;
  } finally {
    bell.close();
  }
}

/** Says what will pass, and throws what will not. */
function tellPassing({ watcher, presence }: Forever, error: unknown): void {
  const { message, code } = tell(error);
  if (presence.isPassing(error)) presence.isAway(`${message} Trying again until it answers.`);
  else if (isOfFiles(error))
    watcher.once.say('folders', { event: 'trouble', code, message: `${message}. Trying again.` });
  else throw error;
}

/** Rings when something happens in a folder, where the system says so: drives in a network seldom do. */
function openBell(folder: string) {
  let ring = () => {};
  let hasRung = false;
  const onChange = () => {
    hasRung = true;
    ring();
  };
  const watching = tryWatching(folder, onChange);
  return {
    close: () => watching?.close(),
    /** Waits that long, or until shortly after it has rung. */
    async wait(stop: AbortSignal, ms: number): Promise<void> {
      const woken = new AbortController();
      ring = () => woken.abort();
      if (hasRung) ring();
      await pause(AbortSignal.any([stop, woken.signal]), ms).catch((error: unknown) => {
        if (stop.aborted) throw error;
      });
      ring = () => {};
      if (hasRung) await pause(stop, Math.min(ms, AFTER_NUDGE_MS));
      hasRung = false;
    },
  };
}

function tryWatching(folder: string, onChange: () => void) {
  try {
    const watching = watchFolder(folder, { persistent: false }, onChange);
    return watching.on('error', () => watching.close());
  } catch {
    return undefined;
  }
}
