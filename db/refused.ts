// What Postgres says when it refuses a statement, told from what it says when it can't work.

/** SQLSTATEs by what the caller does about them. Source: Postgres manual, appendix A. */
const DATA_EXCEPTION = '22';
const INTEGRITY_VIOLATION = '23';
export const UNIQUE_VIOLATION = '23505';
const PASSING = ['40001', '40P01'];

type DatabaseError = { code: string; constraint_name?: string };

const isDatabaseError = (error: unknown): error is DatabaseError =>
  typeof error === 'object' && error !== null && 'severity' in error && 'code' in error;

/** The database's own error inside what the query layer threw. */
export function findDatabaseError(error: unknown): DatabaseError | undefined {
  for (let at = error; at instanceof Error; at = at.cause) if (isDatabaseError(at)) return at;
  return undefined;
}

/** True where the statement's data was refused: it would be refused again. */
export const isRefusedData = (error: unknown): boolean => {
  const code = findDatabaseError(error)?.code ?? '';
  return code.startsWith(DATA_EXCEPTION) || code.startsWith(INTEGRITY_VIOLATION);
};

/** True where the statement met another and may be sent again at once. */
export const isPassing = (error: unknown): boolean => PASSING.includes(findDatabaseError(error)?.code ?? '');
