// Sends the mails of the outbox, each once as far as SMTP can promise.
import type { Log } from '../adapters/log.ts';
import { renderRunMail, renderSourceMail } from '../adapters/mail/render.ts';
import type { RunMail } from '../adapters/mail/run-mail-facts.ts';
import { type Delivery, type Mailer, MailOutage } from '../adapters/mail/transport.ts';
import type { Database } from '../db/client.ts';
import {
  getMailToSend,
  type MailToSend,
  markAttempt,
  markGivenUp,
  markOutdated,
  markRefused,
  markSent,
  type RunMailToSend,
} from '../db/queries/outgoing-mails.ts';
import { FOLLOW_UP_MAIL, isAskMail, STATE_OF_ASK_MAIL } from '../domain/run-mail.ts';
import { consoleAddresses } from './console-addresses.ts';
import { passedSince, sourceMailOf } from './source-mail.ts';

export type MailDeps = {
  db: Database;
  mailer: Mailer;
  /** The console's and the API's address, without a slash at its end. */
  publicUrl: string;
  log: Log;
};

/** How a mail ended. Why a refused one was refused stands in its row. */
export type MailEnd = { state: 'sent' | 'refused' };

export const mailActivities = (deps: MailDeps) => ({
  /**
   * Sends a mail that is waiting, and does nothing for one that is settled. Throws while the mail server is away.
   * A crash after the server took the mail and before that is recorded sends it again, under the same Message-ID.
   */
  async sendMail({ mailId }: { mailId: number }): Promise<MailEnd> {
    const { db, log } = deps;
    const mail = await getMailToSend(db, mailId);
    if (mail.state !== 'waiting') return { state: mail.state };
    const about = aboutOf(mail);
    const passed = mail.about === 'run' ? answeredSince(mail) : passedSince(mail);
    if (passed !== undefined) {
      await markOutdated(db, mailId, passed);
      log.info({ mailId, ...about }, 'mail not sent: what it tells has passed');
      return { state: 'refused' };
    }
    const delivery = await deliver(deps, mail);
    if (delivery.isRefused) {
      await markRefused(db, mailId, delivery.reason);
      log.warn({ mailId, ...about, reason: delivery.reason }, 'mail refused');
      return { state: 'refused' };
    }
    await markSent(db, mailId);
    log.info({ mailId, ...about }, 'mail sent');
    return { state: 'sent' };
  },

  /** Settles a mail that nobody tries to send any longer; its last error stays as the reason. */
  async giveUpOnMail({ mailId }: { mailId: number }): Promise<void> {
    const givenUp = await markGivenUp(deps.db, mailId);
    if (givenUp) deps.log.warn({ mailId, ...givenUp }, 'mail given up');
  },
});

const aboutOf = (mail: MailToSend) =>
  mail.about === 'run' ? { bulkActionId: mail.run.id } : { sourceId: mail.source.id };

/** Why the mail is not sent any more: the run was answered, or has asked anew, while it waited. */
const answeredSince = ({ what, round, run }: RunMailToSend): string | undefined =>
  isAskMail(what) && (run.state !== STATE_OF_ASK_MAIL[what] || run.askRound !== round)
    ? 'the run no longer waits for this.'
    : undefined;

async function deliver({ db, mailer, publicUrl }: MailDeps, mail: MailToSend): Promise<Delivery> {
  if (mail.toAddress === null) return { isRefused: true, reason: 'It has no address any more.' };
  const content = await (mail.about === 'run'
    ? renderRunMail(runMailOf(mail, publicUrl))
    : renderSourceMail(sourceMailOf(mail, publicUrl)));
  try {
    return await mailer.send({ ...content, to: mail.toAddress, key: mail.key });
  } catch (error) {
    if (error instanceof MailOutage) await markAttempt(db, mail.id, error.message);
    throw error;
  }
}

function runMailOf({ what, language, data, run }: RunMailToSend, publicUrl: string): RunMail {
  const { id, action, siteId, siteName, fileName, undoesId, byName, createdAt: startedAt } = run;
  const addresses = consoleAddresses(publicUrl);
  const runUrl = addresses.run(id);
  const facts = {
    language,
    runId: id,
    action,
    siteId,
    siteName,
    fileName,
    undoesId,
    byName,
    startedAt,
    runUrl,
  };
  if (isAskMail(what)) {
    const reader = data.to ?? 'starter';
    const isForApproval = reader === 'admin' && STATE_OF_ASK_MAIL[what] === 'awaiting-approval';
    const answeredAt = isForApproval ? addresses.approval(id) : runUrl;
    return { ...facts, ...askedOf(run), runUrl: answeredAt, what, reader };
  }
  if (what === FOLLOW_UP_MAIL) return { ...facts, ...followedOf(run), what };
  const { errorCode, errorMessage, errorDetails } = run;
  return {
    ...facts,
    what,
    counts: run.counts,
    error:
      errorMessage === null
        ? null
        : { code: errorCode ?? 'invalid', message: errorMessage, details: errorDetails ?? {} },
    cancelCause: run.cancelReason,
    finishedAt: run.finishedAt ?? startedAt,
    failedRowsUrl: addresses.failedRows(id),
  };
}

/** How the follow-up of a run ended. All of it enters the database with the mail. */
function followedOf({ id, followUp }: RunMailToSend['run']) {
  const { endedBecause: because, counts: followed, startedAt: followedFrom, endedAt } = followUp ?? {};
  if (!because || !followed || !followedFrom || !endedAt)
    throw new Error(`the follow-up of run ${id} has not ended, or there is none`);
  return { because, followed, followedFrom, endedAt };
}

/** What a run that waits asks. All of it enters the database as the run begins to wait. */
function askedOf({ id, ask, askUntil, planned }: RunMailToSend['run']) {
  if (ask === null || askUntil === null || planned === null)
    throw new Error(`run ${id} waits, but asks nothing`);
  return { ask, until: askUntil, planned };
}
