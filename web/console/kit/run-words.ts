// What outcomes, plans and states of runs are called, and by which icon and colour they are known: one list for all pages.
import {
  type Icon,
  IconAlertTriangle,
  IconArchive,
  IconCircleCheck,
  IconCircleMinus,
  IconCirclePlus,
  IconCircleX,
  IconClock,
  IconEqual,
  IconExclamationCircle,
  IconEyeOff,
  IconLoader2,
  IconPencil,
  IconPlayerPause,
  IconRestore,
  IconTrash,
  IconUserCheck,
  IconUserQuestion,
} from '@tabler/icons-react';
import type { BulkAction } from '../../../api/wire.ts';
import { OUTCOMES, type Outcome, type RunAction, type State } from '../../../domain/bulk-action.ts';
import { dictionary } from '../words/language.tsx';
import type { Tone } from './badge.tsx';

export type Sign = { icon: Icon; tone: Tone; fill: string };

/** The fill is that of bars and charts. */
export const OUTCOME_SIGNS: Readonly<Record<Outcome, Sign>> = {
  created: { icon: IconCirclePlus, tone: 'ok', fill: 'var(--fill-created)' },
  updated: { icon: IconPencil, tone: 'info', fill: 'var(--fill-updated)' },
  unchanged: { icon: IconEqual, tone: 'neutral', fill: 'var(--fill-unchanged)' },
  archived: { icon: IconArchive, tone: 'warn', fill: 'var(--fill-archived)' },
  restored: { icon: IconRestore, tone: 'accent', fill: 'var(--fill-restored)' },
  anonymized: { icon: IconEyeOff, tone: 'plum', fill: 'var(--fill-removed)' },
  deleted: { icon: IconTrash, tone: 'bad', fill: 'var(--fill-removed)' },
  skipped: { icon: IconCircleMinus, tone: 'neutral', fill: 'var(--fill-unchanged)' },
  rejected: { icon: IconExclamationCircle, tone: 'bad', fill: 'var(--fill-failed)' },
  failed: { icon: IconCircleX, tone: 'bad', fill: 'var(--fill-failed)' },
  'not-processed': { icon: IconCircleMinus, tone: 'neutral', fill: 'var(--fill-unchanged)' },
};

/** In the order of bars and tiles: what was done, what was not to be done, what needs somebody. */
export const OUTCOME_ORDER: readonly Outcome[] = [...OUTCOMES].sort(
  (one, other) => rankOf(one) - rankOf(other),
);
function rankOf(outcome: Outcome): number {
  return [
    'created',
    'updated',
    'archived',
    'restored',
    'anonymized',
    'deleted',
    'unchanged',
    'skipped',
    'not-processed',
    'rejected',
    'failed',
  ].indexOf(outcome);
}

/** True while a dry run is no more than that: once it was confirmed it runs like any other. */
export const isOnlyDry = ({ isDryRun, lockedAt }: Pick<BulkAction, 'isDryRun' | 'lockedAt'>): boolean =>
  isDryRun && lockedAt === null;

/** The rows that somebody has to look at. */
export const needingYou = ({ counts }: Pick<BulkAction, 'counts'>): number => counts.rejected + counts.failed;

const STATE_SIGNS: Readonly<Record<State, { icon: Icon; tone: Tone; isTurning?: true }>> = {
  staging: { icon: IconLoader2, tone: 'accent', isTurning: true },
  checking: { icon: IconLoader2, tone: 'accent', isTurning: true },
  'awaiting-confirmation': { icon: IconUserQuestion, tone: 'warn' },
  'awaiting-approval': { icon: IconUserCheck, tone: 'warn' },
  'grace-period': { icon: IconClock, tone: 'warn' },
  queued: { icon: IconClock, tone: 'neutral' },
  applying: { icon: IconLoader2, tone: 'accent', isTurning: true },
  completed: { icon: IconCircleCheck, tone: 'ok' },
  rejected: { icon: IconCircleX, tone: 'bad' },
  cancelled: { icon: IconCircleMinus, tone: 'neutral' },
};

