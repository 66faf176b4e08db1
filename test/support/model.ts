// What a file of people must come to, said a second time: plain rules over short lists, for tests that compare.
//
// Written from what is promised (decisions 0003 and 0008), not from the SQL that does it.
import { type Action, type ExistingMode, type MatchKey, rowActionOf } from '../../domain/bulk-action.ts';

/** The keys and values of a person here; a field without a value is null. */
export type ModelPerson = {
  site: string;
  status: 'active' | 'archived' | 'anonymized';
  identifier: string | null;
  email: string | null;
  username: string | null;
  badge: string | null;
  first_name: string | null;
};

export const CELLS = [
  'identifier',
  'email',
  'username',
  'badge',
  'first_name',
  'entry_year',
  'account_id',
  'action',
] as const;
export type ModelRow = Record<(typeof CELLS)[number], string>;

export type ModelOptions = {
  action: Action | 'sync';
  existing: ExistingMode;
  matchBy: readonly MatchKey[];
  clearBlank: readonly string[];
};

export const KEYS = ['identifier', 'email', 'username', 'badge'] as const;
type Key = (typeof KEYS)[number];
const VALUES = [...KEYS, 'first_name'] as const;
const ACTION_OF: Record<string, Action> = {
  'Create and Update': 'create-or-update',
  create: 'create',
  UPDATE: 'update',
  archive: 'archive',
  Restore: 'restore',
  anonymize: 'anonymize',
  delete: 'delete',
};
export const ACTION_CELLS = ['', ...Object.keys(ACTION_OF), 'explode'];

/** What a whole file means for those who are not in it: the sites that it names, and where nobody is sure who that is. */
export type Scope = { sites: ReadonlySet<string>; held: ReadonlySet<string> };
const NO_SCOPE: Scope = { sites: new Set(), held: new Set() };

/** A row as it was read: what is '' clears, what is null says nothing. */
type Read = {
  place: number;
  action: Action;
  site: string;
  values: Record<(typeof VALUES)[number], string | null>;
  isBad: boolean;
  person: ModelPerson | undefined;
  isAmbiguous: boolean;
  /** Whom it is for: a person, or a name for the one that it would make. */
  target: ModelPerson | string;
  says: string;
  /** Restores somebody to whom another row gives another email. */
  hasNewMail?: boolean;
  /** Of a sync: brings its archived person back, with what it says. */
  isBack: boolean;
  /** Rows that have a key of its person, who is absent: which of them take it, and all that do not. */
  namedBy?: { takers: readonly Read[]; isNamedInVain: boolean };
};

/** The outcome of each row, in their order, with what it asks for in words, and the people who are there afterwards. */
export function foretell(
  people: readonly ModelPerson[],
  rows: readonly ModelRow[],
  options: ModelOptions,
  scope = NO_SCOPE,
) {
  const found = rows.map((row, place) => readRow(row, place, people, options));
  const isRestored = (person: ModelPerson | undefined) =>
    found.some((row) => row.person === person && row.action === 'restore');
  const read = found.map((row) => ({ ...row, isBack: row.isBack && !isRestored(row.person) }));
  const outcomes: (string | null)[] = read.map((row) => outcomeAlone(row, options));
  for (const row of [...sharingPerson(read), ...sharingKey(read, options)]) outcomes[row.place] = 'rejected';
  const copies = copiesAmong(read.filter(({ place }) => outcomes[place] !== 'rejected'));
  for (const { place } of copies.keys()) outcomes[place] = 'skipped';
  const open = read.filter(({ place }) => outcomes[place] === null);
  const names = read.filter((row) => !copies.has(row) && isNaming(row, outcomes[row.place] ?? null, options));
  const absent = people
    .filter(({ site, status }) => status === 'active' && scope.sites.has(site) && !scope.held.has(site))
    .filter((person) => !read.some((row) => row.person === person))
    .map((person) => absence(person, open, names, rows, options));
  const going = settle([...open, ...absent], people, options);
  for (const row of read)
    outcomes[row.place] ??= going.some((one) => one.place === row.place) ? doneBy(row) : 'rejected';
  for (const [{ place }, used] of copies)
    if (outcomes[used.place] === 'rejected') outcomes[place] = 'rejected';
  return { labels: read.map(labelOf), outcomes: outcomes as string[], people: apply(going, people, options) };
}

