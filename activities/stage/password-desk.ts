// Passwords on their way through staging: weighed, hashed, forgotten. Nothing but the hash reaches a row.
import { passwordHasher } from '../../adapters/password-hashes.ts';
import type { ColumnMatch } from '../../domain/mapping.ts';
import { loadPasswordJudge } from '../../domain/password.ts';
import type { PasswordDesk, StagedRow } from '../../domain/rows/staged-row.ts';

export type StagingDesk = {
  passwords: PasswordDesk;
  /** Puts the hashes into the rows whose passwords were kept since the last call, but for rows with problems. */
  hashAll(between: () => void): Promise<void>;
};

/** Null where no column holds passwords. */
export async function openPasswordDesk(columns: readonly ColumnMatch[]): Promise<StagingDesk | null> {
  if (!columns.some((column) => column.field === 'password')) return null;
  const isTooEasy = await loadPasswordJudge();
  const hasher = passwordHasher();
  let kept: { row: StagedRow; password: string }[] = [];
  return {
    passwords: {
      isTooEasy,
      keep(row, password) {
        kept.push({ row, password });
      },
    },
    async hashAll(between) {
      const wanted = kept.filter(({ row }) => row.problems === null);
      kept = [];
      const owned = wanted.map(({ row, password }) => ({ password, owner: ownerOf(row) }));
      const hashes = await hasher.hashAll(owned, between);
      for (const [i, { row }] of wanted.entries())
        row.extras = { ...row.extras, passwordHash: hashes[i] as string };
    },
  };
}

/** Who a row is for, as far as its own words tell. */
const ownerOf = ({ siteId, identifier, emailKey, username }: StagedRow): string =>
  JSON.stringify([siteId, identifier, emailKey, username]);
