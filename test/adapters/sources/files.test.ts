// What all places have in common: which names are files to take, names that are numbered, streams that tell their faults.
import { PassThrough, Readable } from 'node:stream';
import { setTimeout as sleep } from 'node:timers/promises';
import { fc, test as property } from '@fast-check/vitest';
import { describe, expect, test } from 'vitest';
import { isListed, numbered, told } from '../../../adapters/sources/files.ts';
import { networkProblem, PlaceProblem } from '../../../adapters/sources/problem.ts';

test.each([
  ['people.csv', true],
  ['part.csv', true],
  ['a.parts', true],
  ['tmp', true],
  ['.people.csv', false],
  ['~people.csv', false],
  ['~$people.xlsx', false],
  ['people.csv.tmp', false],
  ['people.csv.PART', false],
  ['people.csv.filepart', false],
])('%s is a file to be taken: %s', (name, isOne) => {
  expect(isListed(name)).toBe(isOne);
});

describe('a numbered name', () => {
  test.each([
    ['a.csv', 'a-2.csv'],
    ['a.b.csv', 'a.b-2.csv'],
    ['a.results.csv', 'a-2.results.csv'],
    ['no ending', 'no ending-2'],
    ['.csv', '-2.csv'],
  ])('of %s is %s', (name, second) => {
    expect([numbered(name, 1), numbered(name, 2)]).toEqual([name, second]);
  });

  const names = fc
    .tuple(
      fc.string({ unit: 'grapheme', minLength: 1, maxLength: 300 }),
      fc.constantFrom('', '.csv', '.results.csv'),
    )
    .map(([stem, ending]) => `x${stem.replaceAll(/[/\0]/g, '_')}${ending}`);

  property.prop([names, fc.nat(300), fc.nat(300)])(
    'fits a folder, is another for each number and stays as it is once it fits',
    (name, a, b) => {
      const [first, second] = [numbered(name, a + 1), numbered(name, b + 1)];
      expect(Buffer.byteLength(first)).toBeLessThanOrEqual(255);
      expect(first === second).toBe(a === b);
      expect(numbered(numbered(name, 1), 1)).toBe(numbered(name, 1));
      if (name.endsWith('.csv')) expect(first).toMatch(/\.csv$/);
    },
  );
});

describe('a stream', () => {
  test('that falls silent while somebody waits breaks off, and takes its source along', async () => {
    const source = new PassThrough();
    source.write('half');
    const content = told(source, networkProblem, 30);
    const reading = async () => {
      for await (const _ of content);
    };
    await expect(reading()).rejects.toMatchObject({ code: 'unreachable', hint: { cause: 'ETIMEDOUT' } });
    expect(source.destroyed).toBe(true);
  });

  test('is not hurried by who reads slowly, and ends no process by a fault that comes before it is read', async () => {
    const content = told(Readable.from(['a', 'b'], { objectMode: false }), networkProblem, 20);
    let read = '';
    for await (const chunk of content) {
      await sleep(40);
      read += chunk;
    }
    expect(read).toBe('ab');
    const source = new PassThrough();
    const broken = told(source, networkProblem);
    source.destroy(Object.assign(new Error('secret words'), { code: 'ECONNRESET' }));
    await sleep(5);
    const reading = async () => {
      for await (const _ of broken);
    };
    await expect(reading()).rejects.toBeInstanceOf(PlaceProblem);
  });

  test('that nobody reads lets go of its source', async () => {
    const source = new PassThrough();
    told(source, networkProblem).destroy();
    await sleep(5);
    expect(source.destroyed).toBe(true);
  });

  test('leaves a mistake of ours as it is', () => {
    const mistake = new TypeError('x is undefined');
    expect(networkProblem(mistake)).toBe(mistake);
  });
});