function readRow(row: ModelRow, place: number, people: readonly ModelPerson[], options: ModelOptions): Read {
  const action = ACTION_OF[row.action] ?? rowActionOf(options.action);
  const site = row.account_id;
  // A row for an account that is not there is for nobody and wants nothing.
  const isElsewhere = site === 'elsewhere';
  const said = (name: (typeof VALUES)[number]) =>
    isElsewhere ? null : row[name] !== '' ? row[name] : options.clearBlank.includes(name) ? '' : null;
  const isMail = /^[^@]+@[^@]+$/.test(row.email);
  const values = {
    identifier: (!isElsewhere && row.identifier) || null,
    email: isMail && !isElsewhere ? row.email.toLowerCase() : null,
    username: said('username'),
    badge: said('badge'),
    first_name: said('first_name'),
  };
  const isBad =
    (row.email !== '' && !isMail) || row.entry_year !== '' || isElsewhere || row.action === 'explode';
  const found = find(people, site, values, action, options.matchBy);
  const person = found[0];
  const says = JSON.stringify([action, site, values, row.entry_year, isBad ? row : null]);
  return {
    place,
    action,
    site,
    values,
    isBad,
    person,
    isAmbiguous: found.length > 1,
    target: person ?? (values.identifier === null ? says : `${site} ${values.identifier}`),
    says,
    isBack: options.action === 'sync' && action === 'create-or-update' && person?.status === 'archived',
  };
}

/** The person that a row means; several archived people who had its email are none that it can mean. */
function find(
  people: readonly ModelPerson[],
  site: string,
  values: Read['values'],
  action: Action,
  matchBy: readonly MatchKey[],
): ModelPerson[] {
  const key = matchBy.find((name) => values[name]);
  if (key === undefined) return [];
  const having = people.filter((p) => p.site === site && p.status !== 'anonymized' && p[key] === values[key]);
  if (key !== 'email') return having;
  const [active, archived] = ['active', 'archived'].map((status) =>
    having.filter((p) => p.status === status),
  );
  return (action === 'restore' ? [archived, active] : [active, archived]).find((some) => some?.length) ?? [];
}

const isEdit = (action: Action) => ['create-or-update', 'create', 'update'].includes(action);
const isUpdate = (action: Action) => action === 'create-or-update' || action === 'update';
const isIncomplete = ({ values }: Read) => values.identifier === null || values.email === null;

/** What a row comes to whatever else the file says; null where that depends on other rows, or it just goes ahead. */
function outcomeAlone(row: Read, options: ModelOptions): string | null {
  const { action, person, isBad, isAmbiguous } = row;
  if (isBad || isAmbiguous || !options.matchBy.some((name) => row.values[name])) return 'rejected';
  if (!person)
    return action === 'create-or-update' || action === 'create'
      ? isIncomplete(row)
        ? 'rejected'
        : null
      : 'rejected';
  if (action === 'archive' && person.status === 'archived') return 'unchanged';
  if (action === 'restore' && person.status === 'active') return 'unchanged';
  if (!isEdit(action)) return null;
  if (action === 'create') return isIncomplete(row) ? 'rejected' : null;
  if (row.isBack) return null;
  if (options.existing === 'keep')
    return person.status === 'archived' && (options.action !== 'sync' || action !== 'create-or-update')
      ? 'rejected'
      : 'skipped';
  const isSame = VALUES.every((name) => after(row, name, options) === person[name]);
  return isSame && person.status === 'active' ? 'unchanged' : null;
}

