// Sending mails to cardholders: claimed a few at a time by each lane, sent, and noted with the next claim.
//
// Nobody gets a mail twice. A worker that dies leaves behind those few that its lanes had claimed: nobody knows whether they
// arrived, so they become *unsure* and are not sent again. An outage of the mail server is no attempt: nothing was sent.
import { createHash, randomBytes } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { Context } from '@temporalio/activity';
import type { FileStore } from '../adapters/files.ts';
import type { Log } from '../adapters/log.ts';
import type { CardholderMessage, Lane, Sent } from '../adapters/mail/cardholder-lane.ts';
import type { Lanes } from '../adapters/mail/lanes.ts';
import type { Database } from '../db/client.ts';
import {
  type ClaimedMail,
  countWaiting,
  listDueMails,
  type MailNote,
  type MailScope,
  markUnsure,
  noteAndClaim,
  putOffDue,
} from '../db/queries/invitations/invitation-mails.ts';
import { isOutage } from '../db/sqlstate.ts';
import { assertNever } from '../domain/assert-never.ts';
import { hasLink } from '../domain/invitation-text.ts';
import { mailGapMs, OUTAGE_GAP_MS } from '../domain/mail-fate.ts';
import { type Moulds, openMoulds } from './cardholder-moulds.ts';
import { heartbeat } from './heartbeats.ts';

/** Mails that a lane claims at once: those that a crash leaves unsure, against what a statement costs. */
const CLAIM_MAX = 5;
/** What a lane has claimed is sent within about so long, whatever the rate limit. */
const CLAIM_SECONDS = 0.5;
/** Then the step ends, and another one goes on: what sites say is read anew, and a new worker gets its turn. */
const STEP_MS_MAX = 10 * 60_000;
const HEARTBEAT_MS = 3_000;
/**
 * What became of a mail is worth patience with the database: unnoted, it would count as unsure, and one that was put off
 * would never leave. A worker that is to end has less.
 */
const NOTE_MS_MAX = 15 * 60_000;
const NOTE_MS_AT_END = 20_000;
const NOTE_GAP_MS = 500;

/** How many mails have not left yet, and when to go on with them; null where none is left. */
export type MailsLeft = { left: number; nextDueInMs: number | null };

type Claim = { id: number; token: string; tokenHash: string };

export type InvitationMeans = {
  db: Database;
  /** Where the logos are. */
  files: FileStore;
  lanes: Lanes;
  /** Mails that this worker sends in a second at most; 0 for no limit. */
  perSecond: number;
  /** Where cardholders reach their page, without a slash at its end. */
  publicUrl: string;
  log: Log;
};

/** `turn` waits until the rate limit allows another mail, whoever sends it. */
export type InvitationDeps = InvitationMeans & { turn(): Promise<void> };

/** What all lanes of a step share. */
type Step = InvitationDeps & {
  moulds: Moulds;
  due: number[];
  next: number;
  isAway: boolean;
  isOver(): boolean;
  isCancelled(): boolean;
  counts: Record<MailNote['state'], number>;
};

/** Sends what is due of these mails. Safe to repeat, and at the same time. */
export async function sendMails(deps: InvitationDeps, scope: MailScope): Promise<MailsLeft> {
  const { db, files, lanes, log } = deps;
  const { cancellationSignal } = Context.current();
  const unsure = await markUnsure(db, scope);
  const due = await listDueMails(db, scope);
  const untilMs = performance.now() + STEP_MS_MAX;
  const step: Step = {
    ...deps,
    moulds: openMoulds(db, files),
    due,
    next: 0,
    isAway: false,
    isCancelled: () => cancellationSignal.aborted,
    isOver: () => step.isAway || cancellationSignal.aborted || performance.now() > untilMs,
    counts: { sent: 0, bounced: 0, unsure, waiting: 0, dropped: 0 },
  };
  const timer = setInterval(() => heartbeat({ done: step.next, of: due.length }), HEARTBEAT_MS);
  try {
    const loops = Array.from({ length: Math.min(lanes.count, due.length) }, () => drive(step));
    const ends = await Promise.allSettled(loops);
    for (const end of ends) if (end.status === 'rejected') throw end.reason;
  } finally {
    clearInterval(timer);
    const about = 'bulkActionId' in scope ? { bulkActionId: scope.bulkActionId } : {};
    if (due.length + unsure > 0) log.info({ ...about, ...step.counts }, 'mails to cardholders');
    if (step.isAway) log.warn(about, 'the mail server is away; mails to cardholders wait');
  }
  cancellationSignal.throwIfAborted();
  // All of them wait, not only those that were tried: to the sweep what is due and does not leave is nobody's.
  if (step.isAway && 'mailIds' in scope) await putOffDue(db, scope.mailIds, OUTAGE_GAP_MS);
  const left = await countWaiting(db, scope);
  return step.isAway ? { ...left, nextDueInMs: Math.max(OUTAGE_GAP_MS, left.nextDueInMs ?? 0) } : left;
}

