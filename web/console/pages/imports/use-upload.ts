// Uploads under way, one after the other: how much of a file has left, the way to stop it, and why it failed.
import { useEffect, useRef, useState } from 'react';
import type { UploadedFile } from '../../../../api/wire.ts';
import { ApiProblem } from '../../client/client.ts';
import { uploadFile } from '../../client/files.ts';

export type UploadState =
  | { kind: 'none' }
  | { kind: 'sending'; file: File; sent: number }
  /** `why`: `cancelled`, `broken-off`, or in the words of whoever refused it. `files`: to be tried again. */
  | { kind: 'failed'; files: readonly File[]; why: string; place?: string | undefined };

/** `onSent` gets each file once it is there, and the place that it was given, of several. */
export function useUpload(onSent: (file: UploadedFile, place?: string) => Promise<void>) {
  const [state, setState] = useState<UploadState>({ kind: 'none' });
  const stopping = useRef<AbortController | undefined>(undefined);
  useEffect(() => () => stopping.current?.abort(), []);
  const send = async (files: readonly File[], place?: string) => {
    const controller = new AbortController();
    stopping.current?.abort();
    stopping.current = controller;
    const { signal } = controller;
    const left = [...files];
    try {
      for (let file = left[0]; file; file = left[0]) {
        const one = file;
        const onProgress = (sent: number) => setState({ kind: 'sending', file: one, sent });
        onProgress(0);
        await onSent(await uploadFile(one, { onProgress, signal }), place);
        left.shift();
      }
      setState({ kind: 'none' });
    } catch (error) {
      if (stopping.current === controller)
        setState({ kind: 'failed', files: left, why: reasonOf(error), place });
    }
  };
  return {
    state,
    send: (files: readonly File[], place?: string) => void send(files, place),
    cancel: () => stopping.current?.abort(),
    fail: (why: string) => setState({ kind: 'failed', files: [], why }),
  };
}

export type Upload = ReturnType<typeof useUpload>;

function reasonOf(error: unknown): string {
  if (error instanceof DOMException && error.name === 'AbortError') return 'cancelled';
  return error instanceof ApiProblem && error.status !== 0 ? error.message : 'broken-off';
}
