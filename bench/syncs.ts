// The figures of a sync: a full file of which one row in a hundred changes something, and one that changes nothing.
import type { AskedOptions } from '../api/wire.ts';
import { runBound } from './bounds/session.ts';
import { syncBound } from './bounds/sync.ts';
import { runUnchangedBound } from './bounds/unchanged.ts';
import { type Comparison, type Contest, compare } from './measure.ts';
import { runByMuster } from './muster.ts';
import { resetOrganisation } from './organisation.ts';
import { everybody } from './roster.ts';
import { SITE_ID, type Stack } from './stack.ts';

/** A sync is of everybody: so many times as many rows as other figures have. */
const SYNC_TIMES = 10;

/** No sync without a limit; of these files none passes it. */
const OPTIONS: AskedOptions = { action: 'sync', limits: { archived: { percent: 50 } } };

type Sizes = { rows: number; rounds: number };

const figuresOf = ({ rows, rivalRate, rate, ratio, workerMb }: Comparison) => ({
  rows,
  boundRate: rivalRate,
  rate,
  boundRatio: ratio,
  workerMb,
});

async function measure(
  stack: Stack,
  name: string,
  { rows: share, rounds }: Sizes,
  isChanged: boolean,
  runRival: (csv: string) => Contest['runRival'],
) {
  const rows = share * SYNC_TIMES;
  const csv = everybody(rows, isChanged);
  const contest: Contest = {
    rows,
    rival: 'bound',
    prepare: () => resetOrganisation(stack.databaseUrl, { people: rows }),
    runRival: runRival(csv),
    runMuster: () => runByMuster(stack, csv, { options: OPTIONS }),
  };
  return figuresOf(await compare(name, contest, rounds));
}

export const measureSync = async (stack: Stack, sizes: Sizes) => ({
  sync: await measure(
    stack,
    'sync',
    sizes,
    true,
    (csv) => () => runBound(stack.databaseUrl, csv, syncBound(SITE_ID)),
  ),
});

export const measureUnchangedSync = async (stack: Stack, sizes: Sizes) => ({
  syncUnchanged: await measure(
    stack,
    'sync-unchanged',
    sizes,
    false,
    (csv) => () => runUnchangedBound(stack.databaseUrl, csv, SITE_ID),
  ),
});
