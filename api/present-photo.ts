// A photo as the wire has it.
import type { PhotoRow } from '../db/queries/photos/photo-list.ts';
import type { FormerDecision } from '../db/queries/photos/photo-review.ts';
import { shownName } from '../domain/person.ts';
import type { Problem } from './wire.ts';
import type { Photo } from './wire-photo-review.ts';

export const toPhoto = (row: PhotoRow): Photo => ({
  id: row.id,
  siteId: row.siteId,
  state: row.state,
  person: row.person && {
    id: row.person.id,
    identifier: row.person.identifier,
    displayName: shownName(row.person),
    orgUnit: row.person.orgUnit,
  },
  invitedAt: iso(row.invitedAt),
  createdAt: row.createdAt.toISOString(),
  runId: row.bulkActionId,
  mediaType: row.mediaType,
  bytes: row.bytes,
  width: row.width,
  height: row.height,
  crop: row.crop,
  checks: row.checks,
  warnings: Object.values(row.checks ?? {}).filter((found) => found === 'warning').length,
  pictureUrl: `/v1/photos/${row.id}/picture`,
  thumbnailUrl: `/v1/photos/${row.id}/thumbnail`,
  decidedAt: iso(row.decidedAt),
  decidedBy: row.decidedBy,
  reasons: row.declineReasons,
  note: row.note,
  reconsiderUntil: iso(row.mailDueAt),
});

/** Who decided what before. A photo that waits no more was approved, sent back or replaced. */
export const toDecision = ({ state, by, at }: FormerDecision): NonNullable<Problem['decision']> => ({
  state: state === 'waiting' ? 'replaced' : state,
  by,
  at: iso(at),
});

const iso = (date: Date | null): string | null => date?.toISOString() ?? null;
