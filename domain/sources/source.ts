// Sources: where files come from by themselves, which of them, what is made of them, and when.
import type { SourceSchedule } from './schedule.ts';

/** Where files are. What is secret about it is a `SourceSecret`, kept apart and encrypted. */
export type SourcePlace =
  | { kind: 'directory'; path: string }
  | {
      kind: 'sftp';
      host: string;
      port: number;
      user: string;
      path: string;
      /** The server's keys as `SHA256:…`, one of which it must show. */
      hostKeys: readonly string[];
    }
  | {
      kind: 'https';
      url: string;
      /** The header that carries the secret, or null where none is needed. */
      authHeader: string | null;
      /** PEM of the authority that signed its certificate, where the system does not know it. */
      authority: string | null;
    }
  | {
      kind: 's3';
      bucket: string;
      prefix: string;
      region: string;
      /** Null for Amazon's own. */
      endpoint: string | null;
      isPathStyle: boolean;
    };

/** What lets one in. Each place takes some of these. */
export type SourceSecret = {
  /** sftp. */
  password?: string;
  privateKey?: string;
  passphrase?: string;
  /** https: the value of its header. */
  headerValue?: string;
  /** s3. */
  accessKeyId?: string;
  secretAccessKey?: string;
};

/** When a file may be taken: it has not changed for so long, or a file beside it says that it is whole. */
export type Readiness = { kind: 'rest'; restSeconds: number } | { kind: 'marker'; suffix: string };

/** How a file says how many rows it has: in a last line that begins with this word, or in a file beside it. */
export type RowCountProof = { kind: 'trailer'; word: string } | { kind: 'file'; suffix: string };

/**
 * One run of a set: the files that it takes, each by a pattern for its name, the first of which must be there. What the
 * patterns' wildcards stand for tells which files belong together: `people-*.csv` and `cards-*.csv` of one night.
 */
export type SourcePart = {
  patterns: readonly string[];
  /** A built-in preset, or one that the site has saved. */
  preset: string;
  /** As `options` of a run are asked for. */
  options: Readonly<Record<string, unknown>>;
};

export type SourceSettings = {
  name: string;
  place: SourcePlace;
  /** In the order in which they are run. */
  parts: readonly SourcePart[];
  schedule: SourceSchedule;
  readiness: Readiness;
  rowCount: RowCountProof | null;
  /** By how many percent a file may have fewer rows than the last good one; null for any number. */
  fewerRowsPercentMax: number | null;
  /** How long a set waits for the rest of its files before that is told. */
  setWaitMinutes: number;
  /** Addresses that are told. */
  notify: readonly string[];
  /** Whether they are told of what went well too. */
  tells: 'problems' | 'everything';
  /** After how many hours without a good file an alarm is raised; null for never. */
  freshHours: number | null;
};

/** Why a source does nothing by itself: somebody wants that; a run of it asks; it failed too often; a file looked cut off; who set it up may not do that any more. */
export const PAUSE_REASONS = ['asked', 'run-asks', 'failures', 'fewer-rows', 'owner'] as const;
export type PauseReason = (typeof PAUSE_REASONS)[number];

/** Failures in a row after which a source is paused. */
export const FAILURES_MAX = 3;

/** The states of what was delivered, one set of files: only a file at rest is taken, and only what is taken is run. */
export const DELIVERY_STATES = ['arriving', 'taken', 'running', 'settling', 'ended'] as const;
export type DeliveryState = (typeof DELIVERY_STATES)[number];

/** What became of it. `same`: it is what the last good one was; `gone`: it was taken away before it could be read. */
export const DELIVERY_OUTCOMES = ['imported', 'same', 'failed', 'cancelled', 'gone'] as const;
export type DeliveryOutcome = (typeof DELIVERY_OUTCOMES)[number];

/** Where a source puts the files that it is done with, beside those that wait. */
export const DONE_FOLDERS = { completed: 'completed', failed: 'failed' } as const;
export type DoneFolder = keyof typeof DONE_FOLDERS;

/** The mails about a source. */
export const SOURCE_MAILS = [
  'source-imported',
  'source-failed',
  'source-asks',
  'source-paused',
  'source-stale',
  'source-incomplete',
] as const;
export type SourceMail = (typeof SOURCE_MAILS)[number];
