// Sources as a terminal shows them: one, all of them, and what a test has found.
import type { SourceTest } from '../../api/wire-source-tests.ts';
import type { Source } from '../../api/wire-sources.ts';
import { formatBytes, tableLines } from '../text.ts';

/** One source: what it takes, when, and how it fares. */
export function sourceLines(source: Source): string[] {
  const { id, siteId, name, pause, problem, readiness, rowCount } = source;
  const facts: [string, string | null][] = [
    ['Place', placeWords(source.place)],
    [
      'Secret',
      source.hasSecret ? `kept encrypted: ${source.secretNames.join(', ') || 'its key is not here'}` : null,
    ],
    ...source.parts.map(partFact),
    ['Looks', source.scheduleInWords],
    [
      'Takes',
      readiness.kind === 'rest'
        ? `what has not changed for ${readiness.restSeconds} s`
        : `what has a file ${readiness.suffix} beside it`,
    ],
    [
      'Row count',
      rowCount &&
        (rowCount.kind === 'trailer'
          ? `in a last line that begins with ${rowCount.word}`
          : `in a file ${rowCount.suffix} beside it`),
    ],
    ['Fewer rows', source.fewerRowsPercentMax === null ? null : `${source.fewerRowsPercentMax}% at most`],
    ['Tells', source.notify.length === 0 ? 'nobody' : `${source.notify.join(', ')} (${source.tells})`],
    ['Alarm', source.freshHours === null ? null : `after ${source.freshHours} h without a good file`],
    ['Owner', source.owner?.name ?? 'gone'],
    [
      'State',
      pause
        ? `paused since ${pause.at}${pause.by ? ` by ${pause.by}` : ''}${pause.note ? ` (${pause.note})` : ''}: ${pause.words}`
        : stateOf(source),
    ],
    ['Run', pause?.run ?? null],
    ['Next file', source.isRemasterAsked ? REMASTER_WAITS : null],
    ['Problem', problem && `${problem.message} (${problem.code})`],
    ['Stale since', source.freshness.staleSince],
    ['Last look', source.lastLookedAt ?? 'never'],
    ['Last good', source.lastGoodAt ?? 'never'],
    ['Next look', pause ? null : (source.nextAt ?? 'unknown')],
  ];
  const shown = facts
    .filter(([, value]) => value !== null)
    .map(([label, value]) => `  ${label.padEnd(12)}${value}`);
  return [`Source ${id} of site ${siteId}: ${name}`, ...shown];
}

/** Said where somebody asked for a remaster and no file has come since. */
export const REMASTER_WAITS = 'counts as the whole truth of its sites, as --remaster asked for';

const stateOf = ({ isRunning, isHeld, state }: Source): string =>
  `${state}${isRunning ? ', at work now' : ''}${isHeld ? ', but held still in Temporal: resume it' : ''}`;

function partFact({ patterns, preset, options }: Source['parts'][number], index: number): [string, string] {
  const action = options?.action === undefined ? '' : `, ${options.action}`;
  return [index === 0 ? 'Files' : 'Then', `${patterns.join(', ')} as ${preset}${action}`];
}

function placeWords(place: Source['place']): string {
  switch (place.kind) {
    case 'directory':
      return place.path;
    case 'sftp':
      return `sftp://${place.user}@${place.host}:${place.port ?? 22} ${place.path ?? '.'}`;
    case 'https':
      return place.url;
    case 's3':
      return `s3://${place.bucket}/${place.prefix ?? ''}${place.endpoint ? ` at ${place.endpoint}` : ''}`;
  }
}

export const sourceTable = (sources: readonly Source[]): string[] =>
  tableLines(
    ['Id', 'Site', 'Name', 'State', 'Looks', 'Next', 'Last good', 'Problem'],
    sources.map((source) => [
      String(source.id),
      String(source.siteId),
      source.name,
      source.pause ? `paused: ${source.pause.reason}` : stateOf(source),
      source.scheduleInWords,
      source.nextAt ?? '',
      source.lastGoodAt ?? 'never',
      source.problem?.code ?? (source.freshness.staleSince ? 'stale' : ''),
    ]),
  );

/** What a test has found; what is in the way is said elsewhere. */
export function testLines({ files, filesTotal, sets, canMove }: SourceTest): string[] {
  const uses = { marker: 'a marker', 'row-count': 'a row count', none: 'nothing' } as const;
  const rows = files.map((file) => [
    file.name,
    formatBytes(file.bytes),
    file.modifiedAt ?? '',
    file.use === 'import'
      ? `part ${(file.part ?? 0) + 1}, pattern ${(file.pattern ?? 0) + 1}`
      : uses[file.use],
  ]);
  const count = filesTotal === 1 ? '1 file is there.' : `${filesTotal} files are there.`;
  const told = sets.map(({ set, state, files: names, missing }) => {
    const words =
      state === 'waiting'
        ? `waits for ${missing.join(', ')}`
        : state === 'ready'
          ? 'is ready'
          : 'changed a moment ago';
    return `  ${set || names[0]}: ${words}`;
  });
  return [
    `It can be reached. ${count}`,
    ...(rows.length > 0 ? tableLines(['File', 'Size', 'Changed', 'For'], rows) : []),
    ...(told.length > 0 ? ['What belongs together:', ...told] : []),
    ...(canMove === false ? ['Nothing is moved there: a file is taken again when it changes.'] : []),
  ];
}