/** What the row's person has when the row is done. */
function after(
  { person, values }: Read,
  name: (typeof VALUES)[number],
  { existing }: ModelOptions,
): string | null {
  const [had, said] = [person?.[name] ?? null, values[name]];
  if (existing === 'keep') return had;
  if (said === null || (existing === 'fill-missing' && had !== null)) return had;
  return said === '' ? null : said;
}

/** Rows for one person that exclude each other: edits that say different things, actions that make no sense together. */
function sharingPerson(rows: readonly Read[]): Read[] {
  return groups(rows, ({ target }) => target).flatMap((group) => {
    const edits = group.filter(({ action }) => isEdit(action));
    const areDifferent = new Set(edits.map(({ says }) => says)).size > 1;
    return isSensible(new Set(group.map(({ action }) => action))) ? (areDifferent ? edits : []) : group;
  });
}

function isSensible(actions: ReadonlySet<Action>): boolean {
  const has = (...some: Action[]) => some.some((action) => actions.has(action));
  const removes = has('anonymize') !== has('delete');
  if (has('anonymize') && has('delete')) return false;
  if (has('update', 'create-or-update') && has('archive', 'anonymize', 'delete')) return false;
  if (has('restore') && has('archive', 'anonymize', 'delete', 'create')) return false;
  return !(has('create') && has('archive') && !removes);
}

/** Rows that want one value for different people; a row whose person has it, and stays, wants nothing. */
function sharingKey(rows: readonly Read[], options: ModelOptions): Read[] {
  const claims = rows.flatMap((row) => claimsOf(row, rows, options).map((claim) => ({ claim, row })));
  return groups(claims, ({ claim }) => claim)
    .filter((group) => new Set(group.map(({ row }) => row.target)).size > 1)
    .flatMap((group) => group.map(({ row }) => row));
}

function claimsOf(row: Read, rows: readonly Read[], options: ModelOptions): string[] {
  const { action, person, values } = row;
  if (action === 'restore') return person?.status === 'archived' ? [`email ${person.email}`] : [];
  if (!isEdit(action)) return [];
  const isLeaving =
    action === 'create' &&
    rows.some((one) => one.person === person && ['anonymize', 'delete'].includes(one.action));
  const isHolder = (key: Key) =>
    person !== undefined &&
    person[key] === values[key] &&
    !isLeaving &&
    (key !== 'email' || person.status === 'active');
  const regained =
    row.isBack && after(row, 'email', options) === person?.email ? [`email ${person.email}`] : [];
  return KEYS.filter((key) => values[key] && !isHolder(key))
    .map((key) => `${scope(key, row.site)} ${values[key]}`)
    .concat(regained);
}

const scope = (key: Key, site: string) => (key === 'email' || key === 'badge' ? key : `${key} at ${site}`);

/** What a row asks for, so that copies of each other have the same. */
const labelOf = ({ action, target, says, isBad }: Read): string =>
  isBad || isEdit(action) ? says : JSON.stringify([action, target]);

/** Each row that says what another one says, with that other one. */
function copiesAmong(rows: readonly Read[]): Map<Read, Read> {
  const copies = new Map<Read, Read>();
  for (const [used, ...others] of groups(rows, labelOf))
    for (const other of others) copies.set(other, used as Read);
  return copies;
}

/** The rows that can all go ahead together: whoever lacks something that nobody else provides is taken off, until none is. */
function settle(rows: Read[], people: readonly ModelPerson[], options: ModelOptions): Read[] {
  const isMoving = (row: Read) => movesAway(row, options);
  const free = rows.map((row): Read => {
    const hasNewMail =
      row.action === 'restore' && rows.some((one) => one.person === row.person && isMoving(one));
    return { ...row, hasNewMail };
  });
  for (let going = free; ; ) {
    const left = going.filter((row) => isPossible(row, going, people, options));
    if (left.length === going.length) return left;
    going = left;
  }
}

