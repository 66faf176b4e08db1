// The queue of edit locks: whatever comes and goes, no two holders share a site, nobody overtakes, nobody starves.
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { type LockRequest, listGrantable } from '../../domain/lock-queue.ts';

const sites = fc.uniqueArray(fc.integer({ min: 1, max: 5 }), { minLength: 1, maxLength: 3 });

/** What happens to a queue: a run asks for sites, or the holder at a place gives back. */
const event = fc.oneof(
  sites.map((siteIds) => ({ kind: 'ask' as const, siteIds })),
  fc.nat(20).map((place) => ({ kind: 'give-back' as const, place })),
);

const overlap = (a: LockRequest, b: LockRequest) => a.siteIds.some((site) => b.siteIds.includes(site));

class Queue {
  holders: LockRequest[] = [];
  waiting: LockRequest[] = [];
  granted: LockRequest[] = [];
  asked: LockRequest[] = [];

  ask(siteIds: number[]): void {
    const request = { bulkActionId: `run${this.asked.length}`, siteIds };
    this.asked.push(request);
    this.waiting.push(request);
    this.grant();
  }

  giveBack(place: number): void {
    if (this.holders.length > 0) this.holders.splice(place % this.holders.length, 1);
    this.grant();
  }

  private grant(): void {
    const now = listGrantable(this.holders, this.waiting);
    this.waiting = this.waiting.filter((request) => !now.includes(request));
    this.holders.push(...now);
    this.granted.push(...now);
  }
}

const played = fc.array(event, { maxLength: 60 }).map((events) => {
  const queue = new Queue();
  const seen: LockRequest[][] = [];
  for (const one of events) {
    if (one.kind === 'ask') queue.ask(one.siteIds);
    else queue.giveBack(one.place);
    seen.push([...queue.holders]);
  }
  return { queue, seen };
});

describe('the queue', () => {
  test('never has two holders that share a site', () => {
    fc.assert(
      fc.property(played, ({ seen }) => {
        for (const holders of seen)
          for (const [place, one] of holders.entries())
            for (const other of holders.slice(place + 1)) expect(overlap(one, other)).toBe(false);
      }),
    );
  });

  test('grants requests that share a site in the order in which they came', () => {
    fc.assert(
      fc.property(played, ({ queue }) => {
        for (const [place, one] of queue.granted.entries())
          for (const later of queue.granted.slice(place + 1))
            if (overlap(one, later))
              expect(queue.asked.indexOf(one)).toBeLessThan(queue.asked.indexOf(later));
      }),
    );
  });

  test('leaves nobody waiting for sites that are free and that nobody before wants', () => {
    fc.assert(
      fc.property(played, ({ queue }) => {
        for (const [place, request] of queue.waiting.entries()) {
          const before = [...queue.holders, ...queue.waiting.slice(0, place)];
          expect(before.some((other) => overlap(other, request))).toBe(true);
        }
      }),
    );
  });

  test('serves everybody once holders give back, however many ask meanwhile', () => {
    fc.assert(
      fc.property(fc.array(sites, { minLength: 1, maxLength: 10 }), sites, (first, newcomer) => {
        const queue = new Queue();
        for (const siteIds of first) queue.ask(siteIds);
        const patient = queue.asked.slice();
        for (let turn = 0; turn < first.length; turn++) {
          queue.ask(newcomer);
          for (let holders = queue.holders.length; holders > 0; holders--) queue.giveBack(0);
        }
        expect(queue.granted).toEqual(expect.arrayContaining(patient));
      }),
    );
  });

  test('grants a set whole: one site that is held keeps the others of the set free', () => {
    const holder = { bulkActionId: 'a', siteIds: [1] };
    const whole = { bulkActionId: 'b', siteIds: [1, 2] };
    const other = { bulkActionId: 'c', siteIds: [2] };
    const apart = { bulkActionId: 'd', siteIds: [3] };
    expect(listGrantable([holder], [whole, other, apart])).toEqual([apart]);
    expect(listGrantable([], [whole, other, apart])).toEqual([whole, apart]);
  });
});
