// What a mail server's answers mean for a mail, and for the address; and how fast mails may leave.
import { fc, test as property } from '@fast-check/vitest';
import { describe, expect, test } from 'vitest';
import { fateOf, MAIL_GAPS_MS, mailGapMs, smtpAnswerOf } from '../../domain/mail-fate.ts';
import { type Pace, takeTurn } from '../../domain/send-pace.ts';

describe('an answer', () => {
  test.each([
    [
      'recipient',
      '550 5.1.1 <a@b.org>: no such user',
      { kind: 'bounced', smtpCode: '550 5.1.1', isHard: true },
    ],
    ['recipient', '550 No such user here', { kind: 'bounced', smtpCode: '550', isHard: true }],
    ['recipient', '553 bad mailbox', { kind: 'bounced', smtpCode: '553', isHard: true }],
    ['recipient', '556 5.1.10 null MX', { kind: 'bounced', smtpCode: '556 5.1.10', isHard: true }],
    ['recipient', '550 5.2.1 disabled', { kind: 'bounced', smtpCode: '550 5.2.1', isHard: true }],
    ['recipient', '552 5.2.2 full', { kind: 'bounced', smtpCode: '552 5.2.2', isHard: false }],
    ['recipient', '550 5.7.1 blocked', { kind: 'bounced', smtpCode: '550 5.7.1', isHard: false }],
    ['recipient', '550 5.1.8 bad sender', { kind: 'bounced', smtpCode: '550 5.1.8', isHard: false }],
    ['message', '550 spam', { kind: 'bounced', smtpCode: '550', isHard: false }],
    ['message', '550 5.1.1 unknown after all', { kind: 'bounced', smtpCode: '550 5.1.1', isHard: true }],
    ['message', '552 5.3.4 too large', { kind: 'bounced', smtpCode: '552 5.3.4', isHard: false }],
    ['recipient', '451 4.7.1 greylisted', { kind: 'put-off', smtpCode: '451 4.7.1' }],
    ['message', '452 later', { kind: 'put-off', smtpCode: '452' }],
    ['recipient', '421 closing', { kind: 'outage' }],
    ['recipient', '530 5.7.0 sign in', { kind: 'outage' }],
    ['connection', '550 5.7.1 go away', { kind: 'outage' }],
    ['recipient', 'nothing of the kind', { kind: 'outage' }],
  ] as const)('to the %s: %s', (asked, response, fate) => {
    expect(fateOf(asked, smtpAnswerOf(response))).toEqual(fate);
  });

  test('is kept without its words', () => {
    expect(smtpAnswerOf('550-5.1.1 ada@b.org\n550 5.1.1 gone')).toEqual({ code: 550, enhanced: '5.1.1' });
    expect(smtpAnswerOf('550 5.1.1ada@b.org')).toEqual({ code: 550, enhanced: null });
  });
});

test('a mail that is put off is tried again ever more rarely, and then no more', () => {
  expect([...MAIL_GAPS_MS]).toEqual([...MAIL_GAPS_MS].sort((a, b) => a - b));
  expect(mailGapMs(1)).toBe(MAIL_GAPS_MS[0]);
  expect(mailGapMs(MAIL_GAPS_MS.length)).toBe(MAIL_GAPS_MS.at(-1));
  expect(mailGapMs(MAIL_GAPS_MS.length + 1)).toBeUndefined();
});

describe('the rate limit', () => {
  property.prop([
    fc.integer({ min: 1, max: 1000 }),
    fc.array(fc.integer({ min: 0, max: 400 }), { minLength: 1 }),
  ])(
    'is never passed by more than a tenth of a second’s worth, whoever comes when',
    (perSecond, arrivals) => {
      let pace: Pace = { nextAtMs: 0 };
      let nowMs = 1_000_000;
      const leftAt: number[] = [];
      for (const gap of arrivals) {
        nowMs += gap;
        const turn = takeTurn(pace, nowMs, perSecond);
        pace = turn.pace;
        leftAt.push(nowMs + turn.waitMs);
      }
      const spanMs = (leftAt.at(-1) ?? 0) - (leftAt[0] ?? 0);
      expect(leftAt.length).toBeLessThanOrEqual(((spanMs + 100) / 1000) * perSecond + 1.001);
      expect([...leftAt]).toEqual([...leftAt].sort((a, b) => a - b));
    },
  );

  test('of 0 is none', () => {
    expect(takeTurn({ nextAtMs: 99 }, 5, 0)).toEqual({ waitMs: 0, pace: { nextAtMs: 99 } });
  });
});
