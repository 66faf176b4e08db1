// The kinds of bulk action, each with its steps.
import { applyCardChunk } from '../db/queries/apply/card-chunks.ts';
import { applyPhotoChunk, applyPhotoUndoChunk } from '../db/queries/apply/photo-chunks.ts';
import { applyRoleChunk } from '../db/queries/apply/role-chunks.ts';
import { insertPlannedCards } from '../db/queries/check/cards.ts';
import { notePlannedPhotos } from '../db/queries/check/photos.ts';
import { insertPlannedChanges } from '../db/queries/planned-changes.ts';
import { insertPlannedRoles } from '../db/queries/roles/role-plan-notes.ts';
import type { Kind, UndoableKind } from '../domain/bulk-action.ts';
import { PEOPLE_STATEMENTS } from './apply-people.ts';
import type { KindSteps } from './kind.ts';
import { planCards, planCardUndo } from './plan/plan-cards.ts';
import { planPeople } from './plan/plan-people.ts';
import { planPhotos, planPhotoUndo } from './plan/plan-photos.ts';
import { planRoles } from './plan/plan-roles.ts';
import { stageCards, stageCardUndo } from './stage/stage-cards.ts';
import { stagePeople } from './stage/stage-people.ts';
import { stagePhotoUndo } from './stage/stage-photo-undo.ts';
import { stagePhotos } from './stage/stage-photos.ts';
import { stageRoleUndo } from './stage/stage-role-undo.ts';
import { stageSelection } from './stage/stage-selection.ts';
import { stageUndo } from './stage/stage-undo.ts';

const PEOPLE: KindSteps = {
  stage: (means, run) => (run.uploadIds.length === 0 ? stageSelection(means, run) : stagePeople(means, run)),
  plan: planPeople,
  notePlanned: insertPlannedChanges,
  statements: PEOPLE_STATEMENTS,
};

const PHOTOS: KindSteps = {
  stage: stagePhotos,
  plan: planPhotos,
  notePlanned: notePlannedPhotos,
  statements: { update: { plain: applyPhotoChunk } },
};

const ROLES: KindSteps = {
  stage: stageSelection,
  plan: planRoles,
  notePlanned: insertPlannedRoles,
  statements: { update: { plain: applyRoleChunk } },
};

const CARDS: KindSteps = {
  stage: stageCards,
  plan: planCards,
  notePlanned: insertPlannedCards,
  statements: { update: { plain: applyCardChunk } },
};

const STEPS: Record<UndoableKind, KindSteps> = {
  people: PEOPLE,
  photos: PHOTOS,
  roles: ROLES,
  cards: CARDS,
};

/** How a run is taken back, by the kind that it is of. */
const UNDO_STEPS: Record<UndoableKind, KindSteps> = {
  people: { ...PEOPLE, stage: stageUndo },
  photos: {
    ...PHOTOS,
    stage: stagePhotoUndo,
    plan: planPhotoUndo,
    statements: { update: { plain: applyPhotoUndoChunk } },
  },
  cards: { ...CARDS, stage: stageCardUndo, plan: planCardUndo },
  roles: { ...ROLES, stage: stageRoleUndo },
};

/** The steps of a run. */
export function stepsOf({ kind, undoneKind }: { kind: Kind; undoneKind: UndoableKind | null }): KindSteps {
  return kind === 'undo' ? UNDO_STEPS[undoneKind ?? 'people'] : STEPS[kind];
}
