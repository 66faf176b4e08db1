// The catalogue holds every code that is ever given, and none that is not: sources and SQL are read for them.
import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { FAULT_CODES, PROBLEM_CODES } from '../domain/problems/catalogue.ts';
import { REFUSAL_CODES } from '../domain/refusal.ts';
import { PAUSE_REASONS } from '../domain/sources/source.ts';

const ROOT = new URL('..', import.meta.url).pathname;
const ROOMS = ['domain', 'db', 'activities', 'adapters', 'api', 'cli', 'workflows'];
/** The catalogue itself gives nothing. */
const CATALOGUE = /^domain\/(problems\/|problems\.ts|refusal\.ts)/;

const files = ROOMS.flatMap((room) =>
  readdirSync(ROOT + room, { recursive: true, encoding: 'utf8' }).map((name) => `${room}/${name}`),
)
  .filter((name) => /\.(ts|tsx|sql)$/.test(name) && !CATALOGUE.test(name))
  .map((name) => ({ name, text: readFileSync(ROOT + name, 'utf8') }));

/** How a code is given: to a reason in SQL as text or built, to a reason, refusal or problem in TypeScript. */
const GIVING = [
  /"code": ?"([a-z-]+)"/g,
  /'code', ?'([a-z-]+)'/g,
  /\bcode(?::| =) '([a-z-]+)'/g,
  /\breason: '([a-z-]+)'/g,
  /new Refusal\(\s*'([a-z-]+)'/g,
  /(?:problem|refuse|bare)\(\s*'([a-z-]+)'/g,
];
/** `case … then 'a-code' … end as code`, in SQL. */
const CASES = /\bcase\b((?:(?!end as code|cross join|left join)[\s\S])*)end as code/g;
/** Not a code: the row's own problems are taken as they are. */
const STAND_INS = ['problems'];

const given = files.flatMap(({ name, text }) => {
  const plain = GIVING.flatMap((pattern) => [...text.matchAll(pattern)].map((match) => match[1] ?? ''));
  const cases = [...text.matchAll(CASES)].flatMap((match) =>
    [...(match[1] ?? '').matchAll(/then '([a-z-]+)'/g)].map((then) => then[1] ?? ''),
  );
  return [...plain, ...cases].filter((code) => !STAND_INS.includes(code)).map((code) => ({ name, code }));
});

const known: readonly string[] = [...PROBLEM_CODES, ...REFUSAL_CODES, ...FAULT_CODES];

describe('codes', () => {
  test('that are given are all in the catalogue', () => {
    expect(given.length).toBeGreaterThan(100);
    const reasons: readonly string[] = [...known, ...PAUSE_REASONS];
    expect(given.filter(({ code }) => !reasons.includes(code))).toEqual([]);
  });

  test('are each given somewhere: none is listed in vain', () => {
    // Some are handed on before they are given, as a constant or an argument.
    const quoted = new Set(files.flatMap(({ text }) => text.match(/'[a-z]+(?:-[a-z]+)+'/g) ?? []));
    const isGiven = (code: string) => given.some((one) => one.code === code) || quoted.has(`'${code}'`);
    expect(known.filter((code) => !isGiven(code))).toEqual([]);
  });

  test('mean one thing: no refusal is called as a problem of a row is', () => {
    const rows: readonly string[] = PROBLEM_CODES;
    expect([...REFUSAL_CODES, ...FAULT_CODES].filter((code) => rows.includes(code))).toEqual([]);
    expect(new Set(known).size).toBe(known.length);
  });
});
