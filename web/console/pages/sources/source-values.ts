// The form of a source: what stands in its fields, from a source and to what the API takes.
import type { NewSourceAsked, Source } from '../../../../api/wire-sources.ts';
import type { SourceSchedule } from '../../../../domain/sources/schedule.ts';

export type SourceValues = {
  name: string;
  kind: Source['place']['kind'];
  path: string;
  host: string;
  port: number | '';
  user: string;
  hostKeys: string;
  url: string;
  authHeader: string;
  bucket: string;
  prefix: string;
  region: string;
  endpoint: string;
  secret: Readonly<Record<string, string>>;
  patterns: string;
  restSeconds: number | '';
  preset: string;
  /** '' is as the preset says, here and below. */
  action: string;
  absent: string;
  invite: string;
  maxChange: number | '';
  repeat: 'cron' | 'interval';
  cron: string;
  everyMinutes: number | '';
  timeZone: string;
  jitterMinutes: number | '';
  blackoutFrom: string;
  blackoutUntil: string;
  notify: string;
  tells: Source['tells'];
  freshHours: number | '';
};

/** What a place takes as its secret. */
export const SECRETS_OF: Readonly<Record<SourceValues['kind'], readonly string[]>> = {
  directory: [],
  sftp: ['password', 'privateKey', 'passphrase'],
  https: ['headerValue'],
  s3: ['accessKeyId', 'secretAccessKey'],
};

export const EMPTY_VALUES: SourceValues = {
  name: '',
  kind: 'sftp',
  path: '',
  host: '',
  port: 22,
  user: '',
  hostKeys: '',
  url: '',
  authHeader: '',
  bucket: '',
  prefix: '',
  region: 'us-east-1',
  endpoint: '',
  secret: {},
  patterns: 'people-*.csv',
  restSeconds: 60,
  preset: 'people',
  action: '',
  absent: '',
  invite: '',
  maxChange: '',
  repeat: 'cron',
  cron: '30 2 * * *',
  everyMinutes: 60,
  timeZone: Intl.DateTimeFormat().resolvedOptions().timeZone,
  jitterMinutes: 0,
  blackoutFrom: '',
  blackoutUntil: '',
  notify: '',
  tells: 'problems',
  freshHours: '',
};

const lines = (text: string): string[] =>
  text
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line !== '');

const numberOr = (value: number | '', otherwise: number): number => (value === '' ? otherwise : value);

export function valuesOf(source: Source): SourceValues {
  const { place, schedule, readiness } = source;
  const [part] = source.parts;
  const options = (part?.options ?? {}) as Partial<Record<string, unknown>>;
  const text = (value: unknown) => (typeof value === 'string' ? value : '');
  const [blackout] = schedule.blackouts ?? [];
  return {
    ...EMPTY_VALUES,
    name: source.name,
    kind: place.kind,
    ...(place.kind === 'directory' && { path: place.path }),
    ...(place.kind === 'sftp' && {
      host: place.host,
      port: place.port,
      user: place.user,
      path: place.path,
      hostKeys: place.hostKeys.join('\n'),
    }),
    ...(place.kind === 'https' && { url: place.url, authHeader: place.authHeader ?? '' }),
    ...(place.kind === 's3' && {
      bucket: place.bucket,
      prefix: place.prefix,
      region: place.region,
      endpoint: place.endpoint ?? '',
    }),
    patterns: (part?.patterns ?? []).join('\n'),
    restSeconds: readiness.kind === 'rest' ? readiness.restSeconds : '',
    preset: part?.preset ?? 'people',
    action: text(options['action']),
    absent: text(options['absent']),
    invite: text(options['invite']),
    maxChange: typeof options['maxChangePercent'] === 'number' ? options['maxChangePercent'] : '',
    repeat: schedule.when.kind,
    cron: schedule.when.kind === 'cron' ? schedule.when.cron : EMPTY_VALUES.cron,
    everyMinutes: schedule.when.kind === 'interval' ? schedule.when.everyMinutes : 60,
    timeZone: schedule.timeZone,
    jitterMinutes: Math.round(schedule.jitterSeconds / 60),
    blackoutFrom: blackout?.from ?? '',
    blackoutUntil: blackout?.until ?? '',
    notify: source.notify.join('\n'),
    tells: source.tells,
    freshHours: source.freshHours ?? '',
  };
}

export function scheduleOf(values: SourceValues, before?: Source): SourceSchedule {
  const [first, ...others] = before?.schedule.blackouts ?? [];
  const { blackoutFrom: from, blackoutUntil: until } = values;
  const own = from === '' && until === '' ? [] : [{ from, until, days: first?.days ?? null }];
  return {
    when:
      values.repeat === 'cron'
        ? { kind: 'cron', cron: values.cron.trim() }
        : { kind: 'interval', everyMinutes: numberOr(values.everyMinutes, 0) },
    timeZone: values.timeZone,
    jitterSeconds: numberOr(values.jitterMinutes, 0) * 60,
    blackouts: [...own, ...others],
  };
}

function placeOf(values: SourceValues, before?: Source): NewSourceAsked['place'] {
  const was = before?.place;
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
        authority: was?.kind === 'https' ? was.authority : null,
      };
    case 's3':
      return {
        kind: 's3',
        bucket: values.bucket,
        prefix: values.prefix,
        region: values.region,
        endpoint: values.endpoint === '' ? null : values.endpoint,
        isPathStyle: was?.kind === 's3' ? was.isPathStyle : values.endpoint !== '',
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
    ...kept
  } = (before?.parts[0]?.options ?? {}) as Record<string, unknown>;
  const options = {
    ...kept,
    ...(values.action !== '' && { action: values.action }),
    ...(values.absent !== '' && { absent: values.absent }),
    ...(values.invite !== '' && { invite: values.invite }),
    ...(values.maxChange !== '' && { maxChangePercent: values.maxChange }),
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

/** What is saved, for a new source and for one that is changed. */
export function askedOf(values: SourceValues, before?: Source) {
  const secret = secretOf(values);
  const notify = lines(values.notify);
  return {
    name: values.name,
    place: placeOf(values, before),
    parts: partsOf(values, before),
    schedule: scheduleOf(values, before) as NewSourceAsked['schedule'],
    readiness:
      values.restSeconds === '' && before
        ? before.readiness
        : { kind: 'rest' as const, restSeconds: numberOr(values.restSeconds, 60) },
    // Left out of a new one, whoever sets it up is told.
    ...((before || notify.length > 0) && { notify }),
    tells: values.tells,
    freshHours: values.freshHours === '' ? null : values.freshHours,
    ...(secret && { secret }),
  };
}
