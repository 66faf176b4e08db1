// What a mail about a source tells, put together from the database, and whether it still has anything to say.
import type { SourceMail, SourceRun } from '../adapters/mail/source-mail-facts.ts';
import type { MailedRun, SourceMailToSend } from '../db/queries/sources/source-mail-facts.ts';
import { assertNever } from '../domain/assert-never.ts';
import { WAITING_STATES, type WaitingState } from '../domain/bulk-action.ts';
import { scheduleInWords } from '../domain/sources/schedule-words.ts';
import { consoleAddresses } from './console-addresses.ts';

/** Why it is not sent any more, or undefined: what it asks is answered, or what it tells of has passed while it waited. */
export function passedSince({ what, isOld, source, asking }: SourceMailToSend): string | undefined {
  if (what === 'source-asks' && !waitsFor(asking)) return 'the run no longer waits for this.';
  if (what === 'source-stale' && source.staleSince === null) return 'the alarm is over.';
  // Whoever tells of a pause may do so just before it is one.
  if (what === 'source-paused' && isOld && source.pausedAt === null)
    return 'the source is not paused any more.';
  return undefined;
}

export function sourceMailOf(mail: SourceMailToSend, publicUrl: string): SourceMail {
  const { what, language, data, source, delivery, files, runs } = mail;
  const addresses = consoleAddresses(publicUrl);
  const facts = {
    language,
    sourceId: source.id,
    sourceName: source.name,
    siteId: source.siteId,
    siteName: source.siteName,
    sourceUrl: addresses.source(source.id),
    paused: source.pauseReason,
    files: files.map(({ name, movedTo, movedAs, isRun }) => ({
      name,
      isIn: movedTo === null ? null : `${movedTo}/${movedAs ?? name}`,
      isRun,
    })),
    cameAt: delivery?.firstSeenAt ?? null,
  };
  const told = runs.map((run) => runOf(run, addresses));
  switch (what) {
    case 'source-imported':
      return { ...facts, what, isSame: delivery?.outcome === 'same', runs: told, after: data.after ?? null };
    case 'source-failed':
      return { ...facts, what, runs: told, problem: problemOf(mail) };
    case 'source-asks':
      return { ...facts, what, ...askedOf(mail), runUrl: addresses.run(mail.asking?.id ?? '') };
    case 'source-paused':
      return {
        ...facts,
        what,
        reason: data.reason ?? source.pauseReason ?? 'asked',
        failures: data.failures ?? source.failures,
        problem: problemOf(mail),
      };
    case 'source-stale':
      return {
        ...facts,
        what,
        goodSince: data.goodSince ? new Date(data.goodSince) : (source.lastGoodAt ?? source.createdAt),
        freshHours: data.freshHours ?? source.freshHours ?? 0,
        schedule: scheduleInWords(source.schedule, language),
        lookedAt: source.lastLookedAt,
        problem: problemOf(mail),
      };
    case 'source-incomplete':
      return { ...facts, what, missing: missingOf(mail), problem: problemOf(mail) };
    default:
      return assertNever(what);
  }
}

function runOf(run: MailedRun, addresses: ReturnType<typeof consoleAddresses>): SourceRun {
  const { id, action, fileName, counts, state, errorCode, errorMessage, errorDetails, cancelReason } = run;
  return {
    id,
    action,
    fileName,
    counts,
    isCompleted: state === 'completed',
    problem:
      errorMessage === null
        ? null
        : { code: errorCode ?? 'invalid', message: errorMessage, details: errorDetails ?? {} },
    cancelCause: state === 'cancelled' ? cancelReason : null,
    runUrl: addresses.run(id),
    failedRowsUrl: addresses.failedRows(id),
  };
}

/** Patterns of a set that nothing has come for: of each part the first must be there. */
const missingOf = ({ source, files }: SourceMailToSend): string[] =>
  source.parts.flatMap(({ patterns: [first] }, part) =>
    first === undefined || files.some((file) => file.part === part && file.pattern === 0) ? [] : [first],
  );

/** What is wrong: as it was when the mail was noted, else with the delivery, else with the source. */
function problemOf({ data, delivery, source }: SourceMailToSend) {
  const known = [
    [data.code, data.message],
    [delivery?.problemCode, delivery?.problemMessage],
    [source.problemCode, source.problemMessage],
  ] as const;
  for (const [code, message] of known)
    if (code || message) return { code: code ?? '', message: message ?? '', details: {} };
  return null;
}

const waitsFor = (asking: SourceMailToSend['asking']): WaitingState | undefined =>
  WAITING_STATES.find((state) => state === asking?.state);

/** All of it enters the database as the run begins to wait. */
function askedOf({ asking, id }: SourceMailToSend) {
  const state = waitsFor(asking);
  if (!asking || !state || !asking.ask || !asking.askUntil || !asking.planned)
    throw new Error(`mail ${id} tells of a run that asks nothing`);
  return {
    runId: asking.id,
    action: asking.action,
    state,
    ask: asking.ask,
    planned: asking.planned,
    until: asking.askUntil,
  };
}
