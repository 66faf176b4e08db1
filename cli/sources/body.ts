// What the API is told of a source: flags, and a file of settings, put together; of one that is there what they change.
import { readFile } from 'node:fs/promises';
import { isAbsolute, resolve } from 'node:path';
import { text as textOf } from 'node:stream/consumers';
import type { NewSourceAsked, Source, SourcePatchAsked } from '../../api/wire-sources.ts';
import { Refusal } from '../../domain/refusal.ts';
import { wireOptions } from '../import-options.ts';
import type { PlaceFlags, SourceFlags } from './flags.ts';

type Place = NewSourceAsked['place'];
type Secret = NonNullable<NewSourceAsked['secret']>;
type Part = NewSourceAsked['parts'][number];

/** What is sent to make a source. Refuses what nothing says. */
export async function newBody(
  name: string,
  site: number | undefined,
  flags: SourceFlags,
): Promise<NewSourceAsked> {
  const { name: _name, ...given } = await patchOf(flags, undefined);
  const body = { ...given, ...(site !== undefined && { siteId: site }), name };
  const lacking = [
    'siteId' in body ? [] : ['--site N'],
    'place' in body ? [] : ['--directory, --sftp, --https or --s3'],
    'parts' in body ? [] : ['--files PATTERN'],
    'schedule' in body ? [] : ['--cron or --every'],
  ].flat();
  if (lacking.length > 0)
    throw new Refusal('invalid', `Say also: ${lacking.join('; ')}. Or give a --file of settings.`);
  return body as NewSourceAsked;
}

/** What is sent to change a source: what flags and file name, the rest of a place, a part or a schedule as it is. */
export async function patchOf(flags: SourceFlags, now: Source | undefined): Promise<SourcePatchAsked> {
  const file: SourcePatchAsked = flags.file === undefined ? {} : await settingsIn(flags.file);
  const place = await placeOf(flags, (file.place ?? now?.place) as Place | undefined);
  const secret = await secretOf(flags);
  const parts = partsOf(flags, (file.parts ?? now?.parts) as Part[] | undefined);
  const schedule = scheduleOf(flags, file.schedule ?? now?.schedule);
  const takesNone =
    place !== undefined && (place.kind === 'directory' || (place.kind === 'https' && !place.authHeader));
  return {
    ...file,
    ...(place && { place }),
    ...(secret ? { secret } : takesNone && now?.hasSecret ? { secret: null } : {}),
    ...(parts && { parts }),
    ...(schedule && { schedule }),
    ...careOf(flags),
  };
}

function careOf(flags: SourceFlags): SourcePatchAsked {
  const { marker, rest, trailer, countFile, fewerRows, setWait, notify, tells, fresh } = flags;
  refuseBoth(flags, ['marker', 'rest'], ['trailer', 'countFile']);
  return {
    ...(marker !== undefined && { readiness: { kind: 'marker', suffix: marker } }),
    ...(rest !== undefined && { readiness: { kind: 'rest', restSeconds: rest } }),
    ...(trailer !== undefined && { rowCount: { kind: 'trailer', word: trailer } }),
    ...(countFile !== undefined && { rowCount: { kind: 'file', suffix: countFile } }),
    ...(fewerRows && { fewerRowsPercentMax: fewerRows.percent }),
    ...(setWait !== undefined && { setWaitMinutes: setWait }),
    ...(notify && { notify }),
    ...(tells && { tells }),
    ...(fresh && { freshHours: fresh.hours }),
  };
}

const PLACES = ['directory', 'sftp', 'https', 's3'] as const;
/** Flags that change a part of a place. */
const PLACE_PARTS = {
  sftp: ['port', 'hostKey'],
  https: ['authHeader', 'caFile'],
  s3: ['region', 'endpoint', 'pathStyle'],
} as const;

async function placeOf(flags: PlaceFlags, now: Place | undefined): Promise<Place | undefined> {
  refuseBoth(flags, PLACES);
  const named = PLACES.find((kind) => flags[kind] !== undefined);
  const kind =
    named ??
    (now && now.kind !== 'directory' && PLACE_PARTS[now.kind].some((part) => flags[part] !== undefined)
      ? now.kind
      : undefined);
  if (kind === undefined) return undefined;
  const before = now?.kind === kind ? now : {};
  if (kind === 'directory') return { kind, path: folderOf(flags.directory ?? '') };
  const parts = { ...(await partsOfPlace(flags, kind)) };
  return { ...before, ...wholePlace(flags, kind), ...parts } as Place;
}

/** A folder of the server: what stands as a whole path is one there, whatever this machine's paths look like. */
const folderOf = (path: string): string => (path.startsWith('/') || isAbsolute(path) ? path : resolve(path));

function wholePlace({ sftp, https, s3 }: PlaceFlags, kind: 'sftp' | 'https' | 's3'): object {
  if (kind === 'sftp') return { kind, ...sftp };
  if (kind === 'https') return { kind, ...(https !== undefined && { url: https }) };
  return { kind, ...s3 };
}

async function partsOfPlace(flags: PlaceFlags, kind: 'sftp' | 'https' | 's3'): Promise<object> {
  const { port, hostKey, authHeader, caFile, region, endpoint, pathStyle } = flags;
  if (kind === 'sftp') return { ...(port !== undefined && { port }), ...(hostKey && { hostKeys: hostKey }) };
  if (kind === 'https')
    return {
      ...(authHeader !== undefined && { authHeader }),
      ...(caFile !== undefined && { authority: await contentOf(caFile) }),
    };
  return {
    ...(region !== undefined && { region }),
    ...(endpoint !== undefined && { endpoint }),
    ...(pathStyle && { isPathStyle: true }),
  };
}

