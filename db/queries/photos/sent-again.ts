// A statement that met another one, and is sent again.
import { databaseFaultOf, isPassing, UNIQUE_VIOLATION } from '../../sqlstate.ts';

const TRIES_MAX = 4;

/**
 * Sends a statement of its own numbers and keys again where it met another one: as a deadlock, or as a number that both
 * took. It sees what the other has done then.
 */
export async function sentAgainWherePassing<Result>(send: () => Promise<Result>): Promise<Result> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await send();
    } catch (error) {
      const hasMet = isPassing(error) || databaseFaultOf(error)?.code === UNIQUE_VIOLATION;
      if (!hasMet || attempt === TRIES_MAX) throw error;
    }
  }
}
