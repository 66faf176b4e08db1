// What the API is given to work with.
import type { Router } from 'express';
import type { FileStore } from '../adapters/files.ts';
import type { Log } from '../adapters/log.ts';
import type { Metrics } from '../adapters/metrics.ts';
import type { WebhookTargets } from '../adapters/webhooks-target.ts';
import type { Database } from '../db/client.ts';
import type { Deliveries } from './deliveries.ts';
import type { ProgressHub } from './progress-hub.ts';
import type { Runs } from './runs.ts';

export type ApiDeps = {
  db: Database;
  runs: Runs;
  deliveries: Deliveries;
  /** Where webhooks may lead. */
  webhookTargets: WebhookTargets;
  files: FileStore;
  progress: ProgressHub;
  log: Log;
  metrics: Metrics;
  clock: () => Date;
  /** The address that people reach the API by, without a slash at its end. */
  publicUrl: string;
  uploadBytesMax: number;
  /** How many proxies stand in front, or their addresses: whose word on a client's address counts. */
  trustProxy?: number | string[];
  /** More pages: the mail catcher's, for one. */
  extraRouters?: readonly Router[];
};
