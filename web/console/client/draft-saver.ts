// How what is chosen in a draft gets to the server: soon after, in order, again when the connection is back, never over
// what another window has saved.
import { useQueryClient } from '@tanstack/react-query';
import { useEffect, useSyncExternalStore } from 'react';
import type { DraftSettingsWire, ImportDraft } from '../../../api/wire-imports.ts';
import { ApiProblem, ask } from './client.ts';
import { queryClient } from './query-client.ts';
import { useSessionEnded } from './session.ts';

/** Why a draft is not saved: nobody there, another window was first, or it was refused. */
export type DraftFault = 'unreachable' | 'newer' | 'failed';
export type SavingState = 'saved' | 'saving' | DraftFault;

export type DraftChange = {
  settings?: Partial<DraftSettingsWire>;
  files?: ImportDraft['files'];
  bulkActionId?: string | null;
};

const WAIT_MS = 500;
const AGAIN_MS = 3000;

class DraftSaver {
  readonly #id: string;
  readonly #listeners = new Set<() => void>();
  #version = 0;
  #changes: DraftChange = {};
  #hasChanges = false;
  #sending: Promise<void> | undefined;
  #timer: ReturnType<typeof setTimeout> | undefined;
  state: SavingState = 'saved';

  constructor(id: string) {
    this.#id = id;
  }

  get #key() {
    return ['imports', 'draft', this.#id];
  }

  readonly subscribe = (listener: () => void): (() => void) => {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  };

  #become(state: SavingState): void {
    this.state = state;
    for (const listener of this.#listeners) listener();
  }

  /** The draft as the server has it, with what is chosen here and not saved yet. */
  seen(draft: ImportDraft): ImportDraft {
    if (this.#hasChanges || this.#sending) return applied(draft, this.#changes);
    if (draft.version > this.#version) this.#version = draft.version;
    return draft;
  }

  /** Shows the change at once, and saves it in a moment. */
  change(change: DraftChange): void {
    void queryClient.cancelQueries({ queryKey: this.#key });
    queryClient.setQueryData<ImportDraft>(this.#key, (draft) => draft && applied(draft, change));
    this.#changes = merged(this.#changes, change);
    this.#hasChanges = true;
    if (this.state === 'newer') return;
    this.#become('saving');
    this.#later(WAIT_MS);
  }

  /** Saves what is not saved yet. Resolves once that is tried; throws nothing: the state says what came of it. */
  async flush(): Promise<void> {
    clearTimeout(this.#timer);
    await this.#sending;
    if (!this.#hasChanges || this.state === 'newer') return;
    this.#sending = this.#send();
    await this.#sending;
    this.#sending = undefined;
    if (this.#hasChanges && this.state === 'saving') await this.flush();
  }

  /** Takes what the other window has saved, and lets go of what was chosen here since. */
  async takeNewer(): Promise<void> {
    this.#changes = {};
    this.#hasChanges = false;
    this.#version = 0;
    this.#become('saving');
    await queryClient.invalidateQueries({ queryKey: this.#key });
    this.#become('saved');
  }

  #later(ms: number): void {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => void this.flush(), ms);
  }

  async #send(): Promise<void> {
    const draft = queryClient.getQueryData<ImportDraft>(this.#key);
    if (!draft) return;
    const { settings, files, bulkActionId } = this.#changes;
    this.#changes = {};
    this.#hasChanges = false;
    const body = {
      version: this.#version,
      ...(settings && { settings: draft.settings }),
      ...(files && { files: files.map(({ id, slot }) => ({ id, slot })) }),
      ...(bulkActionId !== undefined && { bulkActionId }),
    };
    try {
      const saved = await ask<ImportDraft>('PATCH', `/v1/import-drafts/${this.#id}`, { body });
      this.#version = saved.version;
      queryClient.setQueryData<ImportDraft>(this.#key, applied(saved, this.#changes));
      this.#become(this.#hasChanges ? 'saving' : 'saved');
    } catch (error) {
      this.#changes = merged(
        {
          ...(settings && { settings }),
          ...(files && { files }),
          ...(bulkActionId !== undefined && { bulkActionId }),
        },
        this.#changes,
      );
      this.#hasChanges = true;
      this.#become(faultOf(error));
      if (this.state === 'unreachable') this.#later(AGAIN_MS);
    }
  }
}

function faultOf(error: unknown): DraftFault {
  if (!(error instanceof ApiProblem)) return 'failed';
  if (error.status === 409) return 'newer';
  return error.status === 0 || error.status >= 502 ? 'unreachable' : 'failed';
}

const merged = (first: DraftChange, then: DraftChange): DraftChange => ({
  ...first,
  ...then,
  ...((first.settings || then.settings) && { settings: { ...first.settings, ...then.settings } }),
});

const applied = (draft: ImportDraft, { settings, ...change }: DraftChange): ImportDraft => ({
  ...draft,
  ...change,
  settings: { ...draft.settings, ...settings },
});

const savers = new Map<string, DraftSaver>();

/** One for each draft, whichever page shows it. */
export function saverOf(id: string): DraftSaver {
  const saver = savers.get(id) ?? new DraftSaver(id);
  savers.set(id, saver);
  return saver;
}

/** How the saving of a draft goes, with the way to change it. What is not saved is saved when the page is left. */
export function useDraftSaver(id: string): { saver: DraftSaver; state: SavingState } {
  const saver = saverOf(id);
  const client = useQueryClient();
  const state = useSyncExternalStore(saver.subscribe, () => saver.state);
  const hasEnded = useSessionEnded();
  // What was chosen when the session ended is saved as soon as somebody is signed in again.
  useEffect(() => {
    if (!hasEnded) void saver.flush();
  }, [saver, hasEnded]);
  useEffect(() => {
    const save = () => void saver.flush();
    addEventListener('online', save);
    addEventListener('pagehide', save);
    return () => {
      removeEventListener('online', save);
      removeEventListener('pagehide', save);
      void saver.flush().then(() => client.invalidateQueries({ queryKey: ['imports', 'drafts'] }));
    };
  }, [saver, client]);
  return { saver, state };
}
