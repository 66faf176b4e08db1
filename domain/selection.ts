// Selections: the people that a run is to work on where it reads no file, in the words of the people list.
import type { PersonStatus } from './person.ts';

/**
 * All of these hold at once. `filters`: `field=value` or `field~text`, as GET /v1/people takes them. `personIds`: none but
 * these. Anonymized people are never selected.
 */
export type Selection = {
  status?: PersonStatus | 'all';
  text?: string;
  filters?: readonly string[];
  personIds?: readonly number[];
  /** All but these. */
  exceptIds?: readonly number[];
};

/** The most people that a selection can name one by one. */
export const SELECTED_IDS_MAX = 10_000;

/**
 * Which status a selection asks for, where it says none: active people are meant, unless it names people by their ids, who
 * are each to hear what becomes of them, or a filter says the status.
 */
export const selectedStatus = ({ status, filters = [], personIds }: Selection): PersonStatus | 'all' =>
  status ?? (personIds || filters.some((word) => /^status[=~]/.test(word)) ? 'all' : 'active');

/** The columns of a selected person's row: who it is about, for people to know. */
export const SELECTED_COLUMNS = [
  'account_id',
  'identifier',
  'email',
  'username',
  'first_name',
  'last_name',
] as const;
