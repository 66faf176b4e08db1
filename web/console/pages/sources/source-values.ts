// The form of a source: what stands in its fields, of a new one and of one that is there.
import type { Source } from '../../../../api/wire-sources.ts';

/** Hours in which no run begins. `days`: 0 for Sunday; none is every day. */
export type BlackoutValues = { from: string; until: string; days: readonly number[] };

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
  authority: string;
  bucket: string;
  prefix: string;
  region: string;
  endpoint: string;
  isPathStyle: boolean;
  secret: Readonly<Record<string, string>>;
  patterns: string;
  ready: 'rest' | 'marker';
  restSeconds: number | '';
  markerSuffix: string;
  setWaitMinutes: number | '';
  preset: string;
  /** '' is as the preset says, here and below. */
  action: string;
  absent: string;
  invite: string;
  maxChange: number | '';
  rowsMin: number | '';
  rowCount: 'none' | 'trailer' | 'file';
  trailerWord: string;
  countSuffix: string;
  /** '' of a new one is what the API takes then, of one that is there no limit. */
  fewerRows: number | '';
  repeat: 'cron' | 'interval';
  cron: string;
  everyMinutes: number | '';
  timeZone: string;
  jitterMinutes: number | '';
  blackouts: readonly BlackoutValues[];
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
  authority: '',
  bucket: '',
  prefix: '',
  region: 'us-east-1',
  endpoint: '',
  isPathStyle: false,
  secret: {},
  patterns: 'people-*.csv',
  ready: 'rest',
  restSeconds: 60,
  markerSuffix: '.done',
  setWaitMinutes: 60,
  preset: 'people',
  action: '',
  absent: '',
  invite: '',
  maxChange: '',
  rowsMin: '',
  rowCount: 'none',
  trailerWord: '',
  countSuffix: '.count',
  fewerRows: '',
  repeat: 'cron',
  cron: '30 2 * * *',
  everyMinutes: 60,
  timeZone: Intl.DateTimeFormat().resolvedOptions().timeZone,
  jitterMinutes: 0,
  blackouts: [],
  notify: '',
  tells: 'problems',
  freshHours: '',
};

export function valuesOf(source: Source): SourceValues {
  const { place, schedule, readiness, rowCount } = source;
  const [part] = source.parts;
  const options = (part?.options ?? {}) as Partial<Record<string, unknown>>;
  const text = (value: unknown) => (typeof value === 'string' ? value : '');
  const count = (value: unknown) => (typeof value === 'number' ? value : '');
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
    ...(place.kind === 'https' && {
      url: place.url,
      authHeader: place.authHeader ?? '',
      authority: place.authority ?? '',
    }),
    ...(place.kind === 's3' && {
      bucket: place.bucket,
      prefix: place.prefix,
      region: place.region,
      endpoint: place.endpoint ?? '',
      isPathStyle: place.isPathStyle,
    }),
    patterns: (part?.patterns ?? []).join('\n'),
    ready: readiness.kind,
    ...(readiness.kind === 'rest'
      ? { restSeconds: readiness.restSeconds }
      : { markerSuffix: readiness.suffix }),
    setWaitMinutes: source.setWaitMinutes,
    preset: part?.preset ?? 'people',
    action: text(options['action']),
    absent: text(options['absent']),
    invite: text(options['invite']),
    maxChange: count(options['maxChangePercent']),
    rowsMin: count(options['rowsMin']),
    rowCount: rowCount?.kind ?? 'none',
    ...(rowCount?.kind === 'trailer' && { trailerWord: rowCount.word }),
    ...(rowCount?.kind === 'file' && { countSuffix: rowCount.suffix }),
    fewerRows: source.fewerRowsPercentMax ?? '',
    repeat: schedule.when.kind,
    cron: schedule.when.kind === 'cron' ? schedule.when.cron : EMPTY_VALUES.cron,
    everyMinutes: schedule.when.kind === 'interval' ? schedule.when.everyMinutes : 60,
    timeZone: schedule.timeZone,
    jitterMinutes: Math.round(schedule.jitterSeconds / 60),
    blackouts: (schedule.blackouts ?? []).map(({ from, until, days }) => ({ from, until, days: days ?? [] })),
    notify: source.notify.join('\n'),
    tells: source.tells,
    freshHours: source.freshHours ?? '',
  };
}
