// The worker's process: it puts workflows and their steps together with the database, the files, the mail server.
import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { NativeConnection, Runtime, Worker, type WorkflowBundleOption } from '@temporalio/worker';
import { ActivityBridge } from './activities/bridge.ts';
import { applyActivities } from './activities/apply.ts';
import { checkActivities } from './activities/check.ts';
import { endActivities } from './activities/end.ts';
import { lockActivities } from './activities/locks.ts';
import { mailActivities } from './activities/mail.ts';
import { stageActivities } from './activities/stage.ts';
import { sweepActivities } from './activities/sweep.ts';
