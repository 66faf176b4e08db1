// Secrets of sources: which a place takes, which it can't do without, and where one may be sent.
import { assertNever } from '../assert-never.ts';
import type { Language } from '../language.ts';
import { missingSecretFault, strangeSecretFault } from './fault-words.ts';
import type { SourcePlace, SourceSecret } from './source.ts';

export type SecretName = keyof SourceSecret;

/**
 * Where a secret goes: the same for two places only if whoever set up the one may have it sent to the other without
 * giving it again. A folder, a user or a key of the server may change; who gets the secret may not.
 */
export function secretTarget(place: SourcePlace): string {
  switch (place.kind) {
    case 'directory':
      return 'directory';
    case 'sftp':
      return `sftp://${place.host.toLowerCase()}:${place.port}`;
    case 'https':
      return place.url;
    case 's3':
      return `s3://${place.endpoint ?? 'amazon'}/${place.bucket}`;
    default:
      return assertNever(place);
  }
}

/** What is wrong with a secret for a place; null where nothing is. Words that follow "secret: ". */
export function secretFault(
  place: SourcePlace,
  secret: SourceSecret | null,
  language: Language = 'en',
): string | null {
  const given = Object.entries(secret ?? {})
    .filter(([, value]) => value !== undefined)
    .map(([name]) => name as SecretName);
  const { takes, needs } = secretsOf(place);
  const strange = given.filter((name) => !takes.includes(name));
  if (strange.length > 0) return strangeSecretFault(place.kind, takes, strange)[language];
  if (needs.length === 0 || needs.some((set) => set.every((name) => given.includes(name)))) return null;
  return missingSecretFault(place.kind, needs)[language];
}

/** `needs`: any of these sets is enough; none is needed where there is no set. */
function secretsOf(place: SourcePlace): {
  takes: readonly SecretName[];
  needs: readonly (readonly SecretName[])[];
} {
  switch (place.kind) {
    case 'directory':
      return { takes: [], needs: [] };
    case 'sftp':
      return { takes: ['password', 'privateKey', 'passphrase'], needs: [['password'], ['privateKey']] };
    case 'https':
      return place.authHeader === null
        ? { takes: [], needs: [] }
        : { takes: ['headerValue'], needs: [['headerValue']] };
    case 's3':
      return { takes: S3_SECRET, needs: [S3_SECRET] };
    default:
      return assertNever(place);
  }
}

const S3_SECRET = ['accessKeyId', 'secretAccessKey'] as const;
