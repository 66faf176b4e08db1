// What the API is given to work with.
import type { Router } from 'express';
import type { FileStore } from '../adapters/files.ts';
import type { Log } from '../adapters/log.ts';
import type { Metrics } from '../adapters/metrics.ts';
import type { OidcSettings } from '../adapters/oidc.ts';
import type { PictureLimits } from '../adapters/pictures.ts';
import type { SecretBox } from '../adapters/secrets.ts';
import type { PlaceBounds } from '../adapters/sources/place.ts';
import type { WebhookTargets } from '../adapters/webhooks-target.ts';
import type { Database } from '../db/client.ts';
import type { CardholderMails } from './cardholder-mails.ts';
import type { Deliveries } from './deliveries.ts';
import type { EventHub } from './event-hub.ts';
import type { FollowUps } from './follow-ups.ts';
import type { TemporalUi } from './present-timeline.ts';
import type { ProgressHub } from './progress-hub.ts';
import type { Runs } from './runs.ts';
import type { SourceSchedules } from './sources/schedules.ts';

export type ApiDeps = {
  db: Database;
  runs: Runs;
  deliveries: Deliveries;
  /** Where webhooks may lead. */
  webhookTargets: WebhookTargets;
  files: FileStore;
  progress: ProgressHub;
  /** What happens, for those who watch the console. */
  events: EventHub;
  log: Log;
  metrics: Metrics;
  clock: () => Date;
  /** The address that people reach the API by, without a slash at its end. */
  publicUrl: string;
  uploadBytesMax: number;
  /** The same of a file whose name ends in .zip. */
  zipBytesMax: number;
  /** How large a picture of an admin may be. */
  photos: PictureLimits;
  /** The same of a picture that a cardholder sends, as it comes from a phone. */
  cardholderPhotos: PictureLimits;
  cardholderMails: CardholderMails;
  followUps: FollowUps;
  sourceSchedules: SourceSchedules;
  /** Where sources may take files from. */
  sourceBounds: PlaceBounds;
  /** What the secrets of sources are kept in; null where the operator has set no key. */
  secretBox: SecretBox | null;
  /** Where the workflows of runs can be looked at; left out where the Temporal UI has no address. */
  temporalUi?: TemporalUi | null;
  /** For how many days the results of an ended run are kept; left out where nothing says so. */
  resultsDays?: number | null;
  /** The identity provider that admins may sign in by, and how its button is labelled; null where there is none. */
  oidc?: (OidcSettings & { name: string }) | null;
  /** How many proxies stand in front, or their addresses: whose word on a client's address counts. */
  trustProxy?: number | string[];
  /** More pages: the mail catcher's, for one. */
  extraRouters?: readonly Router[];
};
