// How a row's cells become its extras: org unit, supervisor, roles, card, password, invitation.
import { cardIdReader } from '../card-id.ts';
import {
  type CellReader,
  cleaned,
  isProblem,
  isUnreadable,
  readBoolean,
  readEmail,
  textReader,
} from '../cells.ts';
import { readDate } from '../dates.ts';
import { ORG_UNIT_NAME_MAX } from '../org-unit.ts';
import { PASSWORD_LENGTH_MAX } from '../password.ts';
import { emailKeyOf, PERSON_FIELD_LENGTHS } from '../person.ts';
import type { CellProblem } from '../problems.ts';
import { ROLE_NAME_MAX } from '../role.ts';
import { type ExtraField, isExtraField, type RowExtras, type SupervisorKey } from './extras.ts';
import { addProblem, reasonOf, reasonWithoutValue } from './problems.ts';
import { blankReader, isOpenQuote, isWriting, plainReader, type ReadInto, valueReader } from './readers.ts';
import type { RowSetup, StagedRow } from './staged-row.ts';

/** What the cells of one row have said so far that only makes sense together. */
type Gathered = {
  roles: string[] | null;
  supervisor: SupervisorKey | null;
  managerIdentifier: string | null;
  managerEmail: string | null;
  managerOrgUnit: string | null;
  cardNumber: string | null;
  cardValidUntil: { day: string; cell: string } | null;
  password: string | null;
};

const NOTHING: Gathered = {
  roles: null,
  supervisor: null,
  managerIdentifier: null,
  managerEmail: null,
  managerOrgUnit: null,
  cardNumber: null,
  cardValidUntil: null,
  password: null,
};

/** To be called for each row: `begin`, then the readers of its cells, then `finish`. */
export type GatheredExtras = {
  begin(): void;
  readerOf(field: ExtraField): ReadInto;
  finish(row: StagedRow): void;
};

/** Prepares reading the extras of rows; null where no column is mapped to any. */
export function gatherExtras(setup: RowSetup): GatheredExtras | null {
  if (!setup.columns.some(({ field }) => field !== null && isExtraField(field))) return null;
  const gathered = { ...NOTHING };
  return {
    begin: () => Object.assign(gathered, NOTHING),
    readerOf: (field) => readerOf(field, setup, gathered),
    finish(row) {
      finishSupervisor(row, gathered);
      if (gathered.roles !== null) extrasOf(row).roles = [...new Set(gathered.roles)];
      finishCard(row, gathered, setup);
      finishPassword(row, gathered, setup);
    },
  };
}

/** Sets what a cell says, where it says anything. */
type Set<Value> = (value: Value, row: StagedRow, gathered: Gathered, cell: string) => void;
type Reading<Value extends string | boolean> = { read: CellReader<Value>; set: Set<Value> };

const reading = <Value extends string | boolean>(read: CellReader<Value>, set: Set<Value>) =>
  ({ read, set }) as unknown as Reading<string | boolean>;

const addRoles: Set<string> = (names, _row, gathered) => {
  gathered.roles = [...(gathered.roles ?? []), ...rolesIn(names)];
};

const READINGS: Record<Exclude<ExtraField, 'password' | 'card_id'>, Reading<string | boolean>> = {
  org_unit: reading(textReader(ORG_UNIT_NAME_MAX), (name, row) => {
    extrasOf(row).orgUnit = name;
  }),
  supervisor: reading(readSupervisor, (key, _row, gathered) => {
    gathered.supervisor = key.includes('@')
      ? { by: 'email', value: emailKeyOf(key) }
      : { by: 'identifier', value: key };
  }),
  manager_identifier: reading(textReader(PERSON_FIELD_LENGTHS.identifier), (value, _row, gathered) => {
    gathered.managerIdentifier = value;
  }),
  manager_email: reading(readEmail, (value, _row, gathered) => {
    gathered.managerEmail = emailKeyOf(value);
  }),
  manager_org_unit: reading(textReader(ORG_UNIT_NAME_MAX), (value, _row, gathered) => {
    gathered.managerOrgUnit = value;
  }),
  role: reading(readRoles, addRoles),
  access_role: reading(readRoles, addRoles),
  card_valid_until: reading(readDate, (day, _row, gathered, cell) => {
    gathered.cardValidUntil = { day, cell };
  }),
  send_invitation: reading(readBoolean, (value, row) => {
    extrasOf(row).sendInvitation = value;
  }),
};

