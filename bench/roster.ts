// The file that the bench imports: half of its people are new, half have changed, and one row in a hundred is bad.

const HEADER = 'identifier,email,username,first_name,last_name,programme,entry_year,remark';

/** Identifiers in no order, as student numbers are: neighbours in the file are not neighbours in the index. */
const identifierOf = (person: number): string => `S${(person * 7919) % 10_000_019}`;
const emailOf = (person: number): string => `Person.${person}@Example.org`;

/**
 * `rows` rows about people of whom `people` exist already, numbered from 1. Even rows are about people who exist and
 * whose first name has changed, odd rows about new ones; each hundredth has an email that is none.
 */
function* rosterLines(rows: number, people: number): Generator<string> {
  yield `${HEADER}\r\n`;
  for (let row = 1; row <= rows; row++) {
    const person = row % 2 === 0 ? row : people + row;
    const email = row % 100 === 0 ? 'not an email' : emailOf(person);
    yield `${identifierOf(person)},${email},,Changed${person % 1000},Last${person % 5000},BSc ${person % 40},${2000 + (person % 26)},Remark of ${person}\r\n`;
  }
}

/** The whole file as text. */
export const roster = (rows: number, people: number): string => [...rosterLines(rows, people)].join('');
