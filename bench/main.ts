// `npm run bench`: what Muster does a second beside its bounds and beside one activity per row, in one run.
//
// npm run bench -- [FIGURE...] · --json ends with one object · --rounds N (3) · --rows N (100,000) · --in-flight N (2)
// Without figures all are measured; --no-million leaves out the longest.
import { parseArgs } from 'node:util';
import {
  type ImportMeasured,
  importFigures,
  measureImport,
  measureMillion,
  measureSmallRuns,
} from './imports.ts';
import { measureInvitations } from './invitations.ts';
import { say } from './measure.ts';
import { measureAnonymize, measureArchive, measureDelete, measureMultiSite, measureSwaps } from './moves.ts';
import { makeFields, runByMuster } from './muster.ts';
import { resetOrganisation } from './organisation.ts';
import { measurePhotos } from './photos.ts';
import { measureRoles } from './roles.ts';
import { roster } from './roster.ts';
import { type Stack, startStack } from './stack.ts';
import { measureSync, measureUnchangedSync } from './syncs.ts';
import { measureUndo } from './undos.ts';

/** What can be measured, and about how long each takes: seconds of a round of 100,000 rows, or of all there is. */
const FIGURES = {
  import: { roundSeconds: 70 },
  small: { seconds: 15 },
  archive: { roundSeconds: 20 },
  anonymize: { roundSeconds: 25 },
  delete: { roundSeconds: 25 },
  'multi-site': { roundSeconds: 15 },
  swaps: { roundSeconds: 8 },
  roles: { roundSeconds: 12 },
  // A thousand pictures, whatever --rows says beyond that.
  photos: { seconds: 420 },
  undo: { roundSeconds: 45 },
  sync: { roundSeconds: 120 },
  'sync-unchanged': { roundSeconds: 100 },
  invitations: { roundSeconds: 180 },
  million: { seconds: 80 },
} as const satisfies Record<string, { roundSeconds: number } | { seconds: number }>;
type Figure = keyof typeof FIGURES;

const START_SECONDS = 15;
const PLANNED_ROWS = 100_000;

const { values, positionals } = parseArgs({
  options: {
    json: { type: 'boolean', default: false },
    rounds: { type: 'string', default: '3' },
    rows: { type: 'string', default: String(PLANNED_ROWS) },
    million: { type: 'boolean', default: true },
    'in-flight': { type: 'string', default: '2' },
  },
  allowNegative: true,
  allowPositionals: true,
});

const names = Object.keys(FIGURES) as Figure[];
const unknown = positionals.filter((name) => !(name in FIGURES));
if (unknown.length > 0) refuse(`There is no figure ${unknown.join(', ')}. There are: ${names.join(', ')}.`);

const wanted = names.filter(
  (name) =>
    (positionals.length === 0 ||
      positionals.includes(name) ||
      (name === 'import' && positionals.includes('million'))) &&
    (name !== 'million' || values.million),
);
const sizes = {
  rows: wholeNumber('rows'),
  rounds: wholeNumber('rounds'),
  inFlight: wholeNumber('in-flight'),
};

const MEASURES: Record<Exclude<Figure, 'import' | 'million'>, (stack: Stack) => Promise<object>> = {
  small: measureSmallRuns,
  archive: (stack) => measureArchive(stack, sizes),
  anonymize: (stack) => measureAnonymize(stack, sizes),
  delete: (stack) => measureDelete(stack, sizes),
  'multi-site': (stack) => measureMultiSite(stack, sizes),
  swaps: (stack) => measureSwaps(stack, sizes),
  roles: (stack) => measureRoles(stack, sizes),
  photos: (stack) => measurePhotos(stack, sizes),
  undo: (stack) => measureUndo(stack, sizes),
  invitations: (stack) => measureInvitations(stack, sizes),
  sync: (stack) => measureSync(stack, sizes),
  'sync-unchanged': (stack) => measureUnchangedSync(stack, sizes),
};

function refuse(why: string): never {
  say(why);
  process.exit(1);
}

function wholeNumber(option: 'rows' | 'rounds' | 'in-flight'): number {
  const number = Number(values[option]);
  return Number.isInteger(number) && number > 0 ? number : refuse(`--${option} is a whole number from 1.`);
}

/** Measures one figure after the other. One that fails says so, and the others are measured all the same. */
async function measureAll(stack: Stack): Promise<object> {
  // Of a million rows is told how they compare with fewer: import goes first.
  let imported: ImportMeasured | undefined;
  const measure = async (name: Figure): Promise<object> => {
    if (name === 'import') {
      imported = await measureImport(stack, sizes);
      return importFigures(imported);
    }
    if (name !== 'million') return MEASURES[name](stack);
    return imported ? measureMillion(stack, imported.comparison) : {};
  };
  const figures: object[] = [];
  for (const name of wanted) {
    const began = performance.now();
    try {
      figures.push(await measure(name));
      say(`${name}: done in ${minutes((performance.now() - began) / 1000)}`);
    } catch (error) {
      say(`${name}: not measured. ${error instanceof Error ? error.message : error}`);
      process.exitCode = 1;
    }
  }
  return Object.assign({}, ...figures);
}

function plannedSeconds(): number {
  const share = sizes.rows / PLANNED_ROWS;
  const parts = wanted.map((name) => {
    const plan: { roundSeconds: number } | { seconds: number } = FIGURES[name];
    return 'seconds' in plan ? plan.seconds : plan.roundSeconds * sizes.rounds * share;
  });
  return parts.reduce((sum, part) => sum + part, START_SECONDS);
}

const minutes = (seconds: number): string =>
  seconds < 90 ? `${Math.ceil(seconds)} s` : `${Math.ceil(seconds / 60)} min`;

say(
  `${wanted.join(', ')}: ${sizes.rounds} rounds of ${sizes.rows.toLocaleString('en')} rows, ` +
    `about ${minutes(plannedSeconds())} on two quiet cores`,
);
const stack = await startStack();
for (const signal of ['SIGINT', 'SIGTERM'] as const)
  process.once(signal, () => stack.stop().finally(() => process.exit(1)));
try {
  await makeFields(stack);
  // What a process does for the first time takes longer than ever after.
  await resetOrganisation(stack.databaseUrl, { people: 1_000 });
  await runByMuster(stack, roster(2_000, 1_000));
  const figures = await measureAll(stack);
  console.log(JSON.stringify(figures, null, values.json ? 0 : 2));
} finally {
  await stack.stop();
}
