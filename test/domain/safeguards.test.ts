// What safeguards say of a plan: which limits it passes, who must approve it, how long it can be stopped; and whose words count.
import { fc, test as property } from '@fast-check/vitest';
import { describe, expect, test } from 'vitest';
import { type AbsentMode, PHASES } from '../../domain/bulk-action.ts';
import { LIMITED, type Limits, mergedLimits, withMaxChange, withNumbers } from '../../domain/limits.ts';
import {
  APPROVABLE,
  assess,
  effectiveOf,
  isSyncGuarded,
  NO_SAFEGUARDS,
  type PlannedOnSite,
  type Safeguards,
  toSafeguards,
  unknownSticky,
} from '../../domain/safeguards.ts';

const SITE = 1001;
const planned = (
  rows: PlannedOnSite['rows'],
  activePeople = 100,
  siteId = SITE,
  peopleTwice = 0,
): PlannedOnSite => ({ siteId, activePeople, rows, peopleTwice });
const saying = (said: Partial<Safeguards>): Safeguards => ({ ...NO_SAFEGUARDS, ...said });
const limited = (limits: Limits, limitsSiteId = SITE): Safeguards => saying({ limits, limitsSiteId });

/** What a plan on one site needs, by the site's safeguards and the run's own limits. */
const assessed = (
  site: PlannedOnSite,
  safeguards: Safeguards = NO_SAFEGUARDS,
  limits: Limits = {},
  replacesLimits = false,
) => assess({ limits, replacesLimits, sites: [site], safeguards: new Map([[site.siteId, safeguards]]) });

const tripped = (...given: Parameters<typeof assessed>) =>
  assessed(...given).tripped.map(({ limited: name, siteId }) => [name, siteId]);

describe('a limit', () => {
  test.each([
    ['20 of 100 people is 20 percent', { changed: { percent: 20 } }, { update: 20 }, false],
    ['21 is more', { changed: { percent: 20 } }, { update: 21 }, true],
    ['20 people are 20', { changed: { people: 20 } }, { update: 20 }, false],
    ['21 are more', { changed: { people: 20 } }, { update: 21 }, true],
    ['the tighter one of both counts', { changed: { people: 5, percent: 50 } }, { update: 6 }, true],
    ['however they are given', { changed: { people: 50, percent: 5 } }, { update: 6 }, true],
    ['none at all is a limit too', { archived: { people: 0 } }, { archive: 1 }, true],
    ['nobody passes it', { archived: { people: 0, percent: 0 } }, { update: 9 }, false],
    ['one without a number says nothing', { changed: {}, removed: { percent: null } }, { delete: 9 }, false],
    ['a share may have decimals', { changed: { percent: 12.5 } }, { update: 13 }, true],
  ] as const)('%s', (_what, limits, rows, isTripped) => {
    expect(tripped(planned(rows), limited(limits))).toHaveLength(isTripped ? 1 : 0);
    expect(tripped(planned(rows), NO_SAFEGUARDS, limits)).toHaveLength(isTripped ? 1 : 0);
  });

  test('counts what it is about', () => {
    const rows = Object.fromEntries(PHASES.map((phase, at) => [phase, 10 ** at]));
    const actual = Object.fromEntries(
      LIMITED.map((name) => [
        name,
        assessed(planned(rows), limited({ [name]: { people: 0 } })).tripped[0]?.actual,
      ]),
    );
    // archive 1, anonymize 10, delete 100, hand-over 1,000, restore 10,000, update 100,000, create 1,000,000
    expect(actual).toEqual({ changed: 111_111, created: 1_000_000, archived: 1, removed: 110 });
  });

  test('counts somebody once who is archived and then anonymized', () => {
    const site = planned({ archive: 5, anonymize: 5 }, 100, SITE, 5);
    expect(
      tripped(site, limited({ changed: { people: 5 }, archived: { people: 5 }, removed: { people: 5 } })),
    ).toEqual([]);
    expect(tripped(site, limited({ changed: { people: 4 } }))).toEqual([['changed', SITE]]);
  });

  test('says what it is, what was planned, and whose it is', () => {
    expect(
      assessed(planned({ archive: 30, delete: 3 }), limited({ archived: { percent: 20 } }, 1000)),
    ).toEqual({
      tripped: [{ limited: 'archived', limit: { percent: 20 }, actual: 30, activePeople: 100, siteId: 1000 }],
      approvals: [],
      graceMinutes: 0,
    });
  });

  test('in percent of nobody is passed by any change, and by no creating', () => {
    const share = Object.fromEntries(LIMITED.map((name) => [name, { percent: 100 }]));
    const empty = planned({ create: 1000, restore: 1, anonymize: 2 }, 0);
    expect(tripped(empty, limited(share))).toEqual([
      ['changed', SITE],
      ['removed', SITE],
    ]);
    expect(tripped(empty, limited({ created: { people: 999 } }))).toEqual([['created', SITE]]);
  });

  property.prop([fc.integer({ min: 0, max: 10_000 }), fc.integer({ min: 1, max: 100_000 }), fc.nat(100_000)])(
    'in percent is passed exactly where whole numbers say so',
    (hundredths, activePeople, update) => {
      const isPassed = update * 10_000 > hundredths * activePeople;
      const limits = { changed: { percent: hundredths / 100 } };
      expect(tripped(planned({ update }, activePeople), limited(limits))).toHaveLength(isPassed ? 1 : 0);
    },
  );
});

