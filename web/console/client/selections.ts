// Selections of people, handed from page to page: they stay in this tab, and out of every address.
import type { SelectionAsked } from '../../../api/wire-selection.ts';
import { newKey } from './client.ts';

const PREFIX = 'muster-selection-';
const KEPT_MAX = 20;

/** Whom something is to be done for, where, and how many they were when they were chosen. */
export type KeptSelection = {
  siteId: number;
  selection: SelectionAsked;
  people: number;
};

/** Keeps a selection in this tab. Gives the key that `readSelection` takes: short, and it names nobody. */
export function keepSelection(kept: KeptSelection): string {
  const key = newKey().slice(0, 8);
  const older = Object.keys(sessionStorage).filter((name) => name.startsWith(PREFIX));
  for (const name of older.slice(0, Math.max(0, older.length - KEPT_MAX + 1)))
    sessionStorage.removeItem(name);
  sessionStorage.setItem(PREFIX + key, JSON.stringify(kept));
  return key;
}

/** Undefined for a key of another tab, or of one that is gone. */
export function readSelection(key: string | undefined): KeptSelection | undefined {
  const kept = key === undefined ? null : sessionStorage.getItem(PREFIX + key);
  return kept === null ? undefined : (JSON.parse(kept) as KeptSelection);
}
