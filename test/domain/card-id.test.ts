// Card IDs: any number of 64 bits, in any of its spellings, and nothing else.
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { cardIdReader, cardNumberIn } from '../../domain/card-id.ts';

const readDecimal = cardIdReader('decimal');
const readHex = cardIdReader('hex');
const numbers = fc.bigInt({ min: 0n, max: 2n ** 64n - 1n });
const zeros = fc.nat(30).map((count) => '0'.repeat(count));

describe('a number of up to 64 bits', () => {
  test('is read from its decimal digits, whatever the zeros before them', () => {
    fc.assert(
      fc.property(numbers, zeros, (number, lead) => {
        expect(readDecimal(`${lead}${number}`)).toBe(String(number));
      }),
    );
  });

  test('is read from its hexadecimal digits, in capitals or not, in groups of bytes or not', () => {
    const marks = fc.constantFrom('', ':', '-', ' ');
    fc.assert(
      fc.property(
        numbers,
        zeros,
        marks,
        fc.boolean(),
        fc.boolean(),
        (number, lead, mark, isUpper, hasPrefix) => {
          const digits = `${lead}${number.toString(16)}`;
          const even = digits.length % 2 === 0 || mark === '' ? digits : `0${digits}`;
          const grouped = mark === '' ? even : (even.match(/../g) ?? []).join(mark);
          const text = isUpper ? grouped.toUpperCase() : grouped;
          expect(readHex(hasPrefix ? `0x${text}` : text)).toBe(String(number));
        },
      ),
    );
  });

  test('is shown in both forms, which are read as the same number', () => {
    fc.assert(
      fc.property(numbers, (number) => {
        const shown = cardNumberIn(String(number));
        expect(readDecimal(shown.decimal)).toBe(String(number));
        expect(readHex(shown.hex)).toBe(String(number));
      }),
    );
    expect(cardNumberIn('3735928559')).toEqual({ decimal: '3735928559', hex: 'DEADBEEF' });
  });
});

test('a larger number is told from what is no number', () => {
  fc.assert(
    fc.property(fc.bigInt({ min: 2n ** 64n, max: 2n ** 300n }), zeros, (number, lead) => {
      expect(readDecimal(`${lead}${number}`)).toEqual({ code: 'card-id-too-large' });
      expect(readHex(`${lead}${number.toString(16)}`)).toEqual({ code: 'card-id-too-large' });
    }),
  );
});

test.each(['1.2E+15', '1E5', '-5', '+5', '1,000', '1 000', '12.0', '0x1F', 'A1', '１２', '12a'])(
  '%j is no decimal card ID',
  (text) => expect(readDecimal(text)).toEqual({ code: 'not-a-card-id', expected: 'decimal' }),
);

test.each(['1.2E+15', '-5', 'G1', '0x', 'A:BC', 'AB:CD-EF', 'AB::CD', 'AB CD:', '1F h', '#1F'])(
  '%j is no hexadecimal card ID',
  (text) => expect(readHex(text)).toEqual({ code: 'not-a-card-id', expected: 'hex' }),
);