const count = fc.nat(50);
const anyRows = fc.record(Object.fromEntries(PHASES.map((phase) => [phase, count])), { requiredKeys: [] });
const anyLimit = fc.record({ people: fc.nat(60), percent: fc.nat(100) }, { requiredKeys: [] });
const anyLimits = fc.record(
  { changed: anyLimit, created: anyLimit, archived: anyLimit, removed: anyLimit },
  { requiredKeys: [] },
) as fc.Arbitrary<Limits>;
const anySites = fc.array(fc.tuple(anyRows, fc.nat(100)), { minLength: 1, maxLength: 5 });

describe('several sites', () => {
  const on = (siteId: number, rows: PlannedOnSite['rows'], activePeople = 100) =>
    planned(rows, activePeople, siteId);

  test('that take their limits from one are counted together, the others by themselves', () => {
    const limits = { archived: { percent: 10 } };
    const sites = [on(1, { archive: 20 }), on(2, {}), on(3, { archive: 11 }), on(4, { archive: 99 })];
    const safeguards = new Map([
      [1, limited(limits, 1000)],
      [2, limited(limits, 1000)],
      [3, limited(limits, 3)],
      [4, NO_SAFEGUARDS],
    ]);
    expect(assess({ limits: {}, replacesLimits: false, sites, safeguards }).tripped).toEqual([
      { limited: 'archived', limit: { percent: 10 }, actual: 11, activePeople: 100, siteId: 3 },
    ]);
    sites[1] = on(2, { archive: 1 });
    expect(assess({ limits: {}, replacesLimits: false, sites, safeguards }).tripped).toMatchObject([
      { actual: 21, activePeople: 200, siteId: 1000 },
      { siteId: 3 },
    ]);
  });

  test('are all counted for the limits of the run', () => {
    const sites = [on(1, { update: 30 }), on(2, { update: 30 }), on(3, {})];
    const of = (percent: number) =>
      assess({ limits: { changed: { percent } }, replacesLimits: false, sites, safeguards: new Map() })
        .tripped;
    expect(of(20)).toEqual([]);
    expect(of(19)).toEqual([
      { limited: 'changed', limit: { percent: 19 }, actual: 60, activePeople: 300, siteId: null },
    ]);
  });

  property.prop([anySites, anyLimits])(
    'with one site’s limits are judged as one run’s own',
    (given, limits) => {
      const sites = given.map(([rows, activePeople], at) => on(at, rows, activePeople));
      const safeguards = new Map(sites.map(({ siteId }) => [siteId, limited(limits, 1000)]));
      const bySites = assess({ limits: {}, replacesLimits: false, sites, safeguards });
      const byRun = assess({ limits, replacesLimits: false, sites, safeguards: new Map() });
      expect(bySites.tripped.map((one) => ({ ...one, siteId: null }))).toEqual(byRun.tripped);
    },
  );

  property.prop([anySites, anyLimits, fc.nat(4)])('in any order need the same', (given, limits, turn) => {
    const sites = given.map(([rows, activePeople], at) => on(at, rows, activePeople));
    const turned = [...sites.slice(turn), ...sites.slice(0, turn)];
    const safeguards = new Map(
      sites.map(({ siteId }) => [siteId, saying({ approvals: ['delete'], graceMinutes: siteId })]),
    );
    const needs = (order: PlannedOnSite[]) =>
      assess({ limits, replacesLimits: false, sites: order, safeguards });
    expect(needs(turned)).toEqual(needs(sites));
  });

  property.prop([anySites, anyLimits])('that change more never pass fewer limits', (given, limits) => {
    const sites = given.map(([rows, activePeople], at) => on(at, rows, activePeople));
    const more = sites.map((site) => ({
      ...site,
      rows: Object.fromEntries(PHASES.map((phase) => [phase, (site.rows[phase] ?? 0) + 1])),
    }));
    const names = (of: PlannedOnSite[]) =>
      assess({ limits, replacesLimits: false, sites: of, safeguards: new Map() }).tripped.map(
        (one) => one.limited,
      );
    expect(names(more)).toEqual(expect.arrayContaining(names(sites)));
  });
});

