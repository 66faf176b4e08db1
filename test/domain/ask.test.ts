// What a run asks: all that its plan needs, and later only what nobody has agreed to yet.
import { describe, expect, test } from 'vitest';
import { type Ask, askFor, firstWait } from '../../domain/ask.ts';
import type { Assessment } from '../../domain/safeguards.ts';

const NOTHING: Assessment = { tripped: [], approvals: [], graceMinutes: 0 };

/** What is asked of a plan that has stayed as it was when people agreed to this. */
const askedAgain = (ask: Ask | undefined, now: Partial<Assessment>): Ask | undefined => {
  if (!ask) throw new Error('nothing was asked before');
  return askFor({ ...NOTHING, ...now }, true, { ask, grown: 0, shrunk: 0 });
};

describe('a plan that has not changed since it was agreed to', () => {
  test('is applied where nothing more is needed, whatever was asked', () => {
    const all: Assessment = { ...NOTHING, approvals: ['delete'], graceMinutes: 60 };
    expect(askedAgain(askFor(NOTHING, true), {})).toBeUndefined();
    expect(askedAgain(askFor(all, true), all)).toBeUndefined();
    expect(askedAgain(askFor(all, true), { ...all, graceMinutes: 15 })).toBeUndefined();
  });

  test('gets the grace period that its site has asked for since, or a longer one, and once', () => {
    const late = askedAgain(askFor(NOTHING, true), { graceMinutes: 60 });
    expect(late).toMatchObject({ why: ['grace'], graceMinutes: 60 });
    expect(late && firstWait(late)).toBe('grace-period');
    expect(askedAgain(late, { graceMinutes: 60 })).toBeUndefined();
    const longer = askedAgain(late, { graceMinutes: 90 });
    expect(longer).toMatchObject({ why: ['grace'], graceMinutes: 90 });
    expect(askedAgain(longer, { graceMinutes: 60 })).toBeUndefined();
  });

  test('gets the approval that its site has asked for since, without a second grace period', () => {
    const first = askFor({ ...NOTHING, graceMinutes: 60 }, true);
    const second = askedAgain(first, { approvals: ['delete'], graceMinutes: 60 });
    expect(second).toMatchObject({ why: ['approval'], approvals: ['delete'], graceMinutes: 0 });
    expect(askedAgain(second, { approvals: ['delete'], graceMinutes: 60 })).toBeUndefined();
  });

  test('waits once, in a run that was asked by a version that did not note how long it had waited', () => {
    const { settled: _settled, ...old } = askFor({ ...NOTHING, graceMinutes: 60 }, true) as Ask;
    const ask = { ...old, settled: { tripped: [], approvals: [] } } as unknown as Ask;
    expect(askedAgain(ask, { graceMinutes: 60 })).toBeUndefined();
  });
});

test('a plan that has grown is asked about anew, with all that it needs', () => {
  const all: Assessment = { ...NOTHING, approvals: ['delete'], graceMinutes: 60 };
  const ask = askFor(all, false) as Ask;
  expect(askFor(all, false, { ask, grown: 1, shrunk: 0 })).toMatchObject({
    why: ['grown', 'approval', 'grace'],
    approvals: ['delete'],
    graceMinutes: 60,
  });
});
