// The runs of a source: what one is begun with, and what the source makes of how it ended.
import type { Kind, RunAction } from '../bulk-action.ts';
import type { SourcePart } from './source.ts';

/** What is run: the files of one part of a delivery, by whom, and what the source knows of them. */
export type SourceRunAsked = {
  sourceId: number;
  deliveryId: number;
  /** Which part it is, from 0. */
  part: number;
  siteId: number;
  byPersonId: number | null;
  settings: SourcePart;
  uploadIds: readonly string[];
  /** True where all people of the site count, and not those alone whom the source’s last good file was about. */
  isRemaster: boolean;
  rowsMin: number | null;
  trailer: string | null;
  /** The rows that the file says it has. */
  expect: number | null;
};

/** A run that is begun, as its workflow is started with it. */
export type SourceRunBegun = {
  id: string;
  siteId: number;
  rootId: number;
  kind: Kind;
  action: RunAction;
  isDryRun: boolean;
  byPersonId: number | null;
  isSmall: boolean;
};

/** In the details of a refusal: not the file is wrong, but whoever the source belongs to may not begin its runs any more. */
export const OWNERS_LACK = { isOwnersLack: true } as const;

/** Codes by which a file looks cut off. Nothing more is taken until somebody has looked. */
const CUT_OFF_CODES: readonly string[] = ['too-few-rows', 'no-trailer', 'wrong-count'];

export const looksCutOff = (code: string): boolean => CUT_OFF_CODES.includes(code);

/** The least rows that a file may have after one with so many; null where any number will do. */
export function rowsMinAfter(rows: number | null, fewerRowsPercentMax: number | null): number | null {
  if (rows === null || fewerRowsPercentMax === null) return null;
  return Math.ceil((rows * (100 - fewerRowsPercentMax)) / 100);
}

/** The type of the failure by which a step says that not it, but the place of its source could not do something. */
export const PLACE_PROBLEM = 'place-problem';
