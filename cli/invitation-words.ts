// How a site invites, from the command line: its settings, its logo, and what it says in its mails.
import { createReadStream } from 'node:fs';
import { readFile, writeFile } from 'node:fs/promises';
import { type Command, InvalidArgumentError, Option } from 'commander';
import type {
  InvitationSettingsPut,
  InvitationSettingsWire,
  InvitationTextWire,
  PreviewedText,
} from '../api/wire-invitations.ts';
import { INVITATION_MAILS } from '../domain/invitation.ts';
import { DAYS_MAX, DAYS_MIN } from '../domain/invitation-settings.ts';
import { LANGUAGES } from '../domain/language.ts';
import { Refusal } from '../domain/refusal.ts';
import { durationInWords } from '../domain/words.ts';
import { siteNumber } from './arguments.ts';
import { type Client, jsonOf, openClient } from './client.ts';
import { complain, printJson, say } from './output.ts';
import { tableLines } from './text.ts';
import { sizeOfFile } from './upload.ts';

type SiteFlags = { site: number; json?: boolean };
type Inherit = 'inherit';
type SettingFlags = SiteFlags & {
  office?: string;
  replyTo?: string;
  linkDays?: number | Inherit;
  reminders?: number[] | Inherit;
  deadlineDays?: number | Inherit;
};
type TextFlags = SiteFlags & {
  mail: string;
  language: string;
  subject?: string;
  file?: string;
  inherit?: boolean;
};

/** Puts the subcommands on `muster invitations`. */
export function addWords(invitations: Command): void {
  const onSite = (name: string, what: string): Command =>
    invitations
      .command(name)
      .description(what)
      .requiredOption('--site <number>', 'the site', siteNumber)
      .option('--json', 'print one object');
  onSite('settings', 'how a site invites; with flags, say it: inherit leaves it to the site above')
    .option('--office <words>', 'who writes, beside the organisation')
    .option('--reply-to <address>', 'where answers go')
    .option('--link-days <days>', 'how long a link works', daysWord)
    .option('--reminders <days>', 'when to remind, as 7,14; or none', reminderDays)
    .option('--deadline-days <days>', 'how long a run waits', daysWord)
    .action(settings);
  onSite('logo', 'the logo in the mails of a site: set it from a PNG or JPEG')
    .argument('[file]')
    .option('--inherit', 'leave it to the site above')
    .action(logo);
  const onText = (name: string, what: string): Command =>
    onSite(name, what)
      .addOption(
        new Option('--mail <which>', 'which mail').choices([...INVITATION_MAILS]).default('invitation'),
      )
      .addOption(
        new Option('--language <language>', 'in which language').choices([...LANGUAGES]).default('en'),
      )
      .option('--subject <words>', 'its subject')
      .option('--file <file>', 'a file with its text');
  onText('text', 'what a site says in a mail; with --subject or --file, say it')
    .option('--inherit', 'leave it to the site above')
    .action(text);
  onText('preview', 'a mail as it would leave, with sample values')
    .option('--html <file>', 'write it there as HTML')
    .action(preview);
}

const DAY_MS = 24 * 60 * 60 * 1000;
const PER_DAY = { d: 1, h: 24, m: 24 * 60, s: 24 * 60 * 60 } as const;

/** Days, or with a unit something shorter: `7`, `0.5`, `12h`, `90m`, `30s`. */
function someDays(word: string): number {
  const [, amount, unit = 'd'] = /^(\d+(?:\.\d+)?)([dhms]?)$/.exec(word.trim()) ?? [];
  const days = Number(amount) / PER_DAY[(unit || 'd') as keyof typeof PER_DAY];
  if (days >= DAYS_MIN && days <= DAYS_MAX) return days;
  throw new InvalidArgumentError(`Give days up to ${DAYS_MAX}, or less than one as 12h, 90m or 30s.`);
}
const daysWord = (word: string): number | Inherit => (word === 'inherit' ? word : someDays(word));

function reminderDays(word: string): number[] | Inherit {
  if (word === 'inherit') return word;
  if (word === 'none') return [];
  const days = word.split(',').map((day) => someDays(day.trim()));
  if (days.some((day, index) => index > 0 && day <= (days[index - 1] ?? 0)))
    throw new InvalidArgumentError('Name the days in their order, such as 7,14.');
  return days;
}

const pathOf = (site: number): string => `/sites/${site}/invitation-settings`;

const put = <Result>(client: Client, path: string, body: unknown): Promise<Result> =>
  client.call(
    {
      method: 'PUT',
      path,
      isRepeatable: true,
      headers: { 'content-type': 'application/json' },
      body: () => JSON.stringify(body),
    },
    (response) => jsonOf<Result>(response),
  );