const givesAway = (row: Read, key: Key, options: ModelOptions): boolean =>
  after(row, key, options) !== row.person?.[key];

/** True for a row that gives its person another email. */
const movesAway = (row: Read, options: ModelOptions): boolean =>
  isUpdate(row.action) && row.person !== undefined && givesAway(row, 'email', options);

function isPossible(
  row: Read,
  going: readonly Read[],
  people: readonly ModelPerson[],
  options: ModelOptions,
): boolean {
  const { action, person } = row;
  const does = (whom: ModelPerson, ...actions: Action[]) =>
    going.some((one) => one.person === whom && actions.includes(one.action));
  const isFreed = (holder: ModelPerson, key: Key) =>
    row.hasNewMail
      ? going.some((one) => one.person === person && movesAway(one, options))
      : does(holder, 'anonymize', 'delete') ||
        (key === 'email' && does(holder, 'archive')) ||
        going.some((one) => one.person === holder && isUpdate(one.action) && givesAway(one, key, options));
  if (action === 'anonymize' && person?.status === 'active' && !does(person, 'archive')) return false;
  if (action === 'create' && person && !does(person, 'anonymize', 'delete')) return false;
  if (isUpdate(action) && !row.isBack && person?.status === 'archived' && !does(person, 'restore'))
    return false;
  if (
    row.namedBy?.isNamedInVain ||
    row.namedBy?.takers.some(({ place }) => !going.some((one) => one.place === place))
  )
    return false;
  return wantedBy(row, options).every(([key, value]) =>
    people
      .filter((p) => p !== person && holds(p, key, value, row.site))
      .every((holder) => isFreed(holder, key)),
  );
}

/** The keys that a row takes for its person, who has them not. */
function wantedBy(row: Read, options: ModelOptions): [Key, string][] {
  const { action, person } = row;
  if (action === 'restore') return person?.email ? [['email', person.email]] : [];
  if (!isEdit(action)) return [];
  const isNew = action === 'create' || !person;
  return KEYS.flatMap((key): [Key, string][] => {
    const value = isNew ? row.values[key] : after(row, key, options);
    return value && (isNew || value !== person?.[key] || (row.isBack && key === 'email'))
      ? [[key, value]]
      : [];
  });
}

const holds = (p: ModelPerson, key: Key, value: string, site: string): boolean =>
  p[key] === value &&
  p.status !== 'anonymized' &&
  (key === 'email' ? p.status === 'active' : key === 'badge' || p.site === site);

const OUTCOME = {
  archive: 'archived',
  restore: 'restored',
  anonymize: 'anonymized',
  delete: 'deleted',
  create: 'created',
  update: 'updated',
};
const doneBy = ({ action, person, isBack }: Read): string =>
  isBack ? 'restored' : action === 'create-or-update' ? (person ? 'updated' : 'created') : OUTCOME[action];

const NOBODY = { identifier: null, email: null, username: null, badge: null, first_name: null };

function apply(going: readonly Read[], people: readonly ModelPerson[], options: ModelOptions): ModelPerson[] {
  const changed = people.flatMap((person) => {
    const own = going.filter((row) => row.person === person && row.action !== 'create');
    const has = (...some: Action[]) => own.some(({ action }) => some.includes(action));
    if (has('delete')) return [];
    if (has('anonymize')) return [{ ...person, ...NOBODY, status: 'anonymized' as const }];
    const edit = own.find(({ action }) => isEdit(action));
    const values = edit ? Object.fromEntries(VALUES.map((name) => [name, after(edit, name, options)])) : {};
    const status = has('archive')
      ? ('archived' as const)
      : has('restore') || own.some(({ isBack }) => isBack)
        ? ('active' as const)
        : person.status;
    return [{ ...person, ...values, status }];
  });
  const created = going
    .filter(({ action, person }) => action === 'create' || (action === 'create-or-update' && !person))
    .map(({ site, values }): ModelPerson => {
      const given = Object.fromEntries(VALUES.map((name) => [name, values[name] || null]));
      return { ...NOBODY, ...given, site, status: 'active' };
    });
  return [...changed, ...created];
}

