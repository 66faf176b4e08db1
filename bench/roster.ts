// The files that the bench uploads. In each one row in a hundred is bad, but where rows depend on each other.

/** Sites of the organisation of many sites: their numbers follow each other from this one on. */
export const FIRST_SITE_ID = 2001;

/** Identifiers in no order, as student numbers are: neighbours in the file are not neighbours in the index. */
export const identifierOf = (person: number): string => `S${(person * 7919) % 10_000_019}`;
const emailOf = (person: number): string => `Person.${person}@Example.org`;
const isBad = (row: number): boolean => row % 100 === 0;

/**
 * An import of `rows` rows about people of whom `people` exist already, numbered from 1. Even rows are about people who
 * exist and whose first name has changed, odd rows about new ones; each hundredth has an email that is none.
 */
export const roster = (rows: number, people: number): string =>
  file('identifier,email,username,first_name,last_name,programme,entry_year,remark', rows, (row) => {
    const person = row % 2 === 0 ? row : people + row;
    return `${identifierOf(person)},${emailIn(row, person)},,Changed${person % 1000},Last${person % 5000},BSc ${person % 40},${2000 + (person % 26)},Remark of ${person}`;
  });

/**
 * All people, as they are; where `isChanged`, one in a hundred is not: of four hundred two have new names, and in the
 * place of one somebody else has come, whose row is new and who makes that one absent.
 */
export const everybody = (people: number, isChanged: boolean): string =>
  file('identifier,email,username,first_name,last_name,programme,entry_year,remark', people, (row) => {
    const isNew = isChanged && row % 400 === 1;
    const person = isNew ? people + row : row;
    const firstName = isChanged && row % 200 === 0 ? 'Changed' : 'First';
    return `${identifierOf(person)},${emailOf(person)},,${firstName}${person % 1000},Last${person % 5000},BSc ${person % 40},${2000 + (person % 26)},Remark of ${person}`;
  });

/** The first `rows` people, who are to be archived, anonymized or deleted. */
export const leavers = (rows: number): string =>
  file('identifier,email', rows, (row) => `${identifierOf(row)},${emailIn(row, row)}`);

/** New first names and remarks of the first `rows` people. */
export const newNames = (rows: number): string =>
  file(
    'identifier,first_name,remark',
    rows,
    (row) => `${identifierOf(row)},Changed${row % 1000},Another remark of ${row}`,
  );

/** New names of the first `rows` users, `perSite` of whom are at each site; each hundredth row names a site that is none. */
export const renamings = (rows: number, perSite: number): string =>
  file('Account ID,Username,Name', rows, (row) => {
    const siteId = FIRST_SITE_ID + Math.floor((row - 1) / perSite);
    return `${isBad(row) ? siteId + 1_000_000 : siteId},user.${row},Renamed ${row % 1000}`;
  });

/** The first half of the first `rows` people take the emails of the second half, and the other way round. */
export const swaps = (rows: number): string =>
  file('identifier,email', rows, (row) => {
    const other = row <= rows / 2 ? row + rows / 2 : row - rows / 2;
    return `${identifierOf(row)},${emailOf(other)}`;
  });

/** The same people get emails that nobody has. */
export const newEmails = (rows: number): string =>
  file('identifier,email', rows, (row) => `${identifierOf(row)},New.${row}@Example.org`);

const emailIn = (row: number, person: number): string => (isBad(row) ? 'not an email' : emailOf(person));

function file(header: string, rows: number, lineOf: (row: number) => string): string {
  const lines = [header];
  for (let row = 1; row <= rows; row++) lines.push(lineOf(row));
  return `${lines.join('\r\n')}\r\n`;
}
