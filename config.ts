// The settings of Muster: the only reader of the environment, which names every fault at once.
import { SETTINGS, type Setting } from './config-settings.ts';
import { closestTo } from './domain/spelling.ts';

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
 * Refuses with a ConfigError that names every fault; reads no other state than the named files.
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
    invitations: {
      perSecond: values.INVITATIONS_PER_SECOND,
      connections: values.INVITATION_CONNECTIONS,
    },
    files: { url: values.FILES_URL },
    http: {
      host: HOST,
      port: PORT,
      trustProxy: values.TRUST_PROXY,
      uploadBytesMax: values.UPLOAD_BYTES_MAX,
      devMailDir: values.MUSTER_DEV_MAIL_DIR,
    },
    oidc: oidcOf(values),
    worker: {
      chunkRows: values.CHUNK_ROWS,
      lanes: values.LANES,
      activitiesMax: values.WORKER_MAX_ACTIVITIES,
    },
    photos: {
      bytesMax: values.PHOTO_BYTES_MAX,
      cardholderBytesMax: values.CARDHOLDER_PHOTO_BYTES_MAX,
      pixelsMax: values.PHOTO_MEGAPIXELS_MAX * 1e6,
      atOnce: values.PICTURES_AT_ONCE,
      zipBytesMax: Math.max(values.PHOTO_ZIP_BYTES_MAX, values.UPLOAD_BYTES_MAX),
    },
    resultsDays: values.RESULTS_DAYS,
    consents: { consentMinutes: values.CONSENT_MINUTES, pauseLockMinutes: values.PAUSE_LOCK_MINUTES },
    shutdownGraceMs: values.SHUTDOWN_GRACE_SECONDS * 1000,
    webhooks: { allowedNetworks: values.WEBHOOK_ALLOWED_NETWORKS ?? [] },
    /** What seals secrets, the first, and what opens them; null where there is none. */
    secrets: values.SECRETS_KEYS ?? values.SECRETS_KEYS_FILE,
    sources: {
      allowedNetworks: values.SOURCE_ALLOWED_NETWORKS ?? [],
      directories: values.SOURCE_DIRECTORIES ?? [],
    },
    metrics: { port: values.METRICS_PORT },
    log: { level: values.LOG_LEVEL, isJson: values.NODE_ENV === 'production' },
  };
}

/** The identity provider; null where none is named. */
function oidcOf(values: Values) {
  const { OIDC_ISSUER: issuer, OIDC_CLIENT_ID: clientId, OIDC_NAME: name } = values;
  const clientSecret = values.OIDC_CLIENT_SECRET ?? values.OIDC_CLIENT_SECRET_FILE;
  if (issuer === null || clientId === null || clientSecret === null) return null;
  return { issuer, clientId, clientSecret, scopes: values.OIDC_SCOPES, name: name ?? new URL(issuer).host };
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
  if (isSet('SECRETS_KEYS') && isSet('SECRETS_KEYS_FILE')) {
    add('SECRETS_KEYS_FILE', 'is given, and so is SECRETS_KEYS: give one of them');
  }
  for (const fault of oidcFaults(isSet)) add(...fault);
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

/** An identity provider is named whole, or not at all. */
function oidcFaults(isSet: (name: SettingName) => boolean): [SettingName, string][] {
  const secrets = ['OIDC_CLIENT_SECRET', 'OIDC_CLIENT_SECRET_FILE'] as const;
  const others = (['OIDC_CLIENT_ID', ...secrets, 'OIDC_NAME', 'OIDC_SCOPES'] as const).filter(isSet);
  const faults: [SettingName, string][] = [];
  if (secrets.every(isSet))
    faults.push(['OIDC_CLIENT_SECRET_FILE', 'is given, and so is OIDC_CLIENT_SECRET: give one of them']);
  if (!isSet('OIDC_ISSUER'))
    return others.length > 0
      ? [...faults, ['OIDC_ISSUER', `is missing: ${others[0]} belongs to it`]]
      : faults;
  if (!isSet('OIDC_CLIENT_ID')) faults.push(['OIDC_CLIENT_ID', 'is missing: OIDC_ISSUER needs it']);
  if (!secrets.some(isSet)) faults.push(['OIDC_CLIENT_SECRET', 'is missing: OIDC_ISSUER needs it']);
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
