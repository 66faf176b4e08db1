// The form of a source as the API takes it: for one that is new, or in place of what is there.
import type { NewSourceAsked, Source } from '../../../../api/wire-sources.ts';
import type { SourceSchedule } from '../../../../domain/sources/schedule.ts';
import { SECRETS_OF, type SourceValues } from './source-values.ts';

const lines = (text: string): string[] =>
  text
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line !== '');

const numberOr = (value: number | '', otherwise: number): number => (value === '' ? otherwise : value);

/** `8:00` as `08:00`. */
const hour = (text: string): string => text.trim().replace(/^\d:/, '0$&');

const EVERY_DAY = 7;

export function scheduleOf(values: SourceValues, before?: Source): SourceSchedule {
  const jitter = numberOr(values.jitterMinutes, 0);
  const wasJitter = before?.schedule.jitterSeconds ?? 0;
  return {
    when:
      values.repeat === 'cron'
        ? { kind: 'cron', cron: values.cron.trim() }
        : { kind: 'interval', everyMinutes: numberOr(values.everyMinutes, 0) },
    timeZone: values.timeZone,
    // Seconds that nobody has touched stay as they are.
    jitterSeconds: Math.round(wasJitter / 60) === jitter ? wasJitter : jitter * 60,
    blackouts: values.blackouts.map(({ from, until, days }) => ({
      from: hour(from),
      until: hour(until),
      days: days.length === 0 || days.length === EVERY_DAY ? null : [...days].sort(),
    })),
  };
}

function placeOf(values: SourceValues): NewSourceAsked['place'] {
  switch (values.kind) {
    case 'directory':
      return { kind: 'directory', path: values.path };
    case 'sftp':
      return {
        kind: 'sftp',
        host: values.host,
        port: numberOr(values.port, 22),
        user: values.user,
        path: values.path === '' ? '.' : values.path,
        hostKeys: lines(values.hostKeys),
      };
    case 'https':
      return {
        kind: 'https',
        url: values.url,
        authHeader: values.authHeader === '' ? null : values.authHeader,
        authority: values.authority.trim() === '' ? null : values.authority,
      };
    case 's3':
      return {
        kind: 's3',
        bucket: values.bucket,
        prefix: values.prefix,
        region: values.region,
        endpoint: values.endpoint === '' ? null : values.endpoint,
        isPathStyle: values.isPathStyle,
      };
  }
}

/** Of several runs the form shows the first, and changes none. */
function partsOf(values: SourceValues, before?: Source): NewSourceAsked['parts'] {
  if (before && before.parts.length > 1) return before.parts;
  const {
    action: _,
    absent: __,
    invite: ___,
    maxChangePercent: ____,
    rowsMin: _____,
    ...kept
  } = (before?.parts[0]?.options ?? {}) as Record<string, unknown>;
  const options = {
    ...kept,
    ...(values.action !== '' && { action: values.action }),
    ...(values.action === 'sync' && values.absent !== '' && { absent: values.absent }),
    ...(values.invite !== '' && { invite: values.invite }),
    ...(values.maxChange !== '' && { maxChangePercent: values.maxChange }),
    ...(values.rowsMin !== '' && { rowsMin: values.rowsMin }),
  };
  return [
    { patterns: lines(values.patterns), preset: values.preset, options },
  ] as unknown as NewSourceAsked['parts'];
}

/** The secret as far as it was given; undefined where nothing was: then what is kept stays. */
function secretOf({ kind, secret }: SourceValues): NewSourceAsked['secret'] {
  const given = SECRETS_OF[kind].flatMap((name) => (secret[name] ? [[name, secret[name]]] : []));
  return given.length === 0 ? undefined : Object.fromEntries(given);
}

function rowCountOf({ rowCount, trailerWord, countSuffix }: SourceValues): Source['rowCount'] {
  if (rowCount === 'none') return null;
  return rowCount === 'trailer'
    ? { kind: 'trailer', word: trailerWord.trim() }
    : { kind: 'file', suffix: countSuffix.trim() };
}

/** What is saved, for a new source and for one that is changed. */
export function askedOf(values: SourceValues, before?: Source) {
  const secret = secretOf(values);
  const notify = lines(values.notify);
  return {
    name: values.name,
    place: placeOf(values),
    parts: partsOf(values, before),
    schedule: scheduleOf(values, before) as NewSourceAsked['schedule'],
    readiness:
      values.ready === 'rest'
        ? { kind: 'rest' as const, restSeconds: numberOr(values.restSeconds, 60) }
        : { kind: 'marker' as const, suffix: values.markerSuffix.trim() },
    rowCount: rowCountOf(values),
    // Left out of a new one, a sync still has a limit.
    ...((before || values.fewerRows !== '') && {
      fewerRowsPercentMax: values.fewerRows === '' ? null : values.fewerRows,
    }),
    setWaitMinutes: numberOr(values.setWaitMinutes, 60),
    // Left out of a new one, whoever sets it up is told.
    ...((before || notify.length > 0) && { notify }),
    tells: values.tells,
    freshHours: values.freshHours === '' ? null : values.freshHours,
    ...(secret && { secret }),
  };
}
