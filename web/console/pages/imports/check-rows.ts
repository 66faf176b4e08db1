// The way from settings to preview: the dry run that checks the rows, begun once for the same answers.
import type { BulkAction } from '../../../../api/wire.ts';
import { REMEMBERED_OPTIONS } from '../../../../domain/import-draft.ts';
import { answerRun, runQuery } from '../../client/bulk-actions.ts';
import { ask, newKey } from '../../client/client.ts';
import { saverOf } from '../../client/draft-saver.ts';
import type { FileAsked } from '../../client/files.ts';
import { type ImportDraft, remember } from '../../client/imports.ts';
import { queryClient } from '../../client/query-client.ts';
import type { FileColumns } from './use-columns.ts';

/** States in which a dry run can still be let go for another one: nobody has confirmed it. */
const LOOSE: readonly BulkAction['state'][] = ['staging', 'checking', 'awaiting-confirmation'];

/** True while the run of a draft can be replaced. Later it goes its own way. */
export const isLoose = (run: BulkAction): boolean => LOOSE.includes(run.state) && !run.isCancelling;

/** Gives the run to look at: the draft's own where nothing was changed since, else a new one. */
export async function checkRows(draft: ImportDraft, asked: FileAsked): Promise<BulkAction> {
  const before =
    draft.bulkActionId === null
      ? undefined
      : await queryClient.fetchQuery(runQuery(draft.bulkActionId)).catch(() => undefined);
  const body = {
    site: asked.site,
    kind: 'people',
    preset: asked.preset,
    files: draft.files.map(({ id }) => id),
    options: asked.options,
    dryRun: true,
  };
  const isSame = before && isLoose(before) && signatureOf(draft.id) === JSON.stringify(body);
  if (isSame) return before;
  if (before && isLoose(before)) await answerRun(before.id, 'cancel').catch(() => undefined);
  const run = await ask<BulkAction>('POST', '/v1/bulk-actions', {
    body,
    headers: { 'idempotency-key': newKey() },
  });
  sessionStorage.setItem(keyOf(draft.id), JSON.stringify(body));
  const saver = saverOf(draft.id);
  saver.change({ bulkActionId: run.id, settings: { step: 'preview' } });
  await saver.flush();
  return run;
}

const keyOf = (draftId: string): string => `muster-checked-${draftId}`;
const signatureOf = (draftId: string): string | null => sessionStorage.getItem(keyOf(draftId));

/** Keeps for the site how the columns were matched. Nobody waits for it. */
export function rememberAnswers(draft: ImportDraft, asked: FileAsked, files: readonly FileColumns[]): void {
  const lines = files.flatMap(({ lines: all }) => all).filter(({ header }) => header !== '');
  const columns = Object.fromEntries(lines.map(({ header, field }) => [header, field]));
  const options = Object.fromEntries(
    REMEMBERED_OPTIONS.flatMap((name) =>
      asked.options[name] === undefined ? [] : [[name, asked.options[name]]],
    ),
  );
  void remember(draft.siteId, asked.preset, { columns, options })
    .then(() => queryClient.invalidateQueries({ queryKey: ['imports', 'remembered'] }))
    .catch(() => undefined);
}