async function settings({ site, json, ...flags }: SettingFlags): Promise<void> {
  const client = openClient(complain);
  const now = await client.get<InvitationSettingsWire>(pathOf(site));
  const said = Object.values(flags).some((value) => value !== undefined);
  const shown = said
    ? await put<InvitationSettingsWire>(client, pathOf(site), { ...now.own, ...changesOf(flags) })
    : now;
  if (json) printJson(shown);
  else say(...linesOf(shown));
}

/** What was given, as the API has it: there null means the site above. */
function changesOf(flags: Omit<SettingFlags, 'site' | 'json'>): Partial<InvitationSettingsPut> {
  const { reminders, ...others } = flags;
  const given = Object.entries({ ...others, reminderDays: reminders }).filter(
    ([, value]) => value !== undefined,
  );
  return Object.fromEntries(given.map(([name, value]) => [name, value === 'inherit' ? null : value]));
}

function linesOf({ siteId, effective }: InvitationSettingsWire): string[] {
  const from = (id: number | null) => (id === null ? 'default' : id === siteId ? 'this site' : `site ${id}`);
  const { office, replyTo, linkDays, reminderDays: reminders, deadlineDays, logoFromSiteId } = effective;
  const days = (count: number) => durationInWords(count * DAY_MS);
  const rows = [
    ['Office', office.value ?? 'none', from(office.fromSiteId)],
    ['Answers go to', replyTo.value ?? 'the sender', from(replyTo.fromSiteId)],
    ['Links work for', days(linkDays.value), from(linkDays.fromSiteId)],
    [
      'Reminders after',
      reminders.value.length === 0 ? 'none' : reminders.value.map(days).join(', '),
      from(reminders.fromSiteId),
    ],
    ['Runs wait for', days(deadlineDays.value), from(deadlineDays.fromSiteId)],
    ['Logo', logoFromSiteId === null ? 'none' : 'yes', from(logoFromSiteId)],
  ];
  return [`Site ${siteId}`, ...tableLines(['Invitations', 'What holds', 'From'], rows)];
}

async function logo(
  file: string | undefined,
  { site, inherit, json }: SiteFlags & { inherit?: boolean },
): Promise<void> {
  if ((file === undefined) === !inherit)
    throw new Refusal('invalid', 'Name a file for the logo, or leave it to the site above with --inherit.');
  const client = openClient(complain);
  const path = `${pathOf(site)}/logo`;
  if (file === undefined) await client.remove(path);
  else {
    await sizeOfFile(file);
    await client.call(
      {
        method: 'PUT',
        path,
        isRepeatable: true,
        headers: { 'content-type': 'application/octet-stream' },
        body: () => ReadableStream.from(createReadStream(file)),
      },
      (response) => response.text(),
    );
  }
  if (json) printJson({ site, hasOwnLogo: file !== undefined });
  else say(file === undefined ? `Site ${site} has no logo of its own.` : `Site ${site} has this logo.`);
}

const textPathOf = ({ site, language, mail }: TextFlags): string =>
  `/sites/${site}/invitation-texts/${language}/${mail}`;

async function wordsOf({ subject, file }: TextFlags): Promise<{ subject?: string; text?: string }> {
  return {
    ...(subject !== undefined && { subject }),
    ...(file !== undefined && { text: await readFile(file, 'utf8') }),
  };
}

async function text(flags: TextFlags): Promise<void> {
  const client = openClient(complain);
  const path = textPathOf(flags);
  const given = await wordsOf(flags);
  if (flags.inherit && Object.keys(given).length > 0)
    throw new Refusal(
      'invalid',
      '--inherit leaves all of it to the site above. Leave it out, or the others.',
    );
  if (flags.inherit) await client.remove(path);
  const now = await client.get<InvitationTextWire>(path);
  const { subject, text: said } = { ...now, ...given };
  const shown =
    Object.keys(given).length > 0
      ? await put<InvitationTextWire>(client, path, { subject, text: said })
      : now;
  if (flags.json) printJson(shown);
  else {
    const by = shown.fromSiteId === null ? 'built in' : `said by site ${shown.fromSiteId}`;
    const names = shown.placeholders.map((name) => `{${name}}`).join(' ');
    say(`${shown.subject}   (${by})`, '', ...shown.text.split('\n'), '', `Placeholders: ${names}`);
  }
}

async function preview({ html, ...flags }: TextFlags & { html?: string }): Promise<void> {
  const client = openClient(complain);
  const shown = await client.post<PreviewedText>(`${textPathOf(flags)}/preview`, await wordsOf(flags));
  if (html !== undefined) await writeFile(html, shown.html);
  if (flags.json) printJson(shown);
  else say(shown.subject, '', ...shown.text.trimEnd().split('\n'));
}
