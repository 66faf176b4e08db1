// What a message says, and how long it is tried.
import { expect, test } from 'vitest';
import { NO_COUNTS } from '../../domain/bulk-action.ts';
import { bodyOf, RETRY_GAPS_MS, WEBHOOK_EVENTS, type WebhookPayload } from '../../domain/webhook.ts';

const RUN: WebhookPayload = {
  type: 'bulk-action.completed',
  timestamp: '2026-11-22T07:41:02.000Z',
  data: {
    state: 'completed',
    id: 'k7m2p9x4qa',
    ask: null,
    site: 1042,
    kind: 'people',
    error: null,
    action: 'create-or-update',
    counts: { ...NO_COUNTS, created: 3, total: 3 },
    isDryRun: false,
    cancelReason: null,
  },
};

const urlOf = (id: string) => `https://muster.example.org/v1/bulk-actions/${id}`;

test('a message is tried for about a day, the gaps growing from seconds to hours', () => {
  const hours = RETRY_GAPS_MS.reduce((sum: number, gap) => sum + gap, 0) / 3_600_000;
  expect(hours).toBeGreaterThan(24);
  expect(hours).toBeLessThan(26);
  expect([...RETRY_GAPS_MS]).toEqual([...RETRY_GAPS_MS].sort((one, other) => one - other));
  expect(RETRY_GAPS_MS[0]).toBe(5000);
});

test('events are named by what and what became of it', () => {
  for (const event of WEBHOOK_EVENTS) expect(event).toMatch(/^(bulk-action|follow-up)\.[a-z-]+$/);
});

test('a body is the same, byte for byte, however the database orders its keys', () => {
  const shuffled = Object.fromEntries(Object.entries(RUN.data).reverse()) as WebhookPayload['data'];
  expect(bodyOf({ data: shuffled, timestamp: RUN.timestamp, type: RUN.type }, urlOf)).toBe(
    bodyOf(RUN, urlOf),
  );
  expect(JSON.parse(bodyOf(RUN, urlOf))).toEqual({
    ...RUN,
    data: { ...RUN.data, url: 'https://muster.example.org/v1/bulk-actions/k7m2p9x4qa' },
  });
});

test('a test leads to no run', () => {
  const payload: WebhookPayload = { type: 'webhook.test', timestamp: RUN.timestamp, data: { webhook: 7 } };
  expect(bodyOf(payload, urlOf)).toBe(
    '{"type":"webhook.test","timestamp":"2026-11-22T07:41:02.000Z","data":{"webhook":7}}',
  );
});
