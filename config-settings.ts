// Every setting of worker and API: how it is read, what it means, and what stands in where it is unset.
import type { z } from 'zod';
import {
  byteSize,
  fileContent,
  fileStore,
  folders,
  hostAndPort,
  LOG_LEVELS,
  logLevel,
  mailbox,
  minutes,
  networks,
  proxies,
  readableFile,
  scopes,
  secretKeys,
  secretKeysFile,
  text,
  url,
  whole,
  yesNo,
} from './config-values.ts';

/** One variable of the environment: how it is read, what it means, and what stands in where it is unset. */
export type Setting<Value> = {
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
    'The Temporal UI, as admins reach it: the page of a run links to its workflow, and `muster up` shows it.',
  ),
  SMTP_URL: required(
    url('smtp:', 'smtps:'),
    'smtp://user:secret@mail.example.org:587',
    'The mail server. smtps:// speaks TLS from the first byte; smtp:// turns to TLS where it is offered.',
  ),
  MAIL_FROM: required(mailbox, 'Muster <muster@example.org>', 'The sender of all mails.'),
  INVITATIONS_PER_SECOND: defaulted(
    whole(0, 100_000),
    '50',
    'Mails to cardholders that one worker sends in a second at most; 0 for no limit.',
  ),
  INVITATION_CONNECTIONS: defaulted(
    whole(1, 50),
    '4',
    'Connections to the mail server over which one worker sends mails to cardholders.',
  ),
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
  OIDC_ISSUER: optional(
    url('http:', 'https:'),
    'https://login.example.org',
    'The identity provider that admins may sign in by (OpenID Connect); unset for passwords alone.',
  ),
  OIDC_CLIENT_ID: optional(text, 'muster', 'How Muster is registered there.'),
  OIDC_CLIENT_SECRET: optional(text, 'OUTPUT_OF_openssl_rand_-hex_32', 'The secret of that registration.'),
  OIDC_CLIENT_SECRET_FILE: optional(
    fileContent,
    '/run/secrets/muster-oidc',
    'File with the same, in place of OIDC_CLIENT_SECRET.',
  ),
  OIDC_NAME: optional(
    text,
    'Northfield login',
    'What the provider is called on its button; unset for the host of OIDC_ISSUER.',
  ),
  OIDC_SCOPES: defaulted(
    scopes,
    'openid email profile',
    'What the provider is asked for: openid and email at least.',
  ),
  UPLOAD_BYTES_MAX: defaulted(byteSize, '256MB', 'The largest upload: bytes, or a number with KB, MB or GB.'),
  PHOTO_ZIP_BYTES_MAX: defaulted(
    byteSize,
    '4GB',
    'The largest upload whose name ends in .zip, where that is more than UPLOAD_BYTES_MAX: pictures come in them.',
  ),
  PHOTO_BYTES_MAX: defaulted(
    byteSize,
    '5MB',
    'The largest picture in a zip, and of those that admins upload.',
  ),
  CARDHOLDER_PHOTO_BYTES_MAX: defaulted(
    byteSize,
    '20MB',
    'The largest picture that cardholders may send: as it comes from a phone.',
  ),
  PHOTO_MEGAPIXELS_MAX: defaulted(
    whole(1, 250),
    '25',
    'Millions of pixels that a picture may have. One being read takes 4 bytes of memory for each.',
  ),
  PICTURES_AT_ONCE: defaulted(
    whole(1, 64),
    '2',
    'Pictures that one worker makes ready at the same time: as many as it has cores.',
  ),
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
  SECRETS_KEYS: optional(
    secretKeys,
    '2026:OUTPUT_OF_openssl_rand_-base64_32',
    'Keys that the secrets of sources are encrypted with, as id:base64 of 32 bytes, with commas. The first encrypts, all decrypt.',
  ),
  SECRETS_KEYS_FILE: optional(
    secretKeysFile,
    '/run/secrets/muster-keys',
    'File with the same, a key on each line, in place of SECRETS_KEYS.',
  ),
  SOURCE_ALLOWED_NETWORKS: optional(
    networks,
    '10.30.0.0/16',
    'Networks inside that sources may take files from, also over http, as CIDR with commas; unset for none but public addresses.',
  ),
  SOURCE_DIRECTORIES: optional(
    folders,
    '/srv/imports',
    'Folders inside which sources may take files from folders of the worker’s machine, with commas; unset for none.',
  ),
  METRICS_PORT: optional(
    whole(1, 65_535),
    '9464',
    'Port of the worker’s Prometheus metrics; unset for none.',
  ),
  LOG_LEVEL: defaulted(logLevel, 'info', `The least level that is logged: ${LOG_LEVELS.join(', ')}.`),
  NODE_ENV: defaulted(text, 'development', 'production writes logs as JSON and demands PUBLIC_URL.'),
} satisfies Record<string, Setting<unknown>>;
