// The page of the documentation that lists all problems and refusals, made from the catalogue.
import { STATUS_OF } from '../../api/problems.ts';
import type { Language } from '../../domain/language.ts';
import { PLAN_CODES, ROW_CODES } from '../../domain/problems/catalogue.ts';
import { ENGLISH_REFUSALS } from '../../domain/problems/english-refusals.ts';
import { hintOf, type ProblemCode, type Reason, refusalWordsOf, wordsOf } from '../../domain/problems.ts';

const EXAMPLES: Partial<Record<ProblemCode, Partial<Reason>>> = {
  'not-an-email': { field: 'email', value: 'ada(at)example.org' },
  'domain-not-allowed': { field: 'email', value: 'ada@example.com', expected: 'example.org, example.edu' },
  'not-a-number': { field: 'entry_year', value: 'MMXXVI' },
  'not-a-date': { field: 'birth_date', value: '2001-02-29' },
  'ambiguous-date': { field: 'birth_date', value: '03/04/2001' },
  'not-a-boolean': { field: 'resident', value: 'perhaps' },
  'not-a-choice': { field: 'programme', value: 'Astrology', expected: 'Biology, Law' },
  'pattern-mismatch': { field: 'student_card', value: '12', expected: '[A-Z]{2}-[0-9]{6}' },
  'special-characters': { field: 'username', value: 'ada#1' },
  'not-a-card-id': { field: 'card_id', value: '12G4', expected: 'hex' },
  'card-id-too-large': { field: 'card_id', value: '18446744073709551616' },
  'card-days': { field: 'card_valid_until', value: '2026-01-31', expected: '2026-09-01' },
  'unknown-action': { field: 'action', value: 'replace', expected: 'create, update, archive' },
  'unsupported-action': { field: 'action', value: 'archive', expected: 'create, update' },
  'unknown-site': { field: 'account_id', value: '2001' },
  'unknown-field-here': { field: 'locker' },
  'unknown-org-unit': { field: 'org_unit', value: 'Libary' },
  'not-a-leaf': { field: 'org_unit', value: 'Contact Centre' },
  'unknown-supervisor': { field: 'supervisor', value: 'rashdown' },
  'supervisor-elsewhere': { field: 'manager_org_unit', value: 'Library' },
  'unknown-role': { field: 'role', value: 'Card desk' },
  'role-not-yours': { field: 'role', value: 'Administrator' },
  'no-details': { field: 'username', value: 'rashdown' },
  'file-rows-differ': { field: 'username', value: 'rashdown', rows: [4, 9], expected: 'channels' },
  'name-twice': { value: 'Library', rows: [4] },
  'other-parent': { value: 'Reading Room', expected: 'Library' },
  'org-unit-circle': { value: 'Library', rows: [4] },
  'unknown-permission': { value: 'people:reed', expected: 'people:read' },
  'other-permissions': { value: 'Card desk', expected: 'people:read, people:update' },
  'too-long': { field: 'first_name', expected: '200' },
  'nobody-found': { field: 'identifier', value: 'N100999' },
  'several-found': { field: 'email', value: 'ada@example.org' },
  'person-exists': { field: 'identifier', value: 'N100006' },
  'same-as-row': { rows: [4] },
  'person-twice': { rows: [4] },
  'actions-conflict': { rows: [4] },
  'key-twice': { field: 'email', value: 'ada@example.org', rows: [4, 9] },
  'key-taken': { field: 'email', value: 'ada@example.org' },
  'needs-row': { field: 'email', value: 'ada@example.org', rows: [4] },
  'not-allowed': { expected: 'people:archive' },
  'supervisor-failed': { rows: [4] },
  'card-expired': { field: 'card_id', value: '2026-01-31' },
};

const TITLES: Record<
  Language,
  { head: string; rows: string; refusals: string; rowHead: string; refusalHead: string }
> = {
  en: {
    head: '## In English',
    rows: '### Rows',
    refusals: '### Refusals',
    rowHead: '| code | what is so | what the admin reads |',
    refusalHead: '| code | HTTP | what is so | what to do |',
  },
  de: {
    head: '## Auf Deutsch',
    rows: '### Zeilen',
    refusals: '### Ablehnungen',
    rowHead: '| Code | was der Fall ist | was zu lesen ist |',
    refusalHead: '| Code | HTTP | was der Fall ist | was zu tun ist |',
  },
};

const inCell = (words: string) => words.replaceAll('|', '\\|');

function section(language: Language): string {
  const titles = TITLES[language];
  const rows = [...ROW_CODES, ...PLAN_CODES].map((code) => {
    const hint = hintOf({ code, field: 'email', ...EXAMPLES[code] }, language);
    return `| \`${code}\` | ${inCell(wordsOf(code, language).means)} | ${inCell(hint)} |`;
  });
  const statuses: Readonly<Record<string, number>> = STATUS_OF;
  const codes = Object.keys(ENGLISH_REFUSALS) as (keyof typeof ENGLISH_REFUSALS)[];
  const refusals = codes.map((code) => {
    const { means, hint } = refusalWordsOf(code, language);
    return `| \`${code}\` | ${statuses[code] ?? ''} | ${inCell(means)} | ${inCell(hint)} |`;
  });
  return [
    titles.head,
    '',
    titles.rows,
    '',
    titles.rowHead,
    '|---|---|---|',
    ...rows,
    '',
    titles.refusals,
    '',
    titles.refusalHead,
    '|---|---|---|---|',
    ...refusals,
    '',
  ].join('\n');
}

/** docs/problems.md: every code, what is so, and what the admin reads, in every language. */
export const problemsPage = (): string => `# Problems and refusals

Every reason that a row can carry, and every refusal of a request or of a whole run, with its stable code. There are no others: this page
is made from the catalogue (\`domain/problems\`).

**A row's** code stands in \`muster_code\` and its words in \`muster_reason\` of a result; over the API a reason is
\`{code, field?, value?, rows?, expected?, hint}\`. The words on the right are examples: they name the row's own field and value.

**A refusal's** code stands in \`code\` of a problem document, or in \`error\` of a rejected run and of \`--json\`; \`detail\` says what is
wrong in this very case, \`hint\` what holds for all of its kind. A write of one person is refused with a row's code where it fits: \`key-taken\`,
\`changed-meanwhile\`. Where a proxy answers in place of Muster, the command line says \`http-\` and its status.

The language is English unless \`?lang=de\`, \`Accept-Language: de\`, \`muster … --lang de\` or \`MUSTER_LANG=de\` asks for German. Codes, columns and
what a file says are the same in both.

${section('en')}
${section('de')}`;
