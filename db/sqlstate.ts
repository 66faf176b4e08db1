// What the database says when it refuses: SQLSTATEs by name, and how to read them off an error.

export const UNIQUE_VIOLATION = '23505';

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
