// The rules of a field: those that its parts set each other, and which values fit it by now.
import { RE2JS } from 're2js';
import { customFieldReader } from './cells.ts';
import type { FieldDefinition } from './field-definition.ts';
import { RESERVED_FIELDS } from './rows/extras.ts';

type FieldRules = Pick<FieldDefinition, 'name' | 'type' | 'pattern' | 'choices'>;

/** What is wrong with a field as it is wanted: each part with a sentence. */
export function faultsOfField(field: FieldRules): { path: string; message: string }[] {
  const { type, choices, pattern } = field;
  const faults = [
    RESERVED_FIELDS.includes(field.name) && {
      path: 'name',
      message: 'A column of this name means something else already. Choose another name.',
    },
    type === 'choice' && choices === null && { path: 'choices', message: 'A choice needs its choices.' },
    type !== 'choice' &&
      choices !== null && { path: 'choices', message: 'Only a field of type choice has choices.' },
    pattern !== null &&
      !isPattern(pattern) && {
        path: 'pattern',
        message: 'This is no regular expression of RE2: look-around and back references are not in it.',
      },
  ];
  return faults.filter((fault) => fault !== false);
}

/** True for a regular expression that can be matched in time linear to the value. */
function isPattern(pattern: string): boolean {
  try {
    RE2JS.compile(pattern);
    return true;
  } catch {
    return false;
  }
}

/** Tells whether a stored value, as text, is one that the field would take as it is now. */
export function fitting(definition: FieldDefinition): (stored: string) => boolean {
  const read = customFieldReader(definition);
  return (stored) => {
    const value = read(stored);
    return typeof value === 'number' ? value === Number(stored) : String(value) === stored;
  };
}
