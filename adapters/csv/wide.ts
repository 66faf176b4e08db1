// UTF-16 without a byte order mark, told by where its zero bytes stand.

const LOOKED_AT_BYTES = 64 * 1024;

/**
 * 'utf-16le' or 'utf-16be' where the zero bytes of the file's head stand almost all on one side of the pairs and are
 * many, as in any table of that encoding: its delimiters, digits and line breaks alone see to it. Null otherwise.
 */
export function wideEncodingOf(head: Uint8Array): 'utf-16le' | 'utf-16be' | null {
  const { even, odd, pairs } = countZeros(head);
  if (pairs === 0) return null;
  if (odd >= pairs * 0.2 && even <= odd * 0.05) return 'utf-16le';
  if (even >= pairs * 0.2 && odd <= even * 0.05) return 'utf-16be';
  return null;
}

/** True where the head is a program's data: it holds control characters by the dozen, and a text next to none. */
export function isBinary(head: Uint8Array): boolean {
  let controls = 0;
  const length = Math.min(head.length, LOOKED_AT_BYTES);
  for (let i = 0; i < length; i++) {
    const byte = head[i] as number;
    if (byte < 32 && byte !== 9 && byte !== 10 && byte !== 13) controls += 1;
  }
  return controls > 12 && controls > length * 0.02;
}

function countZeros(head: Uint8Array) {
  const pairs = Math.floor(Math.min(head.length, LOOKED_AT_BYTES) / 2);
  let even = 0;
  let odd = 0;
  for (let i = 0; i < pairs; i++) {
    if (head[2 * i] === 0) even += 1;
    if (head[2 * i + 1] === 0) odd += 1;
  }
  return { even, odd, pairs };
}
