// A refusal: an expected no, with a stable code, that travels as an HTTP problem or a non-retryable failure.

export const REFUSAL_CODES = [
  'invalid',
  'unauthenticated',
  'forbidden',
  'missing',
  'conflict',
  'locked',
  'too-large',
  'unsupported',
  'unreadable-file',
  'empty-file',
  'wrong-count',
  'too-few-rows',
  'no-trailer',
  'missing-column',
  'mapping',
  'gone',
  'too-many-requests',
] as const;

export type RefusalCode = (typeof REFUSAL_CODES)[number];

/** Facts that go with a refusal: never personal data, for they reach logs and workflow histories. */
export type RefusalDetails = Readonly<Record<string, unknown>>;

/**
 * Thrown where a request or a run can't go on and trying again would not help.
 * The message is a sentence for people: what is wrong, then what to do. It holds no personal data.
 */
export class Refusal extends Error {
  readonly code: RefusalCode;
  readonly details: RefusalDetails;

  constructor(code: RefusalCode, message: string, details: RefusalDetails = {}) {
    super(message);
    this.name = 'Refusal';
    this.code = code;
    this.details = details;
  }
}
