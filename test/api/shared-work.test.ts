// Work that several ask for: done once, kept where it is worth it, stopped when nobody waits any more.
import { expect, test } from 'vitest';
import { sharedWork } from '../../api/shared-work.ts';

const forever = new AbortController().signal;

function pending() {
  let resolve = () => {};
  const promise = new Promise<void>((done) => {
    resolve = done;
  });
  return { promise, resolve: () => resolve() };
}

function made(isWorth = true) {
  let began = 0;
  const stopped: string[] = [];
  const work = sharedWork<string>({
    run: (signal, done) => {
      const result = done();
      signal.addEventListener('abort', () => stopped.push('stopped'));
      return result;
    },
    max: 2,
    keptMs: 10_000,
    isWorth: () => isWorth,
  });
  const get = (key: string, left: AbortSignal = forever, until: Promise<unknown> = Promise.resolve()) =>
    work.get(key, left, async () => {
      began += 1;
      const mine = began;
      await until;
      return `${key}${mine}`;
    });
  return { work, get, stopped };
}

test('what is asked for at once is done once, and kept until it is forgotten', async () => {
  const { work, get } = made();
  expect(await Promise.all([get('a'), get('a')])).toEqual(['a1', 'a1']);
  expect(await work.peek('a')).toBe('a1');
  expect(await get('a')).toBe('a1');
  work.forget(60_000);
  expect(await get('a')).toBe('a1');
  work.forget();
  expect(work.peek('a')).toBeUndefined();
  expect(await get('a')).toBe('a2');
});

test('the oldest goes where too many are kept, and what is not worth it is not kept', async () => {
  const { work, get } = made();
  for (const key of ['a', 'b', 'c']) await get(key);
  expect(['a', 'b', 'c'].map((key) => work.peek(key) !== undefined)).toEqual([false, true, true]);
  const { get: once } = made(false);
  expect([await once('a'), await once('a')]).toEqual(['a1', 'a2']);
});

test('it is stopped when the last who waits has left, and begun anew for whoever comes then', async () => {
  const { get, stopped } = made();
  const [one, other] = [new AbortController(), new AbortController()];
  const { promise, resolve } = pending();
  const asked = [get('a', one.signal, promise), get('a', other.signal, promise)];
  one.abort();
  expect(stopped).toEqual([]);
  other.abort();
  expect(stopped).toEqual(['stopped']);
  expect(await get('a')).toBe('a2');
  resolve();
  expect(await Promise.all(asked)).toEqual(['a1', 'a1']);
  await expect(get('b', one.signal)).rejects.toThrow();
});

test('what was forgotten under way is not kept, and what failed is tried again', async () => {
  const { work, get } = made();
  const { promise, resolve } = pending();
  const early = get('a', forever, promise);
  work.forget();
  resolve();
  expect(await early).toBe('a1');
  expect(work.peek('a')).toBeUndefined();
  await expect(get('b', forever, Promise.reject(new Error('away')))).rejects.toThrow('away');
  expect(await get('b')).toBe('b3');
});
