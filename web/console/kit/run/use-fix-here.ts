// The rows that need somebody, as a new import: their file is handed on to a draft, and its owner to its first step.
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import type { BulkAction, UploadedFile } from '../../../../api/wire.ts';
import { failedRowsAddress } from '../../client/bulk-actions.ts';
import { ApiProblem, ask } from '../../client/client.ts';
import { beginDraft, saveDraft } from '../../client/imports.ts';
import { useLanguage } from '../../words/language.tsx';
import { toastProblem } from '../toast.ts';

export function useFixHere(run: BulkAction) {
  const language = useLanguage();
  const navigate = useNavigate();
  const client = useQueryClient();
  return useMutation({
    mutationFn: async (): Promise<string> => {
      const response = await fetch(failedRowsAddress(run.id, language), { credentials: 'same-origin' });
      if (!response.ok) throw new ApiProblem(response.status, await response.json().catch(() => ({})));
      const file = await ask<UploadedFile>('POST', '/v1/files', {
        query: { name: nameOf(run) },
        raw: await response.blob(),
        headers: { 'content-type': 'text/csv' },
      });
      const draft = await beginDraft(run.site, run.savedPreset ?? run.preset);
      await saveDraft(draft.id, {
        version: draft.version,
        files: [{ id: file.id, slot: null }],
        settings: { ...draft.settings, options: optionsOf(run) },
      });
      return draft.id;
    },
    onSuccess: (draft) => {
      void client.invalidateQueries({ queryKey: ['imports'] });
      void navigate({ to: '/import/$draft/configure', params: { draft } });
    },
    onError: toastProblem,
  });
}

const nameOf = ({ fileName, id }: BulkAction): string =>
  `${(fileName ?? id).replace(/\.[^.]*$/, '')}-open-rows.csv`;

/** As the run had it. A sync would take who is not among these few rows for gone: they are created or updated. */
function optionsOf({ options }: BulkAction) {
  const { existing, invite, cardIdType, cardValidFrom, cardValidUntil, clearBlank } = options;
  const action = options.action === 'sync' ? 'create-or-update' : options.action;
  const isOfPeople = !['add-photos', 'issue-cards', 'revoke-cards', 'change-roles', 'undo'].includes(action);
  return {
    ...(isOfPeople && { action: action as 'create-or-update' }),
    existing,
    invite,
    cardIdType,
    cardValidFrom,
    cardValidUntil,
    clearBlank,
  };
}
