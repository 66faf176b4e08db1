// How it is said who holds a site: in the banner, on Home, and beside whatever cannot be done meanwhile.
import type { Lock } from '../../../api/wire-live.ts';
import type { Language } from '../../../domain/language.ts';
import { dictionary } from '../words/language.tsx';

type Holding = Pick<Lock, 'kind' | 'action'>;

const english = ({ kind, action }: Holding): string => {
  if (kind !== 'people')
    return { photos: 'a photo run', cards: 'a card run', roles: 'a role run', undo: 'an undo' }[kind];
  return action === 'sync' ? 'a sync' : action === 'undo' ? 'an undo' : 'an import';
};

const german = ({ kind, action }: Holding): { accusative: string; article: string; noun: string } => {
  const noun =
    kind === 'photos'
      ? 'Fotolauf'
      : kind === 'cards'
        ? 'Kartenlauf'
        : kind === 'roles'
          ? 'Rollenlauf'
          : kind === 'undo' || action === 'undo'
            ? 'Rückgängig-Lauf'
            : action === 'sync'
              ? 'Abgleich'
              : 'Import';
  return { accusative: `einen ${noun}`, article: 'der', noun };
};

export const lockWords = dictionary({
  en: {
    opens: (lock: Holding) => `Opens when the ${english(lock).replace(/^an? /, '')} ends`,
    running: (by: string | null, lock: Holding) =>
      by === null ? `Somebody is running ${english(lock)}` : `${by} is running ${english(lock)}`,
    paused: (by: string | null, lock: Holding) =>
      by === null ? `Somebody has paused ${english(lock)}` : `${by} has paused ${english(lock)}`,
    where: (site: string, others: number) =>
      others === 0
        ? ` on ${site}.`
        : ` on ${site} and ${others === 1 ? 'one other site' : `${others} other sites`}.`,
    readOnly: 'You can read everything; editing opens when it ends.',
    locked: (site: string, others: number) =>
      others === 0
        ? `Editing is locked on ${site}.`
        : `Editing is locked on ${site} and ${others === 1 ? 'one other site' : `${others} other sites`}.`,
    open: 'Editing is open again',
    about: (time: string) => `about ${time} left`,
    view: 'View run',
    lock: 'Editing is locked',
    waitsForIt: 'waits for it',
    rows: (rows: string) => `${rows} rows`,
    progress: 'Progress of the run',
  },
  de: {
    opens: (lock) => `Wieder möglich, wenn der ${german(lock).noun} endet`,
    running: (by, lock) => `${by ?? 'Jemand'} führt ${german(lock).accusative} aus`,
    paused: (by, lock) => `${by ?? 'Jemand'} hat ${german(lock).accusative} angehalten`,
    where: (site, others) =>
      others === 0
        ? `: ${site}.`
        : `: ${site} und ${others === 1 ? 'ein weiterer Standort' : `${others} weitere Standorte`}.`,
    readOnly: 'Lesen geht; Bearbeiten ist danach wieder möglich.',
    locked: (site, others) =>
      others === 0
        ? `Bearbeiten ist gesperrt: ${site}.`
        : `Bearbeiten ist gesperrt: ${site} und ${others === 1 ? 'ein weiterer Standort' : `${others} weitere Standorte`}.`,
    open: 'Bearbeiten ist wieder möglich',
    about: (time) => `noch etwa ${time}`,
    view: 'Lauf ansehen',
    lock: 'Bearbeiten ist gesperrt',
    waitsForIt: 'wartet darauf',
    rows: (rows) => `${rows} Zeilen`,
    progress: 'Fortschritt des Laufs',
  },
});

const UNITS = {
  en: { second: 's', minute: 'min', hour: 'h' },
  de: { second: 's', minute: 'Min.', hour: 'Std.' },
};
const ROUNDED_FROM = 90;

/** A time that is left, rounded up: to the second below a minute and a half, then to the minute. */
export function timeLeft(seconds: number, language: Language): string {
  const { second, minute, hour } = UNITS[language];
  if (seconds < ROUNDED_FROM) return `${Math.ceil(seconds)} ${second}`;
  const minutes = Math.ceil(seconds / 60);
  if (minutes < 60) return `${minutes} ${minute}`;
  const rest = minutes % 60;
  return `${Math.floor(minutes / 60)} ${hour}${rest > 0 ? ` ${rest} ${minute}` : ''}`;
}
