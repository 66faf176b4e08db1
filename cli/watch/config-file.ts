// A configuration file of assignments, as shells have them: read as text, never run.
import { readFile } from 'node:fs/promises';
import { Refusal } from '../../domain/refusal.ts';

export type Assignments = {
  /** The last value of each name; '' where it was emptied. */
  values: ReadonlyMap<string, string>;
  /** The numbers, from 1, of lines that are neither assignments nor comments. */
  passedOver: readonly number[];
};

type Quoting = 'shell' | 'powershell';
type Value = { text: string; rest: string };

/** `export KEY=value`. */
const SHELL = /^\s*(?:export\s+)?([A-Za-z_]\w*)=(.*)$/;
/** `$KEY = "value"`, also `$env:KEY`. */
const POWERSHELL = /^\s*\$(?:env:)?([A-Za-z_]\w*)\s*=\s*(.*)$/;

/** Reads such a file, in UTF-8 or, as PowerShell may save it, in UTF-16. Refuses what can't be read or understood. */
export async function readConfigFile(path: string): Promise<Assignments> {
  const bytes = await readFile(path).catch((error: NodeJS.ErrnoException) => {
    throw new Refusal('missing', `The configuration ${path} can't be read (${error.code}).`);
  });
  const isUtf16 = bytes[0] === 0xff && bytes[1] === 0xfe;
  const text = new TextDecoder(isUtf16 ? 'utf-16le' : 'utf-8').decode(bytes);
  return parseAssignments(text, path);
}

/** The assignments of a text. `where` is named in refusals. */
export function parseAssignments(text: string, where: string): Assignments {
  const values = new Map<string, string>();
  const passedOver: number[] = [];
  for (const [index, line] of text.split(/\r\n|\r|\n/).entries()) {
    if (/^\s*(#|$)/.test(line)) continue;
    const shell = SHELL.exec(line);
    const [, name = '', written = ''] = shell ?? POWERSHELL.exec(line) ?? [];
    if (name === '') passedOver.push(index + 1);
    else
      values.set(
        name,
        assigned(written, shell ? 'shell' : 'powershell', `${name} in ${where}, line ${index + 1}`),
      );
  }
  return { values, passedOver };
}

function assigned(written: string, quoting: Quoting, what: string): string {
  const { text, rest } = readValue(written.trim(), quoting, what);
  // What a shell would run or glue on is not guessed at.
  if (!/^\s*;?\s*(#.*)?$/.test(rest))
    throw new Refusal('invalid', `${what}: there is more behind the value. Put the whole value into quotes.`);
  return text;
}

function readValue(written: string, quoting: Quoting, what: string): Value {
  if (written.startsWith("'")) return readSingle(written, quoting, what);
  if (written.startsWith('"')) return readDouble(written, quoting, what);
  const [text = ''] = /^[^\s#;'"]*/.exec(written) ?? [];
  return { text: unexpanded(text, what), rest: written.slice(text.length) };
}

function readSingle(written: string, quoting: Quoting, what: string): Value {
  const pattern = quoting === 'shell' ? /^'([^']*)'/ : /^'((?:[^']|'')*)'/;
  const [whole, text] = pattern.exec(written) ?? [];
  if (whole === undefined || text === undefined) throw unclosed(what);
  return { text: text.replaceAll("''", "'"), rest: written.slice(whole.length) };
}

/** Of what stands in double quotes, the marks that take the next letter as it is, and the letters for which they do. */
const ESCAPES = {
  shell: { part: /\\[$`"\\]|[^"]/y, plain: (part: string) => part.replace(/^\\(?=.)/, '') },
  powershell: { part: /`.|""|[^"`]/y, plain: (part: string) => part.slice(1) },
} as const;

function readDouble(written: string, quoting: Quoting, what: string): Value {
  const { part, plain } = ESCAPES[quoting];
  let text = '';
  let at = 1;
  for (;;) {
    part.lastIndex = at;
    const [found] = part.exec(written) ?? [];
    if (found === undefined) break;
    text += found.length > 1 ? plain(found) : unexpanded(found, what, quoting === 'powershell');
    at += found.length;
  }
  if (written[at] !== '"') throw unclosed(what);
  return { text, rest: written.slice(at + 1) };
}

// A shell would put something else in its place, and nobody runs one here.
function unexpanded(text: string, what: string, mayHaveBackticks = false): string {
  if (text.includes('$') || (!mayHaveBackticks && text.includes('`')))
    throw new Refusal('invalid', `${what} names a variable. The file is read, not run: write the value out.`);
  return text;
}

const unclosed = (what: string) => new Refusal('invalid', `${what}: a quote is not closed on its line.`);
