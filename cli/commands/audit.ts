// `muster audit`: what was done and by whom, as a list, as a file, and whether the trail of it is whole.
import type { Command } from 'commander';
import type { AuditChain, AuditEvent } from '../../api/wire-audit.ts';
import { type ChainFault, SUBJECTS } from '../../domain/audit.ts';
import { Refusal } from '../../domain/refusal.ts';
import { collect, siteNumber, wholeNumber } from '../arguments.ts';
import { jsonOf, openClient } from '../client.ts';
import { download } from '../download.ts';
import { EXIT } from '../exit.ts';
import { complain, printJson, say } from '../output.ts';
import { formatCount, tableLines } from '../text.ts';

const EVENTS_SHOWN = 50;

type FilterFlags = {
  site?: number;
  run?: string;
  what?: string[];
  by?: number;
  subject?: string;
  from?: string;
  to?: string;
};
type ListFlags = FilterFlags & { limit: number; all?: boolean; json?: boolean };
type VerifyFlags = { expect?: string; json?: boolean };

export function addTo(program: Command): void {
  const audit = program.command('audit').description('the audit trail: list, export, verify');
  withFilters(audit.command('list'))
    .description('show what was done, newest first')
    .option('--limit <number>', 'how many at most', wholeNumber(1, 1_000_000), EVENTS_SHOWN)
    .option('--all', 'with the beginning of each request too')
    .option('--json', 'print one array')
    .action(listEvents);
  withFilters(audit.command('export'))
    .description('download the trail as CSV, the oldest event first')
    .option('-o, --output <file>', 'write to a file instead of stdout')
    .action(({ output, ...flags }: FilterFlags & { output?: string }) =>
      download(openClient(complain), { path: '/audit-events.csv', query: queryOf(flags) }, output),
    );
  audit
    .command('verify')
    .description('recompute the trail of the whole organisation; exit 1 where it is broken')
    .option('--expect <seq:hash>', 'an end that was printed earlier and must still be there')
    .option('--json', 'print one object')
    .action(async (flags: VerifyFlags) => {
      process.exitCode = await verify(flags);
    });
}

const withFilters = (command: Command): Command =>
  command
    .option('--site <number>', 'only events of this site and those below it', siteNumber)
    .option('--run <id>', 'only those of a run')
    .option(
      '--what <event>',
      'only these, such as run.completed, or run. for all of runs; repeatable',
      collect,
    )
    .option('--by <id>', 'only what this person did', wholeNumber(1, Number.MAX_SAFE_INTEGER))
    .option('--subject <noun:id>', `only what was done to this: ${SUBJECTS.join(', ')}`)
    .option('--from <moment>', 'the first day, or moment (2026-11-22T08:00:00Z)')
    .option('--to <moment>', 'the last day, or the first moment that is too late');

function queryOf({ subject: asked, ...flags }: FilterFlags) {
  if (asked === undefined) return flags;
  const [subject, subjectId] = asked.split(':', 2);
  return { ...flags, subject, subjectId };
}

async function listEvents({ limit, all, json, ...flags }: ListFlags): Promise<void> {
  const query = { ...queryOf(flags), beginnings: all ? 'all' : 'open' };
  const events = await openClient(complain).list<AuditEvent>('/audit-events', query, limit);
  if (json) return printJson(events);
  if (events.length === 0) return say('Nothing of that kind was noted.');
  const rows = events.map((event) => [
    String(event.seq),
    `${event.at.slice(0, 19).replace('T', ' ')} UTC`,
    byWords(event),
    event.what,
    subjectWords(event),
    String(event.siteId ?? ''),
    detailWords(event),
  ]);
  say(...tableLines(['No.', 'When', 'By', 'What', 'To', 'Site', 'Details'], rows));
}

function byWords({ byId, byName }: AuditEvent): string {
  if (byId === null) return '–';
  return byName === null ? `person ${byId}` : `${byName} (${byId})`;
}

function subjectWords({ subject, subjectId, runId }: AuditEvent): string {
  if (subject !== null && subjectId !== null) return `${subject} ${subjectId}`;
  return runId === null ? '' : `run ${runId}`;
}

/** Facts in a line: `code=locked fields=email,username`. Outcomes that no row has are left out. */
const detailWords = ({ details }: AuditEvent): string =>
  Object.entries(details)
    .filter(([name, value]) => name !== 'request' && value !== null)
    .map(([name, value]) => `${name}=${valueWords(value)}`)
    .join(' ');

function valueWords(value: unknown): string {
  if (Array.isArray(value)) return value.join(',');
  if (typeof value !== 'object' || value === null) return String(value);
  const told = Object.entries(value).filter(([, count]) => count !== 0);
  return told.map(([name, count]) => `${name}:${String(count)}`).join(',');
}

const FAULT_WORDS: Readonly<Record<ChainFault, string>> = {
  missing: 'is missing',
  altered: 'is not as it was noted, or the one before it is not',
  unexpected: 'stands behind the end of the trail',
  end: 'is not the one that the trail ends with',
  'not-as-shown': 'is not the one that was shown there earlier',
};

async function verify({ expect, json }: VerifyFlags): Promise<number> {
  // A long trail takes its time.
  const call = { path: '/audit-events/verify', query: shownIn(expect), timeoutMs: 0 };
  const chain = await openClient(complain).call<AuditChain>(call, jsonOf);
  const { isIntact, events, firstBroken, head } = chain;
  if (json) printJson(chain);
  else if (isIntact) {
    say(`The audit trail is whole: ${formatCount(events)} ${events === 1 ? 'event' : 'events'}.`);
    if (head) say(`Keep its end elsewhere, for --expect next time: ${head.seq}:${head.hash}`);
  } else if (firstBroken)
    complain(`The audit trail is broken: event ${firstBroken.seq} ${FAULT_WORDS[firstBroken.why]}.`);
  return isIntact ? EXIT.done : EXIT.stopped;
}

function shownIn(text: string | undefined): { seq?: string; hash?: string } {
  if (text === undefined) return {};
  const [, seq, hash] = /^(\d{1,15}):([0-9a-f]{64})$/.exec(text.trim()) ?? [];
  if (seq === undefined || hash === undefined)
    throw new Refusal(
      'invalid',
      'Give --expect as `muster audit verify` prints it: a number, a colon, a hash.',
    );
  return { seq, hash };
}
