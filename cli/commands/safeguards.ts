// `muster safeguards`: how much a run may do at a site before it asks, who must approve what, and what files leave alone.
import { type Command, InvalidArgumentError } from 'commander';
import type { SafeguardsPatch, SafeguardsWire } from '../../api/wire-safeguards.ts';
import { LIMITED, type Limit, type Limits } from '../../domain/limits.ts';
import { Refusal } from '../../domain/refusal.ts';
import { APPROVABLE, type Approvable } from '../../domain/safeguards.ts';
import { durationInWords } from '../../domain/words.ts';
import { minutesWord, siteNumber } from '../arguments.ts';
import { type Client, openClient } from '../client.ts';
import { addLimitFlags, type LimitFlags, limitsOf } from '../import-options.ts';
import { complain, printJson, say } from '../output.ts';
import { formatCount, tableLines } from '../text.ts';

type ShowFlags = { site: number; json?: boolean };
/** What is not given stays. A parser that gave null would be taken for one that gave nothing. */
type SetFlags = ShowFlags &
  LimitFlags & {
    limits?: 'none' | 'inherit';
    approve?: Approvable[] | 'inherit';
    grace?: number | 'inherit';
    sticky?: string[] | 'inherit';
  };

export function addTo(program: Command): void {
  const safeguards = program
    .command('safeguards')
    .description('how much a run may do at a site before it asks: show it, set it');
  const onSite = (command: Command): Command =>
    command.requiredOption('--site <number>', 'the site', siteNumber).option('--json', 'print one object');
  onSite(safeguards.command('show').description('what holds at a site, and which site says it')).action(show);
  const set = safeguards
    .command('set')
    .description('say what holds at a site and those below it; inherit: as the site above says');
  addLimitFlags(onSite(set))
    .option('--limits <which>', 'none, or inherit: all limits at once', allLimits)
    .option(
      '--approve <actions>',
      'what another admin must approve: some with commas, none, or inherit',
      approvals,
    )
    .option('--grace <time>', 'how long anonymizing and deleting waits: 90m, 2h, 1d, none, or inherit', grace)
    .option(
      '--sticky <fields>',
      'fields whose hand edits outlive a file: some with commas, none, or inherit',
      sticky,
    )
    .action(change);
}

const namesIn = (text: string): string[] =>
  text === 'none'
    ? []
    : text
        .split(',')
        .map((name) => name.trim())
        .filter((name) => name !== '');

function allLimits(text: string): 'none' | 'inherit' {
  if (text === 'none' || text === 'inherit') return text;
  throw new InvalidArgumentError(
    'Write none or inherit. Single limits are set by --max-change and its like.',
  );
}

function approvals(text: string): Approvable[] | 'inherit' {
  if (text === 'inherit') return text;
  const names = namesIn(text);
  const known = APPROVABLE.filter((what) => names.includes(what));
  if (known.length < new Set(names).size)
    throw new InvalidArgumentError(`Allowed are ${APPROVABLE.join(', ')}; or none, or inherit.`);
  return known;
}

const grace = (text: string): number | 'inherit' => (text === 'inherit' ? text : minutesWord(text));

const sticky = (text: string): string[] | 'inherit' => (text === 'inherit' ? text : namesIn(text));

/** For the API, to which null means the site above. */
const said = <Value>(value: Value | 'inherit'): Value | null => (value === 'inherit' ? null : value);

const pathOf = (site: number): string => `/sites/${site}/safeguards`;

async function show({ site, json }: ShowFlags): Promise<void> {
  const safeguards = await openClient(complain).get<SafeguardsWire>(pathOf(site));
  if (json) printJson(safeguards);
  else say(...linesOf(safeguards));
}

async function change(flags: SetFlags): Promise<void> {
  const client = openClient(complain);
  const limits = await limitsFrom(client, flags);
  const patch: SafeguardsPatch = {
    ...(limits !== undefined && { limits }),
    ...(flags.approve !== undefined && { approvals: said(flags.approve) }),
    ...(flags.grace !== undefined && { graceMinutes: said(flags.grace) }),
    ...(flags.sticky !== undefined && { stickyFields: said(flags.sticky) }),
  };
  if (Object.keys(patch).length === 0)
    throw new Refusal('invalid', 'Nothing is named that should change. See: muster safeguards set --help');
  const safeguards = await client.patch<SafeguardsWire>(pathOf(flags.site), patch);
  if (flags.json) printJson(safeguards);
  else say(...linesOf(safeguards));
}

/**
 * All limits of the site as they are to be: the API takes them together. One that is not named stays as it holds there
 * now, be it the site's own or one from above, so that naming one limit never drops another.
 */
async function limitsFrom(client: Client, flags: SetFlags): Promise<Limits | null | undefined> {
  const given = limitsOf(flags);
  if (flags.limits !== undefined && given !== undefined)
    throw new Refusal('invalid', '--limits says all of them at once. Leave it out, or the others.');
  if (flags.limits !== undefined) return flags.limits === 'none' ? {} : null;
  if (given === undefined) return undefined;
  const { effective } = await client.get<SafeguardsWire>(pathOf(flags.site));
  return { ...effective.limits.value, ...given };
}

const LIMIT_WORDS = {
  changed: 'May change',
  created: 'May create',
  archived: 'May archive',
  removed: 'May remove',
} as const;

function linesOf({ siteId, effective }: SafeguardsWire): string[] {
  const { limits, approvals: approved, graceMinutes, stickyFields } = effective;
  const from = ({ fromSiteId }: { fromSiteId: number | null }) =>
    fromSiteId === null ? 'nobody' : fromSiteId === siteId ? 'this site' : `site ${fromSiteId}`;
  const rows = [
    ...LIMITED.map((name) => [LIMIT_WORDS[name], limitInWords(limits.value[name]), from(limits)]),
    ['Approved by another admin', approved.value.join(', ') || 'nothing', from(approved)],
    ['Grace period', graceInWords(graceMinutes.value), from(graceMinutes)],
    ['Hand edits kept', stickyFields.value.join(', ') || 'none', from(stickyFields)],
  ];
  return [`Site ${siteId}`, ...tableLines(['Safeguard', 'What holds', 'Said by'], rows)];
}

function limitInWords(limit: Limit | undefined): string {
  const parts = [
    typeof limit?.percent === 'number' ? `${limit.percent}% of the active people` : '',
    typeof limit?.people === 'number' ? `${formatCount(limit.people)} people` : '',
  ].filter((part) => part !== '');
  return parts.length === 0 ? 'any number' : parts.join(', and ');
}

const graceInWords = (minutes: number): string =>
  minutes === 0 ? 'none' : durationInWords(minutes * 60_000);
