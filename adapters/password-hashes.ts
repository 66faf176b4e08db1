// Hashes of many passwords, made on other threads, a few at a time.
import { createHmac, randomBytes } from 'node:crypto';
import { hash } from '@node-rs/argon2';

/** Node's pool has four threads: one is left for files and names. Each hash takes 19 MiB meanwhile. */
const AT_ONCE = 3;
const SALT_BYTES = 16;

/** A password with what tells its owner from all others of the file. */
export type PasswordToHash = { password: string; owner: string };

/**
 * Makes argon2id hashes. No two owners share a salt, whatever their passwords; one owner's same password, which a file
 * may hold twice, has the same hash, so that its rows say the same. The secret behind the salts is forgotten with this.
 */
export function passwordHasher() {
  const secret = randomBytes(32);
  const hashOne = ({ password, owner }: PasswordToHash): Promise<string> => {
    const salt = createHmac('sha256', secret)
      .update(JSON.stringify([owner, password]))
      .digest();
    return hash(password, { salt: salt.subarray(0, SALT_BYTES) });
  };
  return {
    /** The hashes in the order of the passwords. `between` is called between two of them, and ends it all by throwing. */
    async hashAll(passwords: readonly PasswordToHash[], between: () => void): Promise<string[]> {
      const hashes: string[] = [];
      let next = 0;
      const lane = async () => {
        for (let at = next++; at < passwords.length; at = next++) {
          between();
          hashes[at] = await hashOne(passwords[at] as PasswordToHash);
        }
      };
      await Promise.all(Array.from({ length: AT_ONCE }, lane));
      return hashes;
    },
  };
}
