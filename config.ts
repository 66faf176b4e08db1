// The settings of Muster: the only reader of the environment, which names every fault at once.
import type { z } from 'zod';
import {
  byteSize,
  fileStore,
  hostAndPort,
  LOG_LEVELS,
  logLevel,
  mailbox,
  minutes,
  networks,
  proxies,
  readableFile,
  text,
  url,
  whole,
  yesNo,
} from './config-values.ts';
import { closestTo } from './domain/spelling.ts';

/** One variable of the environment: how it is read, what it means, and what stands in where it is unset. */
type Setting<Value> = {
  read: z.ZodType<Value>;
  means: string;
  example: string;
  /** Read in place of an unset variable. */
  fallback?: string;
  isRequired: boolean;
};

const required = <Value>(read: z.ZodType<Value>, example: string, means: string): Setting<Value> => ({
  read,
  means,
  example,
  isRequired: true,
});
const optional = <Value>(read: z.ZodType<Value>, example: string, means: string): Setting<Value | null> => ({
  read,
  means,
  example,
  isRequired: false,
});
const defaulted = <Value>(read: z.ZodType<Value>, fallback: string, means: string): Setting<Value> => ({
  read,
  means,
  example: fallback,
  fallback,
  isRequired: false,
});

/** Every variable that the worker and the API read. `.env.example` and docs/configuration.md say the same. */
export const SETTINGS = {
  DATABASE_URL: required(
    url('postgres:', 'postgresql:'),
    'postgres://muster:secret@localhost:5432/muster',
    'The Postgres 18 database. Its user may create tables: migrations run at start.',
  ),
  DATABASE_POOL_MAX: defaulted(whole(2, 500), '10', 'Connections that one process opens at most.'),
  TEMPORAL_ADDRESS: required(hostAndPort, 'localhost:7233', 'Host and port of the Temporal server.'),
  TEMPORAL_NAMESPACE: defaulted(text, 'default', 'The Temporal namespace that the workflows live in.'),
  TEMPORAL_TLS: optional(
    yesNo,
    'true',
    'Whether to speak TLS with Temporal. On by itself where a certificate, server name or API key is set.',
  ),
  TEMPORAL_TLS_CERT: optional(readableFile, '/run/secrets/temporal.pem', 'File with the client certificate.'),
  TEMPORAL_TLS_KEY: optional(readableFile, '/run/secrets/temporal.key', 'File with its private key.'),
  TEMPORAL_TLS_CA: optional(
    readableFile,
    '/run/secrets/ca.pem',
    'File with the authority that signed the server’s certificate, where the system does not know it.',
  ),
  TEMPORAL_TLS_SERVER_NAME: optional(
    text,
    'temporal.example.org',
    'The name in the server’s certificate, where it differs from the host.',
  ),
  TEMPORAL_API_KEY: optional(text, 'eyJhbGciOi…', 'API key of Temporal Cloud.'),
  TEMPORAL_UI_URL: optional(
    url('http:', 'https:'),
    'http://localhost:8080',
    'The Temporal UI, where TEMPORAL_ADDRESS is given: `muster up` shows it.',
  ),
  SMTP_URL: required(
    url('smtp:', 'smtps:'),
    'smtp://user:secret@mail.example.org:587',
    'The mail server. smtps:// speaks TLS from the first byte; smtp:// turns to TLS where it is offered.',
  ),
  MAIL_FROM: required(mailbox, 'Muster <muster@example.org>', 'The sender of all mails.'),
  FILES_URL: required(
    fileStore,
    'file:///var/lib/muster/files',
    'Where uploads wait until they are read: a folder that API and worker share, or s3://bucket/prefix.',
  ),
  HOST: defaulted(text, '127.0.0.1', 'The address that the API listens on; 0.0.0.0 for all.'),
  PORT: defaulted(whole(0, 65_535), '3000', 'The port that the API listens on; 0 takes any free one.'),
  PUBLIC_URL: optional(
    url('http:', 'https:'),
    'https://muster.example.org',
    'The API’s address as people reach it, for the links in mails. Required in production.',
  ),
  TRUST_PROXY: defaulted(
    proxies,
    '0',
    'How many proxies stand in front of the API, or their addresses: whose word on the client’s address counts.',
  ),
  UPLOAD_BYTES_MAX: defaulted(byteSize, '256MB', 'The largest upload: bytes, or a number with KB, MB or GB.'),
  MUSTER_DEV_MAIL_DIR: optional(
    text,
    '.muster/mail',
    'Folder of caught mails, shown at /dev/mail. For development only: whoever reaches the API reads them.',
  ),
  CHUNK_ROWS: defaulted(whole(1, 50_000), '5000', 'Rows that one statement applies.'),
  LANES: defaulted(whole(1, 16), '2', 'Chunks of one run that are applied at the same time.'),
  CONSENT_MINUTES: defaulted(
    minutes(525_600),
    '10080',
    'Minutes in which people must confirm or approve a run that asks; then it is cancelled. Reminders go half-way.',
  ),
  PAUSE_LOCK_MINUTES: defaulted(
    minutes(10_080),
    '15',
    'Minutes for which a paused run keeps its edit lock; then it lets it go and checks again when it is resumed.',
  ),
  RESULTS_DAYS: defaulted(whole(1, 3650), '30', 'Days that the results of an ended run are kept.'),
  WORKER_MAX_ACTIVITIES: defaulted(whole(1, 500), '20', 'Activities that one worker runs at the same time.'),
  SHUTDOWN_GRACE_SECONDS: defaulted(
    whole(0, 600),
    '30',
    'How long a process that is told to stop may finish what it has begun.',
  ),
  WEBHOOK_ALLOWED_NETWORKS: optional(
    networks,
    '10.20.0.0/16',
    'Networks inside that webhooks may lead to, also over http, as CIDR with commas; unset for none but public addresses.',
  ),
  METRICS_PORT: optional(
    whole(1, 65_535),
    '9464',
    'Port of the worker’s Prometheus metrics; unset for none.',
  ),
  LOG_LEVEL: defaulted(logLevel, 'info', `The least level that is logged: ${LOG_LEVELS.join(', ')}.`),
  NODE_ENV: defaulted(text, 'development', 'production writes logs as JSON and demands PUBLIC_URL.'),
} satisfies Record<string, Setting<unknown>>;

