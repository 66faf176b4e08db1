// The names of the audit trail: systematic, written down for people, and each of them noted somewhere.
import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { AUDIT_EVENTS, WHAT_PATTERN } from '../../domain/audit.ts';
import { isFinal, STATES } from '../../domain/bulk-action.ts';

const ROOT = new URL('../..', import.meta.url).pathname;
const names = Object.keys(AUDIT_EVENTS);

describe('events', () => {
  test('are named by a noun and what was done', () => {
    expect(names.filter((name) => !/^[a-z]+(-[a-z]+)*\.[a-z]+(-[a-z]+)*$/.test(name))).toEqual([]);
    expect(names.filter((name) => !WHAT_PATTERN.test(name))).toEqual([]);
  });

  test('stand in docs/audit.md with what they mean, and no other does', () => {
    const page = readFileSync(`${ROOT}docs/audit.md`, 'utf8');
    const rows = [...page.matchAll(/^\| `([a-z-]+\.[a-z-]+)` \| (.+) \|$/gm)].map(([, name, means]) => [
      name,
      means,
    ]);
    expect(rows).toEqual(Object.entries(AUDIT_EVENTS).map(([name, { means }]) => [name, means]));
  });

  test('are each noted somewhere: none is listed in vain', () => {
    const files = ['api', 'db/queries', 'db/migrations', 'activities'].flatMap((room) =>
      readdirSync(`${ROOT}${room}`, { recursive: true, encoding: 'utf8' })
        .filter((name) => /\.(ts|sql)$/.test(name))
        .map((name) => readFileSync(`${ROOT}${room}/${name}`, 'utf8')),
    );
    // The end of a run is told by its state.
    const ends = STATES.filter(isFinal).map((state) => `run.${state}`);
    const isNoted = (name: string) => ends.includes(name) || files.some((text) => text.includes(`'${name}'`));
    expect(names.filter((name) => !isNoted(name))).toEqual([]);
  });

  test('have one for each way in which a run ends', () => {
    for (const state of STATES.filter(isFinal)) expect(names).toContain(`run.${state}`);
  });
});