describe('limits of a run', () => {
  const site = planned({ update: 30, archive: 30 });
  const ofSite = limited({ changed: { percent: 20 }, archived: { percent: 20 } });

  test('stand beside those of the site, and both are told', () => {
    expect(tripped(site, ofSite, { changed: { percent: 10 } })).toEqual([
      ['changed', null],
      ['changed', SITE],
      ['archived', SITE],
    ]);
    expect(tripped(site, ofSite, { changed: { percent: 90 } })).toEqual([
      ['changed', SITE],
      ['archived', SITE],
    ]);
  });

  test('stand in their place where the run says so, each for itself', () => {
    expect(tripped(site, ofSite, { changed: { percent: 90 } }, true)).toEqual([['archived', SITE]]);
    expect(tripped(site, ofSite, { archived: { percent: null }, changed: { people: 59 } }, true)).toEqual([
      ['changed', null],
    ]);
    expect(tripped(site, ofSite, {}, true)).toHaveLength(2);
  });
});

describe('approvals and grace', () => {
  test('are needed for what is planned, where it is planned', () => {
    const all = saying({ approvals: APPROVABLE, graceMinutes: 60 });
    expect(assessed(planned({ update: 1 }), all)).toMatchObject({ approvals: ['update'], graceMinutes: 0 });
    expect(assessed(planned({ 'hand-over': 1 }), all).approvals).toEqual(['update']);
    expect(assessed(planned({ delete: 1, anonymize: 0 }), all)).toMatchObject({
      approvals: ['delete'],
      graceMinutes: 60,
    });
    expect(assessed(planned({}), all)).toEqual({ tripped: [], approvals: [], graceMinutes: 0 });
  });

  test('are those of all sites together, and the longest time', () => {
    const sites = [
      planned({ delete: 1 }, 9, 1),
      planned({ anonymize: 1, create: 1 }, 9, 2),
      planned({ archive: 1 }, 9, 3),
    ];
    const safeguards = new Map([
      [1, saying({ approvals: ['delete', 'archive'], graceMinutes: 30 })],
      [2, saying({ approvals: ['anonymize'], graceMinutes: 90 })],
      [3, saying({ approvals: ['delete'], graceMinutes: 9000 })],
    ]);
    expect(assess({ limits: {}, replacesLimits: false, sites, safeguards })).toEqual({
      tripped: [],
      approvals: ['anonymize', 'delete'],
      graceMinutes: 90,
    });
  });
});

