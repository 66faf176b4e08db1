// What the database says when it refuses: SQLSTATEs by name, and how to read them off an error.
//
// Source of the codes: the Postgres manual, appendix A.

export const UNIQUE_VIOLATION = '23505';
export const QUERY_CANCELED = '57014';
const CLASS_DATA_EXCEPTION = '22';
const CLASS_INTEGRITY_VIOLATION = '23';
const SERIALIZATION_FAILURE = '40001';
const DEADLOCK_DETECTED = '40P01';
const CLASS_CONNECTION_EXCEPTION = '08';
const TOO_MANY_CONNECTIONS = '53300';
/** Said by a server that is shut down, that lost one of its processes, or that is still starting. */
const SHUTTING_DOWN = ['57P01', '57P02', '57P03'];
/** What the driver and the network say where there is no connection, or none any more. */
const LOST_CONNECTION = [
  'CONNECTION_CLOSED',
  'CONNECTION_DESTROYED',
  'CONNECTION_ENDED',
  'CONNECT_TIMEOUT',
  'EAI_AGAIN',
  'ECONNREFUSED',
  'ECONNRESET',
  'EHOSTUNREACH',
  'ENETUNREACH',
  'ENOTFOUND',
  'EPIPE',
  'ETIMEDOUT',
];

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

/**
 * True where the database was not there, or went away: a statement was not sent, or nobody knows whether it was carried
 * out. It may be there again in a moment.
 */
export function isOutage(error: unknown): boolean {
  for (let fault = error; fault instanceof Error; fault = fault.cause) {
    const { code } = fault as Error & { code?: unknown };
    if (typeof code !== 'string') continue;
    if (LOST_CONNECTION.includes(code) || SHUTTING_DOWN.includes(code)) return true;
    if (/^[0-9A-Z]{5}$/.test(code) && code.startsWith(CLASS_CONNECTION_EXCEPTION)) return true;
    if (code === TOO_MANY_CONNECTIONS) return true;
  }
  return false;
}
