// From the history of a person as the database has it to the shape of the wire.
import type { Admin } from '../db/queries/admins.ts';
import type { HistoryRow } from '../db/queries/person-history.ts';
import { type HistoryWhat, whatOfChange } from '../domain/person-history.ts';
import { isAllowed } from '../domain/rights.ts';
import { shownChange } from '../domain/row-change.ts';
import type { HistoryEntry } from './wire-person-history.ts';

type Beside = {
  names: ReadonlyMap<number, string>;
  /** Of the fields of the person's site, by their names. */
  labels: ReadonlyMap<string, string>;
  admin: Admin;
};

/** Values that history keeps for others to work with, and that say nothing to people. */
const UNSAID = ['photo', 'roles_site', 'card_status', 'card_id_hex'];

export function toHistoryEntry(row: HistoryRow, { names, labels, admin }: Beside): HistoryEntry {
  const { run } = row;
  const isRunSeen = run !== null && isAllowed(admin.grants, 'bulk-actions:read', run.sitePath);
  const site = row.change.after?.['roles_site'];
  return {
    id: row.place,
    at: new Date(row.at).toISOString(),
    by: row.byPersonId === null ? null : (names.get(row.byPersonId) ?? null),
    what: whatOf(row),
    run: isRunSeen
      ? { id: run.id, kind: run.kind, action: run.action, fileName: run.fileName, row: row.rowNumber }
      : null,
    changes: changesOf(row, labels),
    siteId: typeof site === 'number' ? site : null,
    cardNumber: row.number ?? numberIn(row.change.after) ?? numberIn(row.change.before),
    reasons: row.reasons,
    mail: row.mail && {
      ...row.mail,
      openedAt: row.mail.openedAt && new Date(row.mail.openedAt).toISOString(),
    },
  };
}

function whatOf({ source, what, change, photo, mail }: HistoryRow): HistoryWhat {
  if (source === 'change') return whatOfChange(what ?? 'updated', change, photo);
  if (source !== 'mail') return source;
  if (mail?.state === 'sent' || mail?.state === 'unsure') return 'mail-sent';
  return mail?.state === 'waiting' || mail?.state === 'sending' ? 'mail-waiting' : 'mail-failed';
}

function changesOf({ change }: HistoryRow, labels: ReadonlyMap<string, string>): HistoryEntry['changes'] {
  const { before, after } = shownChange(change);
  return Object.keys({ ...before, ...after })
    .filter((field) => !UNSAID.includes(field))
    .map((field) => ({
      field,
      label: labels.get(field) ?? null,
      before: before?.[field] ?? null,
      after: after?.[field] ?? null,
    }))
    .filter((one) => one.before !== null || one.after !== null);
}

function numberIn(values: HistoryRow['change']['after']): string | null {
  const card = values?.['card'] as { number?: unknown } | null | undefined;
  return typeof card?.number === 'string' ? card.number : null;
}
