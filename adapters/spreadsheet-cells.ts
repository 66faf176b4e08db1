// A workbook's typed cell as the text that stands for it in a CSV.

/** A number as the workbook writes it, which may be with an exponent or with the rounding of binary fractions. */
export type SheetNumber = { number: string };

/** Text as it is; numbers in plain decimal digits; dates as YYYY-MM-DD, with the time where they have one. */
export function cellText(value: unknown): string {
  if (value === null || value === undefined) return '';
  if (typeof value === 'string') return value;
  if (typeof value === 'boolean') return value ? 'true' : 'false';
  if (value instanceof Date) return dateText(value);
  if (typeof value === 'object' && 'number' in value) return plainDecimal(String(value.number));
  return String(value);
}

function dateText(date: Date): string {
  if (Number.isNaN(date.getTime())) return '';
  const [day, time] = date.toISOString().split(/[TZ.]/) as [string, string];
  return time === '00:00:00' ? day : `${day} ${time}`;
}

/**
 * A number in plain digits: no exponent, no trailing zeros, and rounded to the 15 digits that spreadsheets keep, so
 * that 0.1 + 0.2 is 0.3. Digits of a longer integer stay as they are written.
 */
export function plainDecimal(text: string): string {
  const number = Number(text);
  if (text.trim() === '' || !Number.isFinite(number)) return text;
  if (/^-?\d+$/.test(text)) return text.replace(/^(-?)0+(?=\d)/, '$1').replace(/^-0$/, '0');
  const [mantissa, exponent] = number.toPrecision(15).split('e') as [string, string?];
  return trimmed(exponent === undefined ? mantissa : shifted(mantissa, Number(exponent)));
}

/** Moves the decimal point of a mantissa by so many places. */
function shifted(mantissa: string, places: number): string {
  const sign = mantissa.startsWith('-') ? '-' : '';
  const [whole = '', fraction = ''] = mantissa.replace('-', '').split('.');
  const digits = whole + fraction;
  const point = whole.length + places;
  if (point <= 0) return `${sign}0.${'0'.repeat(-point)}${digits}`;
  if (point >= digits.length) return sign + digits + '0'.repeat(point - digits.length);
  return `${sign}${digits.slice(0, point)}.${digits.slice(point)}`;
}

const trimmed = (decimal: string): string => {
  const plain = decimal.includes('.') ? decimal.replace(/\.?0+$/, '') : decimal;
  return plain === '-0' ? '0' : plain;
};
