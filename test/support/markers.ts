// Words that stand nowhere else, and the search for them in whatever may hold text: plain, as UTF-16, in base64, in hex.
import { gunzipSync, inflateRawSync, inflateSync } from 'node:zlib';

/** The words among these that the content has, whatever their case, in the ways in which text may stand there. */
export function findWords(content: Buffer | string, words: readonly string[]): string[] {
  const bytes = typeof content === 'string' ? Buffer.from(content) : content;
  const lower = Buffer.from(bytes.toString('latin1').toLowerCase(), 'latin1');
  return words.flatMap((word) => {
    const wanted = word.toLowerCase();
    const utf16 = Buffer.from(wanted, 'utf16le');
    const found: string[] = [];
    if (lower.includes(wanted)) found.push(word);
    if (lower.includes(utf16) || lower.includes(Buffer.from(utf16).swap16())) found.push(`${word} in UTF-16`);
    if (lower.includes(Buffer.from(wanted).toString('hex'))) found.push(`${word} in hex`);
    const spellings = [word, wanted, word.toUpperCase()];
    if (spellings.some((spelling) => isInBase64(bytes, spelling))) found.push(`${word} in base64`);
    return found;
  });
}

/** What of a text is the same in base64 wherever the text begins: at any of three offsets, the ends cut off. */
const isInBase64 = (content: Buffer, text: string): boolean =>
  [0, 1, 2].some((offset) => {
    const encoded = Buffer.from('\0'.repeat(offset) + text).toString('base64');
    return content.includes(encoded.slice(offset === 0 ? 0 : offset + 1, -4));
  });

/** The content, and what it is where it was compressed. */
export function unpacked(content: Buffer): Buffer[] {
  const ways = [gunzipSync, inflateSync, inflateRawSync];
  return [content, ...ways.flatMap((unpack) => attempt(() => unpack(content)))];
}

function attempt(work: () => Buffer): Buffer[] {
  try {
    return [work()];
  } catch {
    return [];
  }
}
