// The languages in which reasons and refusals are told.

export const LANGUAGES = ['en', 'de'] as const;
export type Language = (typeof LANGUAGES)[number];

/** The language of a tag such as `de`, `de-AT` or `de_DE.UTF-8`; undefined for one that is not spoken here. */
export function findLanguage(tag: string): Language | undefined {
  const first = tag.trim().toLowerCase().split(/[-_.]/)[0];
  return LANGUAGES.find((language) => language === first);
}

/** The language that an Accept-Language header likes best of those spoken here; English where it likes none. */
export const preferredLanguage = (header: string | undefined): Language =>
  findPreferredLanguage(header) ?? 'en';

/** The language that an Accept-Language header likes best of those spoken here; undefined where it likes none. */
export function findPreferredLanguage(header: string | undefined): Language | undefined {
  const wishes = (header ?? '').split(',').map((part) => {
    const [tag = '', ...parameters] = part.split(';').map((text) => text.trim());
    const quality = parameters.find((parameter) => parameter.startsWith('q='));
    return { language: findLanguage(tag), weight: quality === undefined ? 1 : Number(quality.slice(2)) };
  });
  const spoken = wishes.filter(({ language, weight }) => language !== undefined && weight > 0);
  // Sorting keeps the order of equals: the first of them was named first.
  return spoken.sort((a, b) => b.weight - a.weight)[0]?.language;
}
