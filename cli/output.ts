// What this program prints: results to stdout, everything else to stderr.
import { plain } from './text.ts';

/** Prints lines for people to stdout. */
export function say(...lines: string[]): void {
  process.stdout.write(`${plain(lines.join('\n'))}\n`);
}

/** Prints a line for people to stderr. */
export function complain(line: string): void {
  process.stderr.write(`${plain(line)}\n`);
}

/** Prints one value as one line of JSON to stdout. */
export function printJson(value: unknown): void {
  process.stdout.write(`${JSON.stringify(value)}\n`);
}

/** Ends the program quietly where whoever reads its output has had enough, as `| head` does. */
export function endWithReader(): void {
  for (const stream of [process.stdout, process.stderr])
    stream.on('error', (error: NodeJS.ErrnoException) => {
      if (error.code !== 'EPIPE') throw error;
      process.exit();
    });
}

/** True where escape sequences are welcome on the stream. */
export const isTerminal = (stream: NodeJS.WriteStream): boolean =>
  stream.isTTY === true && !process.env['NO_COLOR'] && process.env['TERM'] !== 'dumb';