/** The sign of a run: paused comes before its state, and rows that need somebody before *completed*. */
export function runSign(run: Pick<BulkAction, 'state' | 'paused' | 'counts'>) {
  if (run.paused) return { icon: IconPlayerPause, tone: 'warn' as Tone };
  if (run.state === 'completed' && needingYou(run) > 0)
    return { icon: IconAlertTriangle, tone: 'warn' as Tone };
  return STATE_SIGNS[run.state];
}

export const runWords = dictionary({
  en: {
    outcome: {
      created: 'Created',
      updated: 'Updated',
      unchanged: 'Unchanged',
      archived: 'Archived',
      restored: 'Restored',
      anonymized: 'Anonymized',
      deleted: 'Deleted',
      skipped: 'Skipped',
      rejected: 'Rejected',
      failed: 'Failed',
      'not-processed': 'Not processed',
    } satisfies Record<Outcome, string>,
    /** What a plan calls what is to become of a row. */
    plan: {
      created: 'Create',
      updated: 'Update',
      unchanged: 'Unchanged',
      archived: 'Archive',
      restored: 'Restore',
      anonymized: 'Anonymize',
      deleted: 'Delete',
      skipped: 'Skip',
      rejected: 'Problem',
      failed: 'Problem',
      'not-processed': 'Not processed',
    } satisfies Record<Outcome, string>,
    state: {
      staging: 'Reading',
      checking: 'Checking',
      'awaiting-confirmation': 'Waiting for confirmation',
      'awaiting-approval': 'Waiting for approval',
      'grace-period': 'Waiting for its time',
      queued: 'Queued',
      applying: 'Running',
      completed: 'Completed',
      rejected: 'Rejected',
      cancelled: 'Cancelled',
    } satisfies Record<State, string>,
    paused: 'Paused',
    completedBut: (rows: string, isOne: boolean) =>
      isOne ? `Completed, ${rows} needs you` : `Completed, ${rows} need you`,
    action: {
      create: 'Create',
      update: 'Update',
      'create-or-update': 'Create and update',
      archive: 'Archive',
      restore: 'Restore',
      anonymize: 'Anonymize',
      delete: 'Delete',
      sync: 'Sync',
      undo: 'Undo',
    } as Partial<Record<RunAction, string>>,
    kind: { people: 'Import', photos: 'Photos', cards: 'Cards', roles: 'Roles', undo: 'Undo' },
  },
  de: {
    outcome: {
      created: 'Angelegt',
      updated: 'Geändert',
      unchanged: 'Unverändert',
      archived: 'Archiviert',
      restored: 'Wiederhergestellt',
      anonymized: 'Anonymisiert',
      deleted: 'Gelöscht',
      skipped: 'Übersprungen',
      rejected: 'Abgelehnt',
      failed: 'Fehlgeschlagen',
      'not-processed': 'Nicht verarbeitet',
    },
    plan: {
      created: 'Anlegen',
      updated: 'Ändern',
      unchanged: 'Unverändert',
      archived: 'Archivieren',
      restored: 'Wiederherstellen',
      anonymized: 'Anonymisieren',
      deleted: 'Löschen',
      skipped: 'Überspringen',
      rejected: 'Problem',
      failed: 'Problem',
      'not-processed': 'Nicht verarbeitet',
    },
    state: {
      staging: 'Wird gelesen',
      checking: 'Wird geprüft',
      'awaiting-confirmation': 'Wartet auf Bestätigung',
      'awaiting-approval': 'Wartet auf Genehmigung',
      'grace-period': 'Wartet auf seine Zeit',
      queued: 'In der Warteschlange',
      applying: 'Läuft',
      completed: 'Abgeschlossen',
      rejected: 'Abgelehnt',
      cancelled: 'Abgebrochen',
    },
    paused: 'Angehalten',
    completedBut: (rows) => `Abgeschlossen, ${rows} offen`,
    action: {
      create: 'Anlegen',
      update: 'Ändern',
      'create-or-update': 'Anlegen und ändern',
      archive: 'Archivieren',
      restore: 'Wiederherstellen',
      anonymize: 'Anonymisieren',
      delete: 'Löschen',
      sync: 'Abgleich',
      undo: 'Rückgängig',
    },
    kind: { people: 'Import', photos: 'Fotos', cards: 'Karten', roles: 'Rollen', undo: 'Rückgängig' },
  },
});
