// What the database says when it refuses: SQLSTATEs by name, and how to read them off an error.
//
// Source of the codes: the Postgres manual, appendix A.

export const UNIQUE_VIOLATION = '23505';
const CLASS_DATA_EXCEPTION = '22';
const CLASS_INTEGRITY_VIOLATION = '23';
const SERIALIZATION_FAILURE = '40001';
const DEADLOCK_DETECTED = '40P01';

export type DatabaseFault = { code: string; constraint: string | undefined; detail: string | undefined };

/** The SQLSTATE and constraint of a database's error, however deep it is wrapped; undefined for any other. */
export function databaseFaultOf(error: unknown): DatabaseFault | undefined {
  for (let fault = error; fault instanceof Error; fault = fault.cause) {
    const { code, constraint_name, detail } = fault as Error & Record<string, unknown>;
    if (typeof code !== 'string' || !/^[0-9A-Z]{5}$/.test(code)) continue;
    return {
      code,
      constraint: typeof constraint_name === 'string' ? constraint_name : undefined,
      detail: typeof detail === 'string' ? detail : undefined,
    };
  }
  return undefined;
}

/** True where the statement's data was refused: it would be refused again. */
export const isRefusedData = (error: unknown): boolean => {
  const code = databaseFaultOf(error)?.code ?? '';
  return code.startsWith(CLASS_DATA_EXCEPTION) || code.startsWith(CLASS_INTEGRITY_VIOLATION);
};

/** True where the statement met another one and may be sent again at once. */
export const isPassing = (error: unknown): boolean =>
  [SERIALIZATION_FAILURE, DEADLOCK_DETECTED].includes(databaseFaultOf(error)?.code ?? '');
