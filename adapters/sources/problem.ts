// What goes wrong at the place of a source, as an error with a code: the network's, the disk's and the servers' own faults become it here.
import {
  type PlaceHint,
  type PlaceProblemCode,
  placeProblemWords,
} from '../../domain/sources/place-problems.ts';
import { AddressNotAllowed } from '../network-targets.ts';

/** Its message is in English and safe to log; `placeProblemWords` says the same in other languages. */
export class PlaceProblem extends Error {
  readonly code: PlaceProblemCode;
  readonly hint: PlaceHint;

  constructor(code: PlaceProblemCode, hint: PlaceHint = {}) {
    super(placeProblemWords(code, hint, 'en'));
    this.name = 'PlaceProblem';
    this.code = code;
    this.hint = hint;
  }
}

const OF_DISK: Readonly<Record<string, PlaceProblemCode>> = {
  ENOENT: 'gone',
  ENOTDIR: 'no-folder',
  ELOOP: 'not-allowed',
  EACCES: 'no-access',
  EPERM: 'no-access',
  EROFS: 'no-access',
  ENOSPC: 'no-access',
  EDQUOT: 'no-access',
};

/** A fault of a file system. What is no fault of a system is a mistake of ours, and given back as it is. */
export function diskProblem(error: unknown): Error {
  const code = codeOf(error);
  if (error instanceof PlaceProblem || code === undefined || !/^E[A-Z0-9]+$/.test(code))
    return error as Error;
  if (code === 'ENOENT') return new PlaceProblem('gone');
  if (code === 'ELOOP') return new PlaceProblem('not-allowed', { setting: 'SOURCE_DIRECTORIES' });
  const why = code === 'ENOSPC' || code === 'EDQUOT' ? { why: 'full' as const } : {};
  return new PlaceProblem(OF_DISK[code] ?? 'unreachable', { ...why, cause: code });
}

const CERTIFICATE = /CERT|SELF_SIGNED|^UNABLE_TO_(GET_ISSUER|VERIFY)|^ERR_TLS_|^ERR_SSL_|^ERR_OSSL_|^EPROTO$/;
const NETWORK = /^(E(?!RR_)[A-Z0-9_]+|ABORT_ERR|ERR_STREAM_PREMATURE_CLOSE)$/;

/** A fault of a connection. What is no fault of a connection is given back as it is. */
export function networkProblem(error: unknown): Error {
  if (error instanceof PlaceProblem || !(error instanceof Error)) return error as Error;
  if (error instanceof AddressNotAllowed)
    return new PlaceProblem('not-allowed', { setting: 'SOURCE_ALLOWED_NETWORKS' });
  // Several addresses were tried: the fault of the first says enough.
  if (error instanceof AggregateError && error.errors.length > 0) return networkProblem(error.errors[0]);
  if (error.name === 'TimeoutError' || error.name === 'AbortError')
    return new PlaceProblem('unreachable', { cause: 'ETIMEDOUT' });
  const code = codeOf(error);
  if (code === undefined) return error;
  if (code.startsWith('HPE_')) return new PlaceProblem('answered', { cause: code });
  if (CERTIFICATE.test(code)) return new PlaceProblem('certificate', { cause: code });
  if (NETWORK.test(code)) return new PlaceProblem('unreachable', { cause: code });
  return error;
}

/** The same for one that broke while something was read: less than all may have come. */
export function readingProblem(error: unknown): Error {
  const problem = networkProblem(error);
  if (!(problem instanceof PlaceProblem) || problem.code !== 'unreachable') return problem;
  return new PlaceProblem('unreachable', { ...problem.hint, why: 'partial' });
}

function codeOf(error: unknown): string | undefined {
  const code = error instanceof Error ? (error as NodeJS.ErrnoException).code : undefined;
  return typeof code === 'string' ? code : undefined;
}