function readerOf(field: ExtraField, setup: RowSetup, gathered: Gathered): ReadInto {
  if (field === 'password') return passwordReader(setup, gathered);
  const { read, set } =
    field === 'card_id'
      ? reading(cardIdReader(setup.options.cardIdType), (number, _row, into) => {
          into.cardNumber = number;
        })
      : READINGS[field];
  const blank = blankReader(field, setup, false, () => {});
  return valueReader(field, plainReader(field, setup.preset, read), blank, (row, value, cell) =>
    set(value, row, gathered, cell),
  );
}

const readIdentifier = textReader(PERSON_FIELD_LENGTHS.identifier);

/** What has an @ is an email. */
function readSupervisor(text: string): string | CellProblem {
  return text.includes('@') ? readEmail(text) : readIdentifier(text);
}

const readRoleName = textReader(ROLE_NAME_MAX);

/** Names of roles, each of which a role could have; the cell is given as it is. */
function readRoles(text: string): string | CellProblem {
  const names = rolesIn(text);
  if (names.length === 0) return { code: 'unknown-role' };
  return names.map(readRoleName).find(isProblem) ?? text;
}

/** Several names stand with ; or | between them. */
const rolesIn = (text: string): string[] =>
  text
    .split(/[;|]/)
    .map((name) => name.trim())
    .filter((name) => name !== '');

function extrasOf(row: StagedRow): RowExtras {
  row.extras ??= {};
  return row.extras;
}

/** An identifier says it best; the supervisor's org unit says nothing without one of the others. */
function finishSupervisor(row: StagedRow, gathered: Gathered): void {
  const { managerIdentifier, managerEmail, managerOrgUnit } = gathered;
  const key: SupervisorKey | null =
    managerIdentifier !== null
      ? { by: 'identifier', value: managerIdentifier }
      : (gathered.supervisor ?? (managerEmail === null ? null : { by: 'email', value: managerEmail }));
  if (key === null) return;
  extrasOf(row).supervisor = managerOrgUnit === null ? key : { ...key, orgUnit: managerOrgUnit };
}

/** The row's own day wins over the run's. A day without a card says nothing. */
function finishCard(row: StagedRow, { cardNumber, cardValidUntil }: Gathered, { options }: RowSetup): void {
  if (cardNumber === null) return;
  const validFrom = options.cardValidFrom;
  const validUntil = cardValidUntil?.day ?? options.cardValidUntil;
  if (validFrom !== null && validUntil !== null && validUntil < validFrom) {
    const cell = cardValidUntil?.cell ?? validUntil;
    addProblem(row, reasonOf({ code: 'card-days', expected: validFrom }, 'card_valid_until', cell));
  }
  extrasOf(row).card = { number: cardNumber, validFrom, validUntil };
}

const PASSWORD_TOO_LONG: CellProblem = { code: 'too-long', expected: String(PASSWORD_LENGTH_MAX) };

/** Reads passwords apart from all other cells, so that no value of one gets into a reason. */
function passwordReader(setup: RowSetup, gathered: Gathered): ReadInto {
  if (!setup.passwords) throw new Error('a file with passwords is read without a place for them');
  const blank = blankReader('password', setup, false, () => {});
  return (cell, row) => {
    const text = cleaned(cell);
    if (text === '') {
      blank?.(row);
      return;
    }
    const problem = passwordProblem(text);
    if (problem) addProblem(row, reasonWithoutValue(problem, 'password'));
    else gathered.password = text;
  };
}

function passwordProblem(text: string): CellProblem | null {
  if (isOpenQuote(text)) return { code: 'unclosed-quote' };
  if (isUnreadable(text)) return { code: 'unreadable-character' };
  return [...text].length > PASSWORD_LENGTH_MAX ? PASSWORD_TOO_LONG : null;
}

/** Weighed last, for it must not be made of what else the row says. */
function finishPassword(row: StagedRow, { password }: Gathered, setup: RowSetup): void {
  const { passwords } = setup;
  if (password === null || !passwords || !isWriting(row, setup)) return;
  const words = [row.identifier, row.username, row.email, row.firstName, row.lastName, row.displayName];
  if (
    passwords.isTooEasy(
      password,
      words.filter((word) => word !== null),
    )
  )
    addProblem(row, { code: 'weak-password', field: 'password' });
  else passwords.keep(row, password);
}
