// Times as Home says them: today and yesterday by their names, and how long something has been.
import type { Language } from '../../../../domain/language.ts';
import { type Formats, useFormats } from '../../words/formats.ts';
import { plural, useLanguage, useWords } from '../../words/language.tsx';
import { type HomeWords, homeWords } from './home-words.ts';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

const dayNumber = (at: Date): number =>
  Math.round(Date.UTC(at.getFullYear(), at.getMonth(), at.getDate()) / DAY);

/** *Today, 02:00*; a day further away by its date. */
function near(at: string, words: HomeWords, { time, shortDate }: Formats, now = new Date()): string {
  const date = new Date(at);
  const apart = dayNumber(date) - dayNumber(now);
  const day =
    apart === 0 ? words.today : apart === -1 ? words.yesterday : apart === 1 ? words.tomorrow : shortDate(at);
  return `${day}, ${time(at)}`;
}

/** *9 hours*, *2 days*: whole, rounded down, one at least. */
function span(ms: number, language: Language): string {
  const [size, one, other] =
    ms >= 2 * DAY
      ? [DAY, ...(language === 'en' ? ['day', 'days'] : ['Tag', 'Tagen'])]
      : ms >= HOUR
        ? [HOUR, ...(language === 'en' ? ['hour', 'hours'] : ['Stunde', 'Stunden'])]
        : [MINUTE, ...(language === 'en' ? ['minute', 'minutes'] : ['Minute', 'Minuten'])];
  const count = Math.max(1, Math.floor(ms / Number(size)));
  return `${count} ${plural(language, count, String(one), String(other))}`;
}

export function useHomeTimes() {
  const words = useWords(homeWords);
  const formats = useFormats();
  const language = useLanguage();
  return {
    near: (at: string) => near(at, words, formats),
    /** The time alone where it is today, else the day. */
    brief: (at: string) =>
      dayNumber(new Date(at)) === dayNumber(new Date()) ? formats.time(at) : formats.shortDate(at),
    since: (at: string) => span(Date.now() - new Date(at).getTime(), language),
    /** The same, as German says how late something is. */
    lateBy: (at: string) => span(Date.now() - new Date(at).getTime(), language).replace('Tagen', 'Tage'),
  };
}
