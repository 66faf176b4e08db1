// What a check knows of its run before it looks at a row.
import type { AbsentMode, Action, ExistingMode, MatchKey } from '../../../domain/bulk-action.ts';
import type { PersonField } from '../../../domain/person.ts';

/** A row's person is found by a key that its file has, or by the id that the row itself names (`bulk_row.person_id`). */
export type PersonKey = MatchKey | 'id';

export type CheckSettings = {
  bulkActionId: string;
  rootId: number;
  action: Action;
  existing: ExistingMode;
  /** The keys by which a row's person is found: the first of them that the row has. */
  matchBy: readonly PersonKey[];
  /** What becomes of a row that would create somebody who exists. */
  duplicates: 'rejected' | 'skipped';
  /** Own fields that a new person must have, beside the identifier. */
  requiredToCreate: readonly PersonField[];
  /** The fields that a column of the file is mapped to. */
  mapped: ReadonlySet<string>;
  /** True where rows may have a plan already that stays: of an earlier check, and applied since. */
  isReplanned: boolean;
  /** True where the rows take back what another run did: also of people who are archived, and who stay so. */
  isUndo: boolean;
  /** True where who is archived and stands in the file comes back, and who does not stand in it goes (see absent.ts). */
  isSync: boolean;
  /** Of a sync: what becomes of who does not stand in it. */
  absent: AbsentMode;
  /** Where only those can be absent whom the last good file of a source was about: that source. */
  amongSourceId: number | null;
  /** True where the rows that change nothing were planned before all others (see unchanged.ts). */
  isSkimmed: boolean;
  /** True once it is known that a sync brings somebody back, or would but for what is wrong with the row. */
  returns: boolean;
};
