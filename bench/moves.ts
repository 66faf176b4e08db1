// The figures of everything but imports: people archived, anonymized, deleted, renamed over many sites, emails swapped.
import type { AskedOptions } from '../api/wire.ts';
import { anonymizeBound, archiveBound, deleteBound } from './bounds/leaving.ts';
import { multiSiteBound } from './bounds/multi-site.ts';
import { type Bound, runBound } from './bounds/session.ts';
import { type Comparison, compare } from './measure.ts';
import { runByMuster, type Wish } from './muster.ts';
import { type Organisation, resetOrganisation } from './organisation.ts';
import { leavers, newEmails, renamings, swaps } from './roster.ts';
import { SITE_ID, type Stack } from './stack.ts';

const SITES = 500;
/** Of the people there are, so many in a hundred swap their emails: 10,000 swaps among 100,000. */
const SWAPPING_PERCENT = 20;

type Sizes = { rows: number; rounds: number };
type Move = { name: string; organisation: Organisation; csv: string; wish: Wish; bound: Bound };

const leaving = (action: NonNullable<AskedOptions['action']>): Wish => ({ options: { action } });

const archive = (rows: number): Move => ({
  name: 'archive',
  organisation: { people: rows, past: { status: 'active' } },
  csv: leavers(rows),
  wish: leaving('archive'),
  bound: archiveBound(SITE_ID),
});

const anonymize = (rows: number): Move => ({
  name: 'anonymize',
  organisation: { people: rows, past: { status: 'archived' } },
  csv: leavers(rows),
  wish: leaving('anonymize'),
  bound: anonymizeBound(SITE_ID),
});

const deletion = (rows: number): Move => ({
  name: 'delete',
  organisation: { people: rows, past: { status: 'active' } },
  csv: leavers(rows),
  wish: leaving('delete'),
  bound: deleteBound(SITE_ID),
});

const multiSite = (rows: number): Move => ({
  name: 'multi-site',
  organisation: { people: rows, sites: SITES },
  csv: renamings(rows, Math.ceil(rows / SITES)),
  wish: { preset: 'user-update' },
  bound: multiSiteBound(SITE_ID),
});

async function measureMove(stack: Stack, move: Move, { rows, rounds }: Sizes) {
  const { name, organisation, csv, wish, bound } = move;
  const contest = {
    rows,
    rival: 'bound',
    prepare: () => resetOrganisation(stack.databaseUrl, organisation),
    runRival: () => runBound(stack.databaseUrl, csv, bound),
    runMuster: () => runByMuster(stack, csv, wish),
  };
  return figuresOf(await compare(name, contest, rounds));
}

export const figuresOf = ({ rows, rivalRate, rate, ratio, workerMb }: Comparison) => ({
  rows,
  boundRate: rivalRate,
  rate,
  boundRatio: ratio,
  workerMb,
});

export const measureArchive = async (stack: Stack, sizes: Sizes) => ({
  archive: await measureMove(stack, archive(sizes.rows), sizes),
});

export const measureAnonymize = async (stack: Stack, sizes: Sizes) => ({
  anonymize: await measureMove(stack, anonymize(sizes.rows), sizes),
});

export const measureDelete = async (stack: Stack, sizes: Sizes) => ({
  delete: await measureMove(stack, deletion(sizes.rows), sizes),
});

export const measureMultiSite = async (stack: Stack, sizes: Sizes) => ({
  multiSite: await measureMove(stack, multiSite(sizes.rows), sizes),
});

/** Emails that pairs of rows swap, against as many that change to new ones: both through Muster. */
export async function measureSwaps(stack: Stack, { rows: people, rounds }: Sizes) {
  const rows = 2 * Math.round((people * SWAPPING_PERCENT) / 200);
  const contest = {
    rows,
    rival: 'plain updates',
    prepare: () => resetOrganisation(stack.databaseUrl, { people }),
    runRival: () => runByMuster(stack, newEmails(rows)),
    runMuster: () => runByMuster(stack, swaps(rows)),
  };
  const { rivalRate, rate, ratio, workerMb } = await compare('swaps', contest, rounds);
  // Plain updates are what swaps are held against, and so stand in the bound's place too.
  return {
    swaps: {
      rows,
      swaps: rows / 2,
      plainRate: rivalRate,
      rate,
      plainRatio: ratio,
      boundRatio: ratio,
      workerMb,
    },
  };
}