/** Claims, sends and notes until nothing is left. */
async function drive(step: Step): Promise<void> {
  let notes: MailNote[] = [];
  const flush = (claims: readonly Claim[]) => {
    const noted = notes;
    notes = [];
    for (const { state } of noted) step.counts[state] += 1;
    return patiently(() => noteAndClaim(step.db, noted, claims), step);
  };
  try {
    while (!step.isOver() && step.next < step.due.length) {
      const lane = await step.lanes.take();
      try {
        const claims = takeDue(step);
        const mails = await flush(claims);
        for (const mail of mails) notes.push(await sendOne(step, lane, mail, claims));
      } finally {
        step.lanes.give(lane);
      }
    }
  } finally {
    await flush([]);
  }
}

/** The next few that are due, each with a token of its own. */
function takeDue(step: Step): Claim[] {
  const { perSecond, lanes } = step;
  const inTime = perSecond === 0 ? CLAIM_MAX : Math.floor((perSecond * CLAIM_SECONDS) / lanes.count);
  const count = step.isOver() ? 0 : Math.max(1, Math.min(CLAIM_MAX, inTime));
  const ids = step.due.slice(step.next, step.next + count);
  step.next += ids.length;
  return ids.map((id) => {
    const token = randomBytes(32).toString('base64url');
    return { id, token, tokenHash: createHash('sha256').update(token).digest('hex') };
  });
}

/** Sends a claimed mail and says what became of it. Where the step is over it is given back untried. */
async function sendOne(
  step: Step,
  lane: Lane,
  mail: ClaimedMail,
  claims: readonly Claim[],
): Promise<MailNote> {
  const claim = claims.find(({ id }) => id === mail.id);
  if (!claim) throw new Error('a mail was claimed that nobody asked for');
  const { id, tokenHash } = claim;
  const untried = (againInMs: number): MailNote => ({
    id,
    tokenHash,
    state: 'waiting',
    smtpCode: null,
    againInMs,
    isUntried: true,
  });
  if (step.isOver()) return untried(0);
  try {
    const message = await messageOf(step, mail, claim.token);
    await step.turn();
    if (step.isOver()) return untried(0);
    const sent = await lane.send(message);
    if (sent.kind === 'outage') {
      step.isAway = true;
      return untried(OUTAGE_GAP_MS);
    }
    return { id, tokenHash, ...fateNoted(sent, mail) };
  } catch (error) {
    // Its words or its logo can't be read now: nothing has left.
    if (!isOutage(error))
      step.log.error({ err: error, mailId: id }, 'a mail to a cardholder could not be made');
    return untried(OUTAGE_GAP_MS);
  }
}

type Fate = MailNote extends infer Note
  ? Note extends MailNote
    ? Omit<Note, 'id' | 'tokenHash'>
    : never
  : never;

function fateNoted(sent: Exclude<Sent, { kind: 'outage' }>, mail: ClaimedMail): Fate {
  switch (sent.kind) {
    case 'sent':
      return { state: 'sent' };
    case 'unsure':
      return { state: 'unsure' };
    case 'bounced':
      return { state: 'bounced', smtpCode: sent.smtpCode, stopKey: sent.isHard ? mail.emailKey : null };
    case 'put-off': {
      const againInMs = mailGapMs(mail.attempts);
      const { smtpCode } = sent;
      if (againInMs === undefined) return { state: 'dropped', smtpCode };
      return { state: 'waiting', smtpCode, againInMs, isUntried: false };
    }
    default:
      return assertNever(sent);
  }
}

async function messageOf(
  { moulds, publicUrl }: Step,
  mail: ClaimedMail,
  token: string,
): Promise<CardholderMessage> {
  const { mould, replyTo, logo } = await moulds.of(mail.siteId, mail.what);
  const isLinked = hasLink(mail.what);
  const link = isLinked ? `${publicUrl}/p/${token}` : '';
  const unsubscribeUrl = isLinked ? `${link}/unsubscribe` : null;
  const { firstName, expiresAt, reasons, note } = mail;
  const words = mould({ firstName, link, unsubscribeUrl: unsubscribeUrl ?? '', expiresAt, reasons, note });
  return { ...words, to: mail.to, replyTo, logo, unsubscribeUrl, key: `cardholder-${mail.id}` };
}

/** Through an outage of the database. A claim that is repeated gives what it gave: see noteAndClaim. */
async function patiently<Result>(work: () => Promise<Result>, { isCancelled }: Step): Promise<Result> {
  const sinceMs = performance.now();
  for (;;) {
    try {
      return await work();
    } catch (error) {
      const patienceMs = isCancelled() ? NOTE_MS_AT_END : NOTE_MS_MAX;
      if (performance.now() - sinceMs > patienceMs || !isOutage(error)) throw error;
      await sleep(NOTE_GAP_MS);
    }
  }
}
