// What becomes of a mail by a mail server's answer: taken, refused for good, or to be tried again, and when.

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;

/** How long after each attempt that the server put off the next one is made; then the mail is given up. Three days in all. */
export const MAIL_GAPS_MS = [
  5 * MINUTE_MS,
  15 * MINUTE_MS,
  HOUR_MS,
  3 * HOUR_MS,
  8 * HOUR_MS,
  12 * HOUR_MS,
  24 * HOUR_MS,
  24 * HOUR_MS,
] as const;

/** How long to wait after this many attempts, or undefined where it was the last one. */
export const mailGapMs = (attempts: number): number | undefined => MAIL_GAPS_MS[Math.max(0, attempts - 1)];

/** While the mail server is away, this long passes until it is tried again. */
export const OUTAGE_GAP_MS = MINUTE_MS;

/** `recipient`: in answer to who it is for. `message`: to what it says. `connection`: to who sends, or to nothing at all. */
export type Asked = 'recipient' | 'message' | 'connection';

/** A server's answer: its code, and its enhanced one where it gave it. Its words are left out: they may name somebody. */
export type SmtpAnswer = { code: number; enhanced: string | null };

/** The codes at the head of an answer such as `550 5.1.1 <…>: no such user`; undefined for what is none. */
export function smtpAnswerOf(response: string): SmtpAnswer | undefined {
  const [, code, enhanced] = /^(\d{3})(?:[ -](\d\.\d{1,3}\.\d{1,3})(?!\S))?/.exec(response) ?? [];
  return code === undefined ? undefined : { code: Number(code), enhanced: enhanced ?? null };
}

/** As it is kept and shown: `550 5.1.1`. */
const smtpCodeOf = ({ code, enhanced }: SmtpAnswer): string =>
  enhanced === null ? String(code) : `${code} ${enhanced}`;

/** Answers that mean "who are you?": a fault of the settings, which an operator can mend. */
const SIGN_IN_CODES = new Set([530, 534, 535, 538]);

export type MailFate =
  /** `isHard`: it is the address that is wrong, so that no other mail would arrive there either. */
  | { kind: 'bounced'; smtpCode: string; isHard: boolean }
  /** Greylisted, a full mailbox, too many at once: this mail is tried again later. */
  | { kind: 'put-off'; smtpCode: string }
  /** Nothing is said about this mail: it was not sent, and no other would be now. */
  | { kind: 'outage' };

/** What an answer that is no yes means for the mail. */
export function fateOf(asked: Asked, answer: SmtpAnswer | undefined): MailFate {
  const isAboutMail = asked !== 'connection' && answer !== undefined;
  if (!isAboutMail || answer.code === 421 || SIGN_IN_CODES.has(answer.code)) return { kind: 'outage' };
  const smtpCode = smtpCodeOf(answer);
  if (answer.code >= 500) return { kind: 'bounced', smtpCode, isHard: isHardBounce(asked, answer) };
  return { kind: 'put-off', smtpCode };
}

/**
 * True where the address itself is refused for good: bad, moved or disabled. A server that refuses what a mail says, its
 * size, or whoever sends it (5.7.x) may well take another one.
 */
function isHardBounce(asked: Asked, { code, enhanced }: SmtpAnswer): boolean {
  if (enhanced !== null) return /^5\.1\.[0-36]$|^5\.1\.10$|^5\.2\.1$/.test(enhanced);
  return asked === 'recipient' && (code === 550 || code === 551 || code === 553);
}
