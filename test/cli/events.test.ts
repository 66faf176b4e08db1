// The reader of server-sent events.
import { fc, test as property } from '@fast-check/vitest';
import { expect, test } from 'vitest';
import { readEvents, type ServerEvent } from '../../cli/events.ts';

async function eventsIn(pieces: Uint8Array[], lastId?: string): Promise<ServerEvent[]> {
  const events: ServerEvent[] = [];
  const stream = (async function* () {
    yield* pieces;
  })();
  for await (const event of readEvents(stream, lastId)) events.push(event);
  return events;
}

const bytes = (text: string) => new TextEncoder().encode(text);

test('reads names, data over several lines and ids', async () => {
  const text = 'event: progress\nid: 7\ndata: one\ndata:two\n\n: a comment\ndata\n\n';
  expect(await eventsIn([bytes(text)])).toEqual([
    { event: 'progress', data: 'one\ntwo', id: '7' },
    { event: 'message', data: '', id: '7' },
  ]);
});

test('keeps the id that it resumed from until a new one comes', async () => {
  const [first, second] = await eventsIn([bytes('data: a\n\nid: 9\ndata: b\n\n')], '8');
  expect([first?.id, second?.id]).toEqual(['8', '9']);
});

test('leaves out an event that the end cuts off', async () => {
  expect(await eventsIn([bytes('data: whole\n\ndata: half\n')])).toHaveLength(1);
});

const line = fc.constantFrom(
  'data: {"é":"☃"}',
  'data: x',
  'event: progress',
  'id: 3',
  ': ping',
  '',
  'retry: 10',
);
const ending = fc.constantFrom('\n', '\r\n', '\r');

property.prop([fc.array(line, { maxLength: 30 }), ending, fc.array(fc.nat({ max: 200 }), { maxLength: 8 })])(
  'reads the same wherever the stream is cut and however its lines end',
  async (lines, end, cuts) => {
    const whole = bytes(lines.map((each) => each + end).join(''));
    const places = [...new Set(cuts.map((cut) => Math.min(cut, whole.length)))].sort((a, b) => a - b);
    const pieces = [0, ...places].map((from, index) => whole.subarray(from, places[index] ?? whole.length));
    const plain = bytes(lines.map((each) => `${each}\n`).join(''));
    expect(await eventsIn(pieces)).toEqual(await eventsIn([plain]));
  },
);
