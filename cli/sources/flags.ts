// The flags by which a source is described, and how times, hours and shares are written in them.
import { type Command, InvalidArgumentError, Option } from 'commander';
import { collect, wholeNumber } from '../arguments.ts';
import { addOptionFlags, type OptionFlags } from '../import-options.ts';

export type PlaceFlags = {
  directory?: string;
  sftp?: SftpPlace;
  port?: number;
  hostKey?: string[];
  keyFile?: string;
  passphraseFile?: string;
  passwordFile?: string;
  https?: string;
  authHeader?: string;
  authFile?: string;
  caFile?: string;
  s3?: S3Place;
  region?: string;
  endpoint?: string;
  pathStyle?: boolean;
  s3KeyFile?: string;
};

export type SourceFlags = PlaceFlags &
  OptionFlags & {
    file?: string;
    files?: string[];
    preset?: string;
    cron?: string;
    every?: number;
    timeZone?: string;
    jitter?: number;
    notBetween?: Blackout[] | null;
    marker?: string;
    rest?: number;
    countFile?: string;
    fewerRows?: { percent: number | null };
    setWait?: number;
    notify?: string[];
    tells?: 'problems' | 'everything';
    fresh?: { hours: number | null };
  };

export type SftpPlace = { user: string; host: string; path: string };
export type S3Place = { bucket: string; prefix: string };
export type Blackout = { from: string; until: string; days: number[] | null };

/** Puts everything that a source can be described by on a command. */
export function addSourceFlags(command: Command): Command {
  addPlaceFlags(
    command.option('--file <file>', 'settings as JSON, as the API takes them; flags win; - for stdin'),
  );
  command
    .option(
      '--files <pattern>',
      'the names of its files, as roster-*.csv; repeatable for files of one run',
      collect,
    )
    .option('--preset <name>', 'the kind of file: see `muster preset list`; people unless told');
  addOptionFlags(command);
  addTimeFlags(command);
  return addCareFlags(command);
}

function addPlaceFlags(command: Command): void {
  command
    .option('--directory <path>', 'a folder of the server, inside SOURCE_DIRECTORIES')
    .option('--sftp <user@host:path>', 'a folder of an SFTP server', sftpWord)
    .option('--port <number>', 'of the SFTP server; 22 unless told', wholeNumber(1, 65_535))
    .option('--host-key <fingerprint>', 'a key that the SFTP server has, SHA256:…; repeatable', collect)
    .option('--key-file <file>', 'the private key to sign in with; - for stdin, as with all files of secrets')
    .option('--passphrase-file <file>', 'the passphrase of that key')
    .option('--password-file <file>', 'the password to sign in with')
    .option('--https <url>', 'the address of a file')
    .option('--auth-header <name>', 'the header that lets one in, such as Authorization')
    .option('--auth-file <file>', 'what that header says')
    .option('--ca-file <file>', 'the authority of the server’s certificate, as PEM')
    .option('--s3 <address>', 's3://bucket/prefix', s3Word)
    .option('--region <region>', 'of the bucket')
    .option('--endpoint <url>', 'of an S3 that is not Amazon’s')
    .option('--path-style', 'its buckets are named in the path')
    .option('--s3-key-file <file>', 'access key id and secret access key, each on a line');
}

function addTimeFlags(command: Command): void {
  command
    .option('--cron <five fields>', 'when it looks, as "30 2 * * *"')
    .option('--every <time>', 'or how often: 15m, 2h, 1d', timeWord('m', 1))
    .option('--time-zone <name>', 'the clock of both, and of the hours; UTC unless told')
    .option('--jitter <time>', 'begin up to so much later: 30s, 5m', timeWord('s', 0))
    .option(
      '--not-between <hours>',
      'no run starts then: 08:00-17:00, or mon-fri 08:00-17:00; repeatable; none',
      blackoutWord,
    );
}

