// The sending of a follow-up's mails, beside its counting: as many as are due, again when the next one is.
import { CancellationScope, condition, isCancellation } from '@temporalio/workflow';
import { steps } from './proxies.ts';

/** What could not leave is looked at again after this time at the soonest. */
const AGAIN_MS = 1_000;
const AGAIN_AFTER_FAULT_MS = 60_000;

export class InvitationSender {
  readonly id: string;
  /** To be told when a round is over. */
  private readonly onRound: () => void;
  private scope = new CancellationScope();
  isSending = false;
  /** True once it has tried all that was due at least once. */
  hasSent = false;
  private notBefore = 0;
  /** When the next mail is due, in milliseconds since 1970; null where none is left. */
  dueAt: number | null = null;

  constructor(id: string, onRound: () => void) {
    this.id = id;
    this.onRound = onRound;
  }

  /** Starts sending where mails are due, and returns at once. */
  look({ mailsLeft, mailsDueInMs }: { mailsLeft: number; mailsDueInMs: number | null }): void {
    if (this.isSending) return;
    this.dueAt = mailsLeft === 0 ? null : Math.max(Date.now() + (mailsDueInMs ?? 0), this.notBefore);
    if (this.dueAt === null || this.dueAt > Date.now()) return;
    this.isSending = true;
    void this.send();
  }

  private async send(): Promise<void> {
    this.scope = new CancellationScope();
    try {
      const { left, nextDueInMs } = await this.scope.run(() => steps.sendInvitationMails({ id: this.id }));
      this.notBefore = left === 0 ? 0 : Date.now() + Math.max(AGAIN_MS, nextDueInMs ?? 0);
      // A step that takes too long ends before its last mail: then there is one that is due.
      this.hasSent ||= left === 0 || (nextDueInMs ?? 0) > 0;
    } catch (error) {
      // Whatever is wrong with its mails, photos come and are counted.
      if (!isCancellation(error)) this.notBefore = Date.now() + AGAIN_AFTER_FAULT_MS;
    } finally {
      this.isSending = false;
      this.onRound();
    }
  }

  /** Stops at the next mail. What has not left is left to whoever looks next. */
  async stop(): Promise<void> {
    this.scope.cancel();
    await CancellationScope.nonCancellable(() => condition(() => !this.isSending));
  }
}
