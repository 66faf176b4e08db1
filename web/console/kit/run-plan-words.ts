// What a plan says that is shown beside what asked for it.
import { dictionary } from '../words/language.tsx';

export const planWords = dictionary({
  en: {
    title: 'Plan',
    working: 'The plan is being made. Nothing has been written.',
    nothing: 'Nothing would change. Everything is so already.',
    would: (rows: string, isOne: boolean) =>
      isOne
        ? '1 row would change. Nothing has been written yet.'
        : `${rows} rows would change. Nothing has been written yet.`,
    rows: 'Rows of the plan',
    showing: (shown: string, total: string) => `The first ${shown} of ${total} rows.`,
    who: 'Who',
    plan: 'Plan',
    change: 'What changes',
    confirm: (rows: string, isOne: boolean) => (isOne ? 'Run for 1 row' : `Run for ${rows} rows`),
    drop: 'Drop this plan',
    dropped: 'The plan is dropped. Nothing was written.',
    ended: 'This plan is not asked for any more.',
    toRun: 'Show the run',
  },
  de: {
    title: 'Plan',
    working: 'Der Plan entsteht. Es ist nichts geschrieben.',
    nothing: 'Es würde sich nichts ändern. Alles ist schon so.',
    would: (rows, isOne) =>
      isOne
        ? '1 Zeile würde sich ändern. Noch ist nichts geschrieben.'
        : `${rows} Zeilen würden sich ändern. Noch ist nichts geschrieben.`,
    rows: 'Zeilen des Plans',
    showing: (shown, total) => `Die ersten ${shown} von ${total} Zeilen.`,
    who: 'Wer',
    plan: 'Plan',
    change: 'Was sich ändert',
    confirm: (rows, isOne) => (isOne ? 'Für 1 Zeile ausführen' : `Für ${rows} Zeilen ausführen`),
    drop: 'Plan verwerfen',
    dropped: 'Der Plan ist verworfen. Es wurde nichts geschrieben.',
    ended: 'Nach diesem Plan wird nicht mehr gefragt.',
    toRun: 'Lauf zeigen',
  },
});