function groups<Item>(items: readonly Item[], keyOf: (item: Item) => unknown): Item[][] {
  const found = new Map<unknown, Item[]>();
  for (const item of items) found.set(keyOf(item), [...(found.get(keyOf(item)) ?? []), item]);
  return [...found.values()];
}

/** The keys of a person that a row has, whatever becomes of it; a row of no known site may mean any. */
const keysNamed = (row: ModelRow, person: ModelPerson): Key[] => {
  const isNear = row.account_id === person.site || row.account_id === 'elsewhere';
  const has = (key: Key) => row[key] !== '' && row[key].toLowerCase() === person[key]?.toLowerCase();
  return KEYS.filter((key) => has(key) && (isNear || key === 'email' || key === 'badge'));
};

/** True for a row whose keys may be somebody's without its taking them: it is refused, or they do not count. */
const isNaming = ({ action, isBack }: Read, outcome: string | null, { existing }: ModelOptions): boolean =>
  existing !== 'overwrite' ||
  outcome === 'rejected' ||
  outcome === 'skipped' ||
  (outcome === null && (!isEdit(action) || isBack));

/** The row by which somebody goes for being absent. */
function absence(
  person: ModelPerson,
  open: readonly Read[],
  names: readonly Read[],
  rows: readonly ModelRow[],
  options: ModelOptions,
): Read {
  const takes = (row: Read) =>
    wantedBy(row, options).some(([key, value]) => holds(person, key, value, row.site));
  const isNamed = (row: Read) => keysNamed(rows[row.place] as ModelRow, person).length > 0;
  // One that has a key without taking it may yet be refused, and then names them.
  const takers = open.filter((row) => takes(row) || (!names.includes(row) && isNamed(row)));
  const isNamedInVain = names.some((row) => !takers.includes(row) && isNamed(row));
  return {
    place: -1 - Number(person.identifier?.replace(/\D/g, '')),
    action: 'archive',
    site: person.site,
    values: { identifier: null, email: null, username: null, badge: null, first_name: null },
    isBad: false,
    person,
    isAmbiguous: false,
    target: person,
    says: '',
    isBack: false,
    namedBy: { takers, isNamedInVain },
  };
}

/** What a whole file of such worlds says of those who are absent. */
export function scopeOf(
  worlds: readonly { people: readonly ModelPerson[]; rows: readonly ModelRow[] }[],
  options: ModelOptions,
): Scope {
  if (options.action !== 'sync') return NO_SCOPE;
  const rows = worlds.flatMap((one) => one.rows);
  const sites = new Set(rows.map((row) => row.account_id).filter((site) => site !== 'elsewhere'));
  const unclear = worlds.flatMap((one) => one.rows.filter((row) => isUnclear(row, one.people, options)));
  const held = unclear.flatMap((row) => (row.account_id === 'elsewhere' ? [...sites] : [row.account_id]));
  return { sites, held: new Set(held) };
}

/** True for a row that finds nobody, and does not say for certain whom it means. */
export function isUnclear(row: ModelRow, people: readonly ModelPerson[], options: ModelOptions): boolean {
  const isMail = /^[^@]+@[^@]+$/.test(row.email);
  const keys = { identifier: row.identifier, email: isMail ? row.email : '', username: row.username };
  const [first] = options.matchBy;
  const isUnreadable = first === 'email' && row.email !== '' && !isMail;
  if (options.matchBy.some((key) => keys[key] !== '') && !isUnreadable) return false;
  if (readRow(row, 0, people, options).person) return false;
  return !people.some(
    (person) =>
      person.status === 'active' &&
      keysNamed({ ...row, email: keys.email }, person).some((key) => key !== 'badge'),
  );
}