type SettingName = keyof typeof SETTINGS;
type Values = { [Name in SettingName]: (typeof SETTINGS)[Name] extends Setting<infer Value> ? Value : never };

/** Variables that other programs of Muster read: the command line. Known here so that they are not refused. */
export const CLI_VARIABLES = ['MUSTER_URL', 'MUSTER_API_KEY', 'MUSTER_DATA', 'MUSTER_LANG'] as const;

/** What is wrong with one variable, in words that follow its name. Never its value: it may be a secret. */
export type ConfigFault = { name: string; problem: string; example: string | null };

/** Thrown with everything that is wrong with the environment; its message is meant for a terminal. */
export class ConfigError extends Error {
  readonly faults: readonly ConfigFault[];

  constructor(faults: readonly ConfigFault[]) {
    const lines = faults.map(({ name, problem, example }) =>
      example === null ? `  ${name} ${problem}.` : `  ${name} ${problem}. Example: ${name}=${example}`,
    );
    const title = faults.length === 1 ? 'One setting needs you:' : `${faults.length} settings need you:`;
    super([title, ...lines, 'docs/configuration.md and .env.example explain each setting.'].join('\n'));
    this.name = 'ConfigError';
    this.faults = faults;
  }
}

export type Config = ReturnType<typeof group>;

/**
 * Reads and checks all settings. A variable that is set to nothing counts as unset.
 * Refuses with a ConfigError that names every fault; reads no other state than the named TLS files' readability.
 */
export function readConfig(env: Readonly<Record<string, string | undefined>>): Config {
  const faults: ConfigFault[] = [];
  const values: Record<string, unknown> = {};
  for (const [name, setting] of Object.entries<Setting<unknown>>(SETTINGS)) {
    const given = env[name]?.trim() || setting.fallback;
    if (given === undefined) {
      values[name] = null;
      if (setting.isRequired) faults.push({ name, problem: 'is missing', example: setting.example });
      continue;
    }
    const { success, data, error } = setting.read.safeParse(given);
    if (success) values[name] = data;
    else faults.push({ name, problem: error.issues[0]?.message ?? 'is wrong', example: setting.example });
  }
  faults.push(...disagreements(env), ...strangers(env));
  if (faults.length > 0) throw new ConfigError(faults);
  return group(values as Values);
}

