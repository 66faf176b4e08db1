// All steps that workflows can take, made from what they work with.
import type { applyActivities } from './apply.ts';
import type { checkActivities } from './check.ts';
import type { consentActivities } from './consents.ts';
import type { endActivities } from './end.ts';
import type { followUpActivities } from './follow-ups.ts';
import type { invitationActivities } from './invitations.ts';
import type { lockActivities } from './locks.ts';
import type { mailActivities } from './mail.ts';
import type { purgeActivities } from './purge.ts';
import type { sourceIntakeActivities } from './sources/intake.ts';
import type { sourceRunActivities } from './sources/run.ts';
import type { stageActivities } from './stage.ts';
import type { sweepActivities } from './sweep.ts';
import type { webhookActivities } from './webhooks.ts';

export type Activities = ReturnType<typeof stageActivities> &
  ReturnType<typeof checkActivities> &
  ReturnType<typeof consentActivities> &
  ReturnType<typeof applyActivities> &
  ReturnType<typeof endActivities> &
  ReturnType<typeof followUpActivities> &
  ReturnType<typeof invitationActivities> &
  ReturnType<typeof lockActivities> &
  ReturnType<typeof mailActivities> &
  ReturnType<typeof purgeActivities> &
  ReturnType<typeof sourceIntakeActivities> &
  ReturnType<typeof sourceRunActivities> &
  ReturnType<typeof sweepActivities> &
  ReturnType<typeof webhookActivities>;
