// What a run asks while it waits, in words: why, what its plan would do, until when, and how to answer.
import type { Command } from './mail-page.ts';
import type { AskingMail, MailBody } from './run-mail-facts.ts';
import type { AskVoice, Closing, MailWords } from './words/catalogue.ts';

const MINUTE_MS = 60_000;

/** What is asked, and in which state of the run. */
type Asked = Pick<AskingMail, 'ask' | 'what'>;

export function askWordsOf(mail: AskingMail, words: MailWords): MailBody {
  const { ask, planned, until } = mail;
  const voice = voiceOf(mail);
  const says = words.ask[voice];
  const about = {
    title: words.actions[mail.action],
    rows: planned.total,
    until,
    approvals: ask.approvals,
  };
  const reasons = reasonsOf(mail, words);
  return {
    subject: says.subject(about),
    headline: says.headline(about),
    sentences: [...says.sentences(about), ...nextOf(mail, words)],
    why: reasons.length === 0 ? null : { title: words.why.title, reasons },
    counts: { title: words.plannedTitle, of: planned },
    need: null,
    commands: commandsOf(mail, voice, words),
    moment: {
      name: mail.what === 'grace-period' ? words.facts.goesOn : words.facts.deadline,
      value: words.formats.moment(until),
    },
    closing: closingOf(mail),
  };
}

/** An approval that nobody could be asked for is told to who started the run. */
function voiceOf({ what, reader }: AskingMail): AskVoice {
  if (reader === 'admin') return what;
  if (what === 'awaiting-approval') return 'no-approver';
  return what === 'approval-reminder' ? 'no-approver-reminder' : what;
}

const isConfirmation = ({ what }: Asked): boolean =>
  what === 'awaiting-confirmation' || what === 'confirmation-reminder';

/** Why a run waits. */
export function reasonsOf(mail: Asked, { why }: MailWords): string[] {
  const { ask } = mail;
  const grace = ask.graceMinutes > 0 ? [why.grace(ask.graceMinutes * MINUTE_MS)] : [];
  if (mail.what === 'grace-period') return grace;
  const guards = [
    ...(ask.why.includes('grown') ? [why.grown(ask.grown, ask.shrunk)] : []),
    ...ask.tripped.map((tripped) => why.limit(tripped)),
  ];
  if (isConfirmation(mail)) return [...(ask.why.includes('dry-run') ? [why.dryRun] : []), ...guards];
  return [why.approval(ask.approvals), ...guards];
}

/** What comes after the answer. */
export function nextOf(mail: Asked, { why }: MailWords): string[] {
  const { approvals, graceMinutes } = mail.ask;
  if (mail.what === 'grace-period') return [];
  return [
    ...(isConfirmation(mail) && approvals.length > 0 ? [why.thenApproval(approvals)] : []),
    ...(graceMinutes > 0 ? [why.thenGrace(graceMinutes * MINUTE_MS)] : []),
  ];
}

function commandsOf({ runId, what }: AskingMail, voice: AskVoice, { commands }: MailWords): Command[] {
  const answers: Record<AskVoice, Command[]> = {
    'awaiting-confirmation': [{ does: commands.confirm, command: `muster confirm ${runId}` }],
    'confirmation-reminder': [{ does: commands.confirm, command: `muster confirm ${runId}` }],
    'awaiting-approval': [{ does: commands.approve, command: `muster approve ${runId}` }],
    'approval-reminder': [{ does: commands.approve, command: `muster approve ${runId}` }],
    'no-approver': [{ does: commands.letApprove, command: `muster approve ${runId}` }],
    'no-approver-reminder': [{ does: commands.letApprove, command: `muster approve ${runId}` }],
    'grace-period': [],
  };
  const stop = { does: commands.stop, command: `muster cancel ${runId}` };
  const rows = { does: commands.rows, command: `muster plan ${runId}` };
  return what === 'grace-period' ? [stop, rows] : [...answers[voice], rows, stop];
}

function closingOf({ what, reader }: AskingMail): Closing {
  if (reader === 'starter') return 'starter';
  return what === 'grace-period' ? 'stopper' : 'approver';
}
