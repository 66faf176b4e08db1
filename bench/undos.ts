// The figure of undoing: a run that has changed everybody is taken back.

import { runScreening } from './bounds/session.ts';
import { undoBound } from './bounds/undo.ts';
import { compare } from './measure.ts';
import { figuresOf } from './moves.ts';
import { runByMuster, undoByMuster } from './muster.ts';
import { resetOrganisation, settleTables } from './organisation.ts';
import { newNames } from './roster.ts';
import type { Stack } from './stack.ts';

/** So many people get new first names and remarks by a run; then that run is undone, by Muster and by the bound. */
export async function measureUndo(stack: Stack, { rows, rounds }: { rows: number; rounds: number }) {
  const csv = newNames(rows);
  let runId = '';
  const contest = {
    rows,
    rival: 'bound',
    async prepare() {
      await resetOrganisation(stack.databaseUrl, { people: rows });
      runId = (await runByMuster(stack, csv, { options: { action: 'update' } })).run.id;
      await settleTables(stack.databaseUrl);
    },
    runRival: () => runScreening(stack.databaseUrl, undoBound(runId)),
    runMuster: () => undoByMuster(stack, runId),
  };
  return { undo: figuresOf(await compare('undo', contest, rounds)) };
}