async function secretOf(flags: PlaceFlags): Promise<Secret | undefined> {
  const { keyFile, passphraseFile, passwordFile, authFile, s3KeyFile } = flags;
  const files = [keyFile, passphraseFile, passwordFile, authFile, s3KeyFile].filter(
    (file) => file !== undefined,
  );
  if (files.length === 0) return undefined;
  if (files.filter((file) => file === '-').length > 1)
    throw new Refusal(
      'invalid',
      'Standard input can be one of these files only. Give the others by their names.',
    );
  const lineIn = async (file: string) => (await contentOf(file)).replace(/\r?\n$/, '');
  return {
    ...(keyFile !== undefined && { privateKey: await contentOf(keyFile) }),
    ...(passphraseFile !== undefined && { passphrase: await lineIn(passphraseFile) }),
    ...(passwordFile !== undefined && { password: await lineIn(passwordFile) }),
    ...(authFile !== undefined && { headerValue: await lineIn(authFile) }),
    ...(s3KeyFile !== undefined && s3KeyIn(await contentOf(s3KeyFile))),
  };
}

/** Two lines, with names before them, as AWS writes them, or without. */
function s3KeyIn(content: string): Pick<Secret, 'accessKeyId' | 'secretAccessKey'> {
  const lines = content.split(/\r?\n/).filter((line) => line.trim() !== '' && !/^\s*[[#]/.test(line));
  const named = (name: RegExp, index: number) => {
    const line = lines.find((one) => name.test(one)) ?? lines[index];
    return line?.replace(/^\s*(?:export\s+)?[A-Za-z_]+\s*=\s*/, '').trim();
  };
  const accessKeyId = named(/access_key_id/i, 0);
  const secretAccessKey = named(/secret_access_key/i, 1);
  if (accessKeyId && secretAccessKey) return { accessKeyId, secretAccessKey };
  throw new Refusal(
    'invalid',
    'The file of the S3 key has the access key id on one line, and the secret on the next.',
  );
}

function partsOf(flags: SourceFlags, now: Part[] | undefined): Part[] | undefined {
  // It is what the source says of all its files, not what one run is told.
  const { trailer: _trailer, ...ofRun } = flags;
  const options = wireOptions(ofRun);
  const isNamed = flags.files !== undefined || flags.preset !== undefined || Object.keys(options).length > 0;
  if (!isNamed) return undefined;
  if (now && now.length > 1)
    throw new Refusal(
      'invalid',
      'This source runs several parts. Change them by --file with all of its parts.',
    );
  const [before] = now ?? [];
  const patterns = flags.files ?? before?.patterns;
  // What is said of files that nobody has named is for --file to say.
  if (!patterns) throw new Refusal('invalid', 'Say which files by --files PATTERN; or all parts by --file.');
  const preset = flags.preset ?? before?.preset;
  return [{ patterns, ...(preset !== undefined && { preset }), options: changedOptions(before, options) }];
}

/** A limit that is named changes alone: those beside it still guard. */
function changedOptions(
  before: Part | undefined,
  options: ReturnType<typeof wireOptions>,
): NonNullable<Part['options']> {
  const { maxChangePercent, ...others } = before?.options ?? {};
  const { limits, mapping, ...named } = options;
  // The short word for the same limit would hold beside it, if it is the tighter one.
  const short = maxChangePercent === undefined || limits?.changed ? {} : { maxChangePercent };
  return {
    ...others,
    ...short,
    ...named,
    ...(limits && { limits: { ...others.limits, ...limits } }),
    ...(mapping && { mapping: { ...others.mapping, ...mapping } }),
  };
}

function scheduleOf(
  flags: SourceFlags,
  now: NewSourceAsked['schedule'] | undefined,
): NewSourceAsked['schedule'] | undefined {
  const { cron, every, timeZone, jitter, notBetween } = flags;
  refuseBoth(flags, ['cron', 'every']);
  const rest = {
    ...(timeZone !== undefined && { timeZone }),
    ...(jitter !== undefined && { jitterSeconds: jitter }),
    ...(notBetween && { blackouts: notBetween }),
  };
  const when =
    cron !== undefined
      ? { kind: 'cron' as const, cron }
      : every !== undefined
        ? { kind: 'interval' as const, everyMinutes: every }
        : now?.when;
  if (cron === undefined && every === undefined && Object.keys(rest).length === 0) return undefined;
  if (!when) throw new Refusal('invalid', 'Say when it looks: by --cron or --every.');
  return { ...now, when, ...rest };
}

function refuseBoth<Flags extends object>(
  flags: Flags,
  ...groups: readonly (readonly (keyof Flags & string)[])[]
): void {
  for (const group of groups) {
    const given = group.filter((name) => flags[name] !== undefined).map(flagOf);
    if (given.length > 1)
      throw new Refusal('invalid', `${given.join(' and ')} exclude each other. Give one of them.`);
  }
}

const flagOf = (name: string): string =>
  `--${name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)}`;

async function settingsIn(file: string): Promise<SourcePatchAsked> {
  const content = await contentOf(file);
  try {
    const settings: unknown = JSON.parse(content);
    if (typeof settings === 'object' && settings !== null && !Array.isArray(settings)) return settings;
  } catch {
    // Said below.
  }
  throw new Refusal('invalid', `${file} is no JSON object of settings. docs/sources.md has one.`);
}

async function contentOf(file: string): Promise<string> {
  if (file === '-') return textOf(process.stdin);
  try {
    return await readFile(file, 'utf8');
  } catch (error) {
    throw new Refusal('invalid', `${file} can't be read (${(error as NodeJS.ErrnoException).code}).`);
  }
}