const addCareFlags = (command: Command): Command =>
  command
    .option('--marker <ending>', 'a file is whole once another beside it has this ending: .done')
    .option('--rest <time>', 'or once it has not changed for so long: 60s', timeWord('s', 0))
    .option('--count-file <ending>', 'or a file beside it with this ending says how many')
    .option(
      '--fewer-rows <percent>',
      'by how much it may be shorter than the last one: 20%, or none',
      shareWord,
    )
    .option('--set-wait <time>', 'how long files wait for those that belong to them: 1h', timeWord('m', 1))
    .option('--notify <addresses>', 'who is told, with commas, repeatable; yours unless told; none', listWord)
    .addOption(new Option('--tells <what>', 'what they are told').choices(['problems', 'everything']))
    .option(
      '--fresh <time>',
      'raise an alarm when nothing good came for so long: 26h, 3d, or none',
      freshWord,
    );

export function sftpWord(text: string): SftpPlace {
  const [, user = '', bracketed, plain, path = ''] =
    /^([^@]+)@(?:\[([^\]]+)\]|([^:@/]+))(?::(.*))?$/s.exec(text) ?? [];
  const host = bracketed ?? plain;
  if (!user || !host || user.includes(':'))
    throw new InvalidArgumentError('Write user@host:/path. A password comes from --password-file.');
  return { user, host, path: path || '.' };
}

function s3Word(text: string): S3Place {
  const [, bucket, prefix = ''] = /^s3:\/\/([^/?#]+)(?:\/([^?#]*))?$/.exec(text) ?? [];
  if (!bucket) throw new InvalidArgumentError('Write s3://bucket/prefix.');
  return { bucket, prefix };
}

const SECONDS_OF = { s: 1, m: 60, h: 3600, d: 86_400 } as const;
type Unit = keyof typeof SECONDS_OF;

/** A parser of times such as 90s, 15m, 2h or 1d, as whole numbers of a unit, which a number alone is of too. */
export const timeWord =
  (unit: Unit, least: number) =>
  (text: string): number => {
    const [, number = '', given = unit] = /^(\d+(?:\.\d+)?)\s*([smhd])?$/.exec(text.trim()) ?? [];
    const value = (Number(number || Number.NaN) * SECONDS_OF[given as Unit]) / SECONDS_OF[unit];
    if (!Number.isInteger(value) || value < least)
      throw new InvalidArgumentError(
        `Give a time such as ${unit === 's' ? '30s, 5m' : unit === 'm' ? '15m, 2h' : '26h, 3d'}.`,
      );
    return value;
  };

// A parser that gave null would be taken for one that gave nothing.
const freshWord = (text: string) => ({ hours: text.trim() === 'none' ? null : timeWord('h', 1)(text) });

function shareWord(text: string): { percent: number | null } {
  if (text.trim() === 'none') return { percent: null };
  return { percent: wholeNumber(0, 100)(text.trim().replace(/\s*%$/, '')) };
}

function listWord(text: string, before: readonly string[] = []): string[] {
  if (text.trim() === 'none') return [];
  const given = text.split(',').map((one) => one.trim());
  return [...before, ...given.filter((one) => one !== '')];
}

const DAYS = ['sun', 'mon', 'tue', 'wed', 'thu', 'fri', 'sat'];

/** `08:00-17:00`, with days before it or not; `none` takes away those that there are. */
export function blackoutWord(text: string, before: Blackout[] | null = null): Blackout[] {
  if (text.trim() === 'none') return [];
  const [, days, from = '', until = ''] =
    /^(?:([a-z,-]+)\s+)?(\d{1,2}:\d{2})\s*-\s*(\d{1,2}:\d{2})$/.exec(text.trim().toLowerCase()) ?? [];
  if (!from || !until) throw wrongHours();
  return [...(before ?? []), { from, until, days: days === undefined ? null : daysIn(days) }];
}

function daysIn(text: string): number[] {
  const found = text.split(',').flatMap((part) => {
    const [first = -1, last = first, ...more] = part.split('-').map((day) => DAYS.indexOf(day));
    if (first < 0 || last < 0 || more.length > 0) throw wrongHours();
    const count = ((last - first + 7) % 7) + 1;
    return Array.from({ length: count }, (_, index) => (first + index) % 7);
  });
  return [...new Set(found)].sort();
}

const wrongHours = () =>
  new InvalidArgumentError('Write 08:00-17:00, or mon-fri 08:00-17:00, or sat,sun 00:00-24:00.');
