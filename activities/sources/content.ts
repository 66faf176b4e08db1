// Reading files out of the place of a source: a step that is cancelled stops, and what is gone is told from what is broken.
import { addAbortSignal, type Readable } from 'node:stream';
import { Context } from '@temporalio/activity';
import { type OpenPlace, PlaceProblem } from '../../adapters/sources/place.ts';
import { countIn } from '../../domain/sources/files.ts';

/** A file that holds a number is not longer. */
const COUNT_BYTES_MAX = 4096;

export const isGone = (error: unknown): boolean => error instanceof PlaceProblem && error.code === 'gone';

/** The content of a file, until the step is cancelled. */
export async function readCancellable(place: OpenPlace, { name }: { name: string }): Promise<Readable> {
  return addAbortSignal(Context.current().cancellationSignal, await place.read(name));
}

/** The number that a file holds; undefined where it is none. */
export async function readCount(
  place: OpenPlace,
  file: { name: string },
): Promise<number | undefined | 'gone'> {
  try {
    let text = '';
    for await (const chunk of (await readCancellable(place, file)) as AsyncIterable<Buffer>) {
      text += chunk.toString('latin1');
      if (text.length > COUNT_BYTES_MAX) return undefined;
    }
    return countIn(text);
  } catch (error) {
    if (isGone(error)) return 'gone';
    throw error;
  }
}