describe('what holds', () => {
  const nothing = { limits: null, approvals: null, graceMinutes: null, stickyFields: null };

  test('is what the nearest site says, one by one', () => {
    const said = [
      { ...nothing, siteId: 3, graceMinutes: 0 },
      { ...nothing, siteId: 2, limits: {}, graceMinutes: 60, stickyFields: ['phone'] },
      {
        ...nothing,
        siteId: 1,
        limits: { changed: { percent: 5 } },
        stickyFields: [],
        approvals: ['delete'] as const,
      },
    ];
    expect(toSafeguards(effectiveOf(said))).toEqual({
      limits: {},
      limitsSiteId: 2,
      approvals: ['delete'],
      graceMinutes: 0,
      stickyFields: ['phone'],
    });
    expect(effectiveOf(said).graceMinutes).toEqual({ value: 0, fromSiteId: 3 });
  });

  test('is no limit, no approval, no time and nothing sticky where nobody says anything', () => {
    expect(toSafeguards(effectiveOf([{ ...nothing, siteId: 1 }]))).toEqual(NO_SAFEGUARDS);
  });
});

describe('a sync is guarded', () => {
  const guarded = (
    limits: Limits,
    ofSite: Limits = {},
    replacesLimits = false,
    absent: AbsentMode = 'archive',
  ) => isSyncGuarded({ limits, replacesLimits, absent }, { limits: ofSite });

  test('by a limit of the run or of the site on who is changed or archived', () => {
    expect(guarded({ changed: { percent: 100 } })).toBe(true);
    expect(guarded({ archived: { people: 0 } })).toBe(true);
    expect(guarded({}, { archived: { percent: 5 } })).toBe(true);
  });

  test('by no other, by none without a number, and by none that the run puts aside', () => {
    expect(guarded({})).toBe(false);
    expect(guarded({ created: { people: 1 }, removed: { people: 1 } }, { removed: { percent: 1 } })).toBe(
      false,
    );
    expect(guarded({ changed: {}, archived: { percent: null } })).toBe(false);
    expect(guarded({ changed: { percent: null } }, { changed: { percent: 5 } })).toBe(true);
    expect(guarded({ changed: { percent: null } }, { changed: { percent: 5 } }, true)).toBe(false);
  });

  test('that deletes by one on who is removed or changed; one where nobody goes needs none', () => {
    expect(guarded({ removed: { people: 1 } }, {}, false, 'delete')).toBe(true);
    expect(guarded({}, { changed: { percent: 5 } }, false, 'delete')).toBe(true);
    expect(guarded({ archived: { people: 1 } }, { archived: { percent: 5 } }, false, 'delete')).toBe(false);
    expect(guarded({}, {}, false, 'keep')).toBe(true);
  });
});

describe('limits', () => {
  test('are put together number by number; null takes one away', () => {
    const under = { changed: { people: 5, percent: 10 }, created: { people: 1 } };
    expect(mergedLimits(under, { changed: { percent: 20 }, removed: { people: 0 } })).toEqual({
      changed: { people: 5, percent: 20 },
      created: { people: 1 },
      removed: { people: 0 },
    });
    expect(mergedLimits(under, { changed: { people: null } }).changed).toEqual({ people: null, percent: 10 });
    expect(mergedLimits(undefined, undefined)).toEqual({});
  });

  test('take the tighter of two shares of people who change', () => {
    expect(withMaxChange({ changed: { percent: 10, people: 3 } }, 20)).toEqual({
      changed: { percent: 10, people: 3 },
    });
    expect(withMaxChange({ changed: { percent: 30 } }, 20)).toEqual({ changed: { percent: 20 } });
    expect(withMaxChange({ changed: { percent: null }, created: {} }, 20)).toEqual({
      changed: { percent: 20 },
      created: {},
    });
  });

  test('are kept without what says nothing', () => {
    const given = { changed: { people: null, percent: 20 }, created: {}, archived: { percent: null } };
    expect(withNumbers(given)).toEqual({ changed: { percent: 20 } });
  });
});

test('a field that nobody can protect is told with the one that was probably meant', () => {
  expect(unknownSticky(['first_name', 'phone', 'emial', 'identifier'], ['phone', 'room'])).toEqual([
    { at: 2, expected: 'email' },
    { at: 3, expected: expect.any(String) },
  ]);
});