function group(values: Values) {
  const { HOST, PORT } = values;
  const tls = {
    certificatePath: values.TEMPORAL_TLS_CERT,
    keyPath: values.TEMPORAL_TLS_KEY,
    caPath: values.TEMPORAL_TLS_CA,
    serverName: values.TEMPORAL_TLS_SERVER_NAME,
  };
  const isTls =
    values.TEMPORAL_TLS ?? [...Object.values(tls), values.TEMPORAL_API_KEY].some((value) => value !== null);
  const ownUrl = `http://${HOST === '0.0.0.0' || HOST === '::' ? 'localhost' : HOST}:${PORT}`;
  return {
    /** Without a slash at its end. */
    publicUrl: (values.PUBLIC_URL ?? ownUrl).replace(/\/+$/, ''),
    database: { url: values.DATABASE_URL, poolMax: values.DATABASE_POOL_MAX },
    temporal: {
      address: values.TEMPORAL_ADDRESS,
      namespace: values.TEMPORAL_NAMESPACE,
      tls: isTls ? tls : null,
      apiKey: values.TEMPORAL_API_KEY,
      uiUrl: values.TEMPORAL_UI_URL?.replace(/\/+$/, '') ?? null,
    },
    mail: { smtpUrl: values.SMTP_URL, from: values.MAIL_FROM },
    files: { url: values.FILES_URL },
    http: {
      host: HOST,
      port: PORT,
      trustProxy: values.TRUST_PROXY,
      uploadBytesMax: values.UPLOAD_BYTES_MAX,
      devMailDir: values.MUSTER_DEV_MAIL_DIR,
    },
    worker: {
      chunkRows: values.CHUNK_ROWS,
      lanes: values.LANES,
      activitiesMax: values.WORKER_MAX_ACTIVITIES,
    },
    resultsDays: values.RESULTS_DAYS,
    consents: { consentMinutes: values.CONSENT_MINUTES, pauseLockMinutes: values.PAUSE_LOCK_MINUTES },
    shutdownGraceMs: values.SHUTDOWN_GRACE_SECONDS * 1000,
    webhooks: { allowedNetworks: values.WEBHOOK_ALLOWED_NETWORKS ?? [] },
    metrics: { port: values.METRICS_PORT },
    log: { level: values.LOG_LEVEL, isJson: values.NODE_ENV === 'production' },
  };
}

function disagreements(env: Readonly<Record<string, string | undefined>>): ConfigFault[] {
  const isSet = (name: SettingName) => Boolean(env[name]?.trim());
  const faults: ConfigFault[] = [];
  const add = (name: SettingName, problem: string) =>
    faults.push({ name, problem, example: SETTINGS[name].example });
  if (isSet('TEMPORAL_TLS_CERT') && !isSet('TEMPORAL_TLS_KEY')) {
    add('TEMPORAL_TLS_KEY', 'is missing: TEMPORAL_TLS_CERT needs its private key');
  }
  if (isSet('TEMPORAL_TLS_KEY') && !isSet('TEMPORAL_TLS_CERT')) {
    add('TEMPORAL_TLS_CERT', 'is missing: TEMPORAL_TLS_KEY belongs to a certificate');
  }
  const forTls = ['TEMPORAL_TLS_CERT', 'TEMPORAL_TLS_CA', 'TEMPORAL_TLS_SERVER_NAME'] as const;
  const contradicting = forTls.find(isSet);
  if (env['TEMPORAL_TLS']?.trim() === 'false' && contradicting) {
    add('TEMPORAL_TLS', `is false, and ${contradicting} is for TLS`);
  }
  if (env['NODE_ENV']?.trim() === 'production' && !isSet('PUBLIC_URL')) {
    add('PUBLIC_URL', 'is missing: in production, mails link to it');
  }
  return faults;
}

/** A mistyped MUSTER_ variable would be left unread in silence: it is refused, with the name that was meant. */
function strangers(env: Readonly<Record<string, string | undefined>>): ConfigFault[] {
  const known: [string, ...string[]] = [...CLI_VARIABLES, ...Object.keys(SETTINGS)];
  return Object.keys(env)
    .filter((name) => name.startsWith('MUSTER_') && !known.includes(name))
    .map((name) => {
      const bare = name.slice('MUSTER_'.length);
      return {
        name,
        problem: `is no setting; did you mean ${known.includes(bare) ? bare : closestTo(name, known)}?`,
        example: null,
      };
    });
}
