// All routes of the API, in the order in which the documentation shows them.
import type { ApiDeps } from './deps.ts';
import type { Route } from './route.ts';
import { apiKeyRoutes } from './routes/api-keys.ts';
import { auditEventRoutes } from './routes/audit-events.ts';
import { bulkActionAnswerRoutes } from './routes/bulk-action-answers.ts';
import { bulkActionRoutes } from './routes/bulk-actions.ts';
import { cardRoutes } from './routes/cards.ts';
import { eventRoutes } from './routes/events.ts';
import { fieldDefinitionRoutes } from './routes/field-definitions.ts';
import { fileRoutes } from './routes/files.ts';
import { followUpRoutes } from './routes/follow-ups.ts';
import { healthRoutes } from './routes/health.ts';
import { importDraftRoutes } from './routes/import-drafts.ts';
import { invitationSettingsRoutes } from './routes/invitation-settings.ts';
import { invitationTextRoutes } from './routes/invitation-texts.ts';
import { invitationRoutes } from './routes/invitations.ts';
import { liveRoutes } from './routes/live.ts';
import { oidcRoutes } from './routes/oidc.ts';
import { orgUnitRoutes } from './routes/org-units.ts';
import { peopleRoutes } from './routes/people.ts';
import { peopleListRoutes } from './routes/people-list.ts';
import { peopleRemovalRoutes } from './routes/people-removal.ts';
import { peopleViewRoutes } from './routes/people-views.ts';
import { personHistoryRoutes } from './routes/person-history.ts';
import { personPhotoRoutes } from './routes/person-photo.ts';
import { photoReviewRoutes } from './routes/photo-review.ts';
import { photoRoutes } from './routes/photos.ts';
import { planRoutes } from './routes/plans.ts';
import { presetRoutes } from './routes/presets.ts';
import { profileRoutes } from './routes/profile.ts';
import { rememberedAnswersRoutes } from './routes/remembered-answers.ts';
import { resultRoutes } from './routes/results.ts';
import { roleHolderRoutes } from './routes/role-holders.ts';
import { roleRoutes } from './routes/roles.ts';
import { safeguardRoutes } from './routes/safeguards.ts';
import { sessionRoutes } from './routes/session.ts';
import { siteRoutes } from './routes/sites.ts';
import { sourceDeliveryRoutes } from './routes/source-deliveries.ts';
import { sourceRunRoutes } from './routes/source-runs.ts';
import { sourceTestRoutes } from './routes/source-tests.ts';
import { sourceRoutes } from './routes/sources.ts';
import { statisticsRoutes } from './routes/statistics.ts';
import { undoRoutes } from './routes/undo.ts';
import { webhookDeliveryRoutes } from './routes/webhook-deliveries.ts';
import { webhookRoutes } from './routes/webhooks.ts';

export const allRoutes = (deps: ApiDeps): Route[] => [
  ...fileRoutes(deps),
  ...importDraftRoutes(deps),
  ...rememberedAnswersRoutes(deps),
  ...bulkActionRoutes(deps),
  ...bulkActionAnswerRoutes(deps),
  ...undoRoutes(deps),
  ...followUpRoutes(deps),
  ...planRoutes(deps),
  ...resultRoutes(deps),
  ...presetRoutes(deps),
  // Before those of one person: a count is nobody's id.
  ...peopleListRoutes(deps),
  ...peopleViewRoutes(deps),
  ...peopleRoutes(deps),
  ...peopleRemovalRoutes(deps),
  ...personHistoryRoutes(deps),
  ...personPhotoRoutes(deps),
  ...photoRoutes(deps),
  ...photoReviewRoutes(deps),
  ...cardRoutes(deps),
  ...siteRoutes(deps),
  ...safeguardRoutes(deps),
  ...invitationSettingsRoutes(deps),
  ...invitationTextRoutes(deps),
  ...invitationRoutes(deps),
  ...orgUnitRoutes(deps),
  ...fieldDefinitionRoutes(deps),
  ...roleRoutes(deps),
  ...roleHolderRoutes(deps),
  ...apiKeyRoutes(deps),
  // Before those of one source: `test` is no id.
  ...sourceTestRoutes(deps),
  ...sourceRoutes(deps),
  ...sourceRunRoutes(deps),
  ...sourceDeliveryRoutes(deps),
  ...webhookRoutes(deps),
  ...webhookDeliveryRoutes(deps),
  ...auditEventRoutes(deps),
  ...eventRoutes(deps),
  ...liveRoutes(deps),
  ...statisticsRoutes(deps),
  ...sessionRoutes(deps),
  ...oidcRoutes(deps),
  ...profileRoutes(deps),
  ...healthRoutes(deps),
];
