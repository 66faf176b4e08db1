// The end of an exhausted union: a case that types say can't happen.

/** Refuses to compile where a case of a union is left out; throws where data lied about its type. */
export function assertNever(value: never): never {
  throw new Error(`unexpected case: ${JSON.stringify(value)}`);
}
