// What the notifications of the database mean to those who watch the console: which nouns have changed, and where.
import type { Changed } from './wire-live.ts';

/** The channel on which the database tells what somebody, or a source, has changed: `what|organisation|site`. */
export const CHANGED_CHANNEL = 'muster_changed';

type What = Changed['what'];

/** What a name of the audit trail, up to its dot, means; what is not here changes nothing that anybody watches. */
const NOUNS: Readonly<Record<string, readonly What[]>> = {
  person: ['people'],
  photo: ['photos', 'waiting', 'people'],
  photos: ['photos', 'waiting'],
  card: ['cards', 'people'],
  invitation: ['invitations', 'photos', 'people'],
  invitations: ['invitations', 'photos', 'people'],
  'invitation-settings': ['invitations'],
  'invitation-text': ['invitations'],
  site: ['sites'],
  field: ['fields'],
  'org-unit': ['org-units'],
  'org-units': ['org-units'],
  role: ['roles', 'people', 'session'],
  roles: ['roles', 'session'],
  key: ['keys'],
  preset: ['presets'],
  safeguard: ['safeguards'],
  webhook: ['webhooks'],
  source: ['sources', 'waiting', 'notifications'],
  run: ['bulk-actions', 'waiting', 'notifications'],
  'follow-up': ['bulk-actions', 'invitations'],
  lock: ['locks'],
  session: [],
};

/** What has to do with who may see what: whoever listens is looked at again. */
const RIGHTS = /^(role|roles|key|session)\.|^person\.(archived|anonymized|deleted)$/;

export type News = {
  what: readonly What[];
  rootId: number;
  /** null: all of the organisation. */
  siteId: number | null;
  isAboutRights: boolean;
};

/** What a payload of the channel says; undefined for one that cannot be read. */
export function newsOf(payload: string): News | undefined {
  const [name = '', root, site] = payload.split('|');
  const rootId = Number(root);
  if (!Number.isSafeInteger(rootId) || rootId <= 0) return undefined;
  return {
    what: NOUNS[name.split('.')[0] ?? ''] ?? [],
    rootId,
    siteId: site === undefined ? null : Number(site),
    isAboutRights: RIGHTS.test(name),
  };
}

/** What the end of a run changes beside the run: it may have changed any of it. */
export const CHANGED_BY_RUN: readonly What[] = ['people', 'photos', 'cards', 'roles', 'invitations'];
