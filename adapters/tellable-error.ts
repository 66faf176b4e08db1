// What may be told of an error: nothing that a query carried, for logs and workflow histories hold no personal data.

type QueryError = Error & { query: string; params: unknown; cause?: unknown };
type PostgresError = Error & { severity: string; code: string };

/**
 * The error itself where it is safe to log and to hand to Temporal, else one that says the same without values.
 * The database layer's own errors carry the statement's parameters in their message, Postgres' the row in `detail`.
 */
export function tellable(error: unknown): Error {
  if (!(error instanceof Error)) return new Error(`a ${typeof error} was thrown instead of an Error`);
  if (isQueryError(error))
    return error.cause === undefined ? retold(error, 'a query failed') : tellable(error.cause);
  if (isPostgresError(error)) return retold(error, postgresWords(error), { code: error.code });
  return error;
}

// Class 22 quotes the value that could not be read; the others name tables, columns and constraints.
function postgresWords(error: PostgresError): string {
  const words = error.code.startsWith('22') ? 'a value could not be read or does not fit' : error.message;
  return `Postgres: ${words} (SQLSTATE ${error.code})`;
}

function retold(error: Error, message: string, facts: object = {}): Error {
  const frames = error.stack?.split('\n').filter((line) => line.startsWith('    at ')) ?? [];
  const told = Object.assign(new Error(message), { name: error.name, ...facts });
  told.stack = [`${error.name}: ${message}`, ...frames].join('\n');
  return told;
}

const isQueryError = (error: Error): error is QueryError => 'query' in error && 'params' in error;
const isPostgresError = (error: Error): error is PostgresError =>
  'severity' in error && 'code' in error && typeof error.code === 'string' && error.code.length === 5;
