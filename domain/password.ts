// Passwords: how hard one is to guess for somebody who knows its owner.

/** Longest password, in characters. */
export const PASSWORD_LENGTH_MAX = 200;
/** Scores go from 0 to 4; from 3 on a password withstands 10^8 guesses. */
const SCORE_MIN = 3;
/** What is weighed of a longer password: its beginning is enough, and time grows with the square of the length. */
const WEIGHED_LENGTH_MAX = 72;
/** Spellings tried for letters that look like digits. More cost time and catch next to nothing. */
const SPELLINGS_MAX = 10;

/** True for a password that is too easy to guess. `words` are what others know of its owner: names, emails. */
export type PasswordJudge = (password: string, words: readonly string[]) => boolean;

let judge: Promise<PasswordJudge> | undefined;

/** The judge, loaded once and only where somebody brings passwords: its word lists take 30 MB, each call milliseconds. */
export function loadPasswordJudge(): Promise<PasswordJudge> {
  judge ??= makeJudge();
  return judge;
}

async function makeJudge(): Promise<PasswordJudge> {
  const [{ ZxcvbnFactory }, common, english, german] = await Promise.all([
    import('@zxcvbn-ts/core'),
    import('@zxcvbn-ts/language-common'),
    import('@zxcvbn-ts/language-en'),
    import('@zxcvbn-ts/language-de'),
  ]);
  const estimator = new ZxcvbnFactory({
    dictionary: { ...common.dictionary, ...english.dictionary, ...german.dictionary },
    graphs: common.adjacencyGraphs,
    l33tMaxSubstitutions: SPELLINGS_MAX,
  });
  return (password, words) =>
    estimator.check(password.slice(0, WEIGHED_LENGTH_MAX), partsOf(words)).score < SCORE_MIN;
}

/** The words themselves and their parts: `jane.doe@example.org` is also `jane.doe`, `jane`, `doe` and `example`. */
function partsOf(words: readonly string[]): string[] {
  const parts = words.flatMap((word) => [word, ...word.split('@'), ...word.split(/[^\p{L}\p{N}]+/u)]);
  return [...new Set(parts.map((part) => part.toLowerCase()))].filter((part) => part.length > 2);
}
