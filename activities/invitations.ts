// Inviting cardholders: who of a run gets an invitation or a reminder, and the way of their mails.
import { setTimeout as sleep } from 'node:timers/promises';
import { analyzeInvitations, inviteRun, remindRun } from '../db/queries/invitations/invitations.ts';
import { type Pace, takeTurn } from '../domain/send-pace.ts';
import { whileHeartbeating } from './heartbeats.ts';
import { type InvitationDeps, type InvitationMeans, type MailsLeft, sendMails } from './send-mails.ts';

/** From so many on, statistics pay for what taking them costs. */
const ANALYZED_INVITATIONS_MIN = 2_000;

export function invitationActivities(means: InvitationMeans) {
  const { db } = means;
  const deps: InvitationDeps = { ...means, turn: turnsOf(means.perSecond) };
  return {
    /** Invites the people of a completed run, as it was asked to. Safe to repeat. */
    async invite({ id }: { id: string }): Promise<{ invited: number }> {
      return whileHeartbeating(async () => {
        const invited = await inviteRun(db, id);
        if (invited >= ANALYZED_INVITATIONS_MIN) await analyzeInvitations(db);
        return { invited };
      });
    },

    /**
     * A reminder for everybody whom a run has invited and who has not answered, once in each round: without one it is as
     * many as the follow-up has counted as sent. Safe to repeat.
     */
    async remind({ id, round }: { id: string; round?: number }): Promise<{ reminded: number }> {
      return { reminded: await whileHeartbeating(() => remindRun(db, id, round ?? null)) };
    },

    /** Sends what is due of the mails of a run's invitations. */
    sendInvitationMails({ id }: { id: string }): Promise<MailsLeft> {
      return sendMails(deps, { bulkActionId: id });
    },

    /** Sends what is due of these mails. */
    sendCardholderMails({ mailIds }: { mailIds: readonly number[] }): Promise<MailsLeft> {
      return sendMails(deps, { mailIds });
    },
  };
}

/** One pace for all steps of a worker. */
function turnsOf(perSecond: number): () => Promise<void> {
  let pace: Pace = { nextAtMs: 0 };
  return async () => {
    const turn = takeTurn(pace, performance.now(), perSecond);
    pace = turn.pace;
    if (turn.waitMs > 0) await sleep(turn.waitMs);
  };
}
