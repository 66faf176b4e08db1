// What is said of sources: why one does nothing by itself.
import type { Language } from '../language.ts';
import type { PauseReason } from './source.ts';

/** Why a source is paused, and what sets it going again: a sentence or two. */
export const pauseWords = (reason: PauseReason, language: Language): string => PAUSE_WORDS[reason][language];

const PAUSE_WORDS: Readonly<Record<PauseReason, Readonly<Record<Language, string>>>> = {
  asked: {
    en: 'Somebody has paused it. Resume it when it shall go on.',
    de: 'Die Quelle wurde angehalten. Setzen Sie sie fort, wenn sie weiterlaufen soll.',
  },
  'run-asks': {
    en: 'A run of it asks. Once it has been answered and has completed, the source goes on by itself. Where the run was cancelled, resume the source.',
    de: 'Ein Vorgang der Quelle fragt. Ist er beantwortet und abgeschlossen, läuft sie von selbst weiter. Wurde er abgebrochen, setzen Sie die Quelle fort.',
  },
  failures: {
    en: 'It failed several times in a row. Mend what is wrong, then resume it.',
    de: 'Sie ist mehrmals hintereinander gescheitert. Beheben Sie die Ursache und setzen Sie sie dann fort.',
  },
  'fewer-rows': {
    en: 'A file looked cut off, so nothing was done with it. Look at the file, then resume the source.',
    de: 'Eine Datei sah abgeschnitten aus und wurde deshalb nicht verwendet. Prüfen Sie die Datei und setzen Sie die Quelle dann fort.',
  },
  owner: {
    en: 'Who set it up is gone, or lacks the rights by now. Whoever has them resumes it, and its runs are theirs from then on.',
    de: 'Wer die Quelle eingerichtet hat, ist nicht mehr da oder hat die Rechte nicht mehr. Wer sie hat, setzt die Quelle fort und ist dann für ihre Vorgänge verantwortlich.',
  },
};
