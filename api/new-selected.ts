// Beginning a run that takes a selection of people out of use, or brings them back.
import type { Database } from '../db/client.ts';
import type { Admin } from '../db/queries/admins.ts';
import { type Action, type BulkActionOptions, DEFAULT_OPTIONS } from '../domain/bulk-action.ts';
import { askedLimits } from '../domain/limits.ts';
import { siteFor } from './access.ts';
import { type BegunRun, bareRow, beginOnce } from './begin-once.ts';
import { refuseLimits, requireActionRights } from './new-run.ts';
import { type Fault, InvalidRequest } from './problems.ts';
import { selectionFor } from './selection.ts';
import type { NewPeopleRunRead } from './wire-new-run.ts';
import type { SelectionRead } from './wire-selection.ts';

/** What can be done to people of whom nothing else is said. */
const SELECTED_ACTIONS = ['archive', 'restore', 'anonymize', 'delete'] as const satisfies readonly Action[];
type SelectedAction = (typeof SELECTED_ACTIONS)[number];

/** The options that mean something where no file is read. */
const OPTIONS: readonly string[] = ['action', 'limits', 'maxChangePercent', 'replacesLimits'];

/** Puts a run over a selection of people into the database. Nothing is started yet. */
export const beginSelectedRun = (
  db: Database,
  admin: Admin,
  asked: NewPeopleRunRead & { selection: SelectionRead },
  idempotencyKey: string | null,
): Promise<BegunRun> =>
  beginOnce(db, admin, {
    content: asked,
    idempotencyKey,
    // Whom a filter finds tells of them, and so do the results.
    look: async () => ({ site: await siteFor(db, admin, asked.site, 'bulk-actions:run', 'people:read') }),
    async prepare({ site }) {
      const action = actionOf(asked);
      requireActionRights(admin, action, site);
      const options: BulkActionOptions = {
        ...DEFAULT_OPTIONS,
        action,
        limits: askedLimits(asked.options),
        replacesLimits: asked.options.replacesLimits ?? false,
      };
      await refuseLimits(db, admin, options, site);
      return { row: bareRow(site, asked, options), ...(await selectionFor(db, site, asked.selection)) };
    },
  });

/** What is to be done. Refuses, with every fault at once, what only a file can say. */
function actionOf({ preset, options }: NewPeopleRunRead): SelectedAction {
  const action = SELECTED_ACTIONS.find((one) => one === options.action);
  const faults: Fault[] = [];
  if (action === undefined)
    faults.push({
      path: 'options.action',
      message: `A run over a selection takes one of these actions: ${SELECTED_ACTIONS.join(', ')}.`,
    });
  if (preset !== 'people')
    faults.push({ path: 'preset', message: 'A run over a selection reads no file, and takes no preset.' });
  for (const name of Object.keys(options))
    if (!OPTIONS.includes(name))
      faults.push({
        path: `options.${name}`,
        message: 'This says how a file is read. Leave it out for a selection.',
      });
  if (action === undefined || faults.length > 0) throw new InvalidRequest(faults);
  return action;
}
