// By what the name of a picture file says whose picture it is: any field of which no two people have the same value.
import type { FieldDefinition } from './field-definition.ts';
import type { PersonField } from './person.ts';

/** The own fields of a person that name nobody else at the same site. */
const OWN = ['identifier', 'email', 'username'] as const satisfies readonly PersonField[];

/** The fields by which pictures can be matched where these custom fields hold, own ones first, each name once. */
export const photoMatchFields = (
  definitions: readonly Pick<FieldDefinition, 'name' | 'unique'>[],
): string[] => [...new Set([...OWN, ...definitions.filter(({ unique }) => unique).map(({ name }) => name)])];
