// Uploads: sent with their progress, and looked at before anything runs.
import { keepPreviousData, queryOptions } from '@tanstack/react-query';
import type { AskedOptions, Problem, UploadedFile } from '../../../api/wire.ts';
import type { FileReading } from '../../../api/wire-imports.ts';
import type { Preview } from '../../../api/wire-previews.ts';
import { ApiProblem, addressOf, ask } from './client.ts';

export type { FileReading };

export type UploadLimits = { bytesMax: number; zipBytesMax: number };

export const uploadLimitsQuery = queryOptions({
  queryKey: ['files', 'limits'],
  staleTime: Number.POSITIVE_INFINITY,
  queryFn: ({ signal }) => ask<UploadLimits>('GET', '/v1/files/limits', { signal }),
});

type Sending = { onProgress: (sent: number) => void; signal: AbortSignal };

/**
 * Sends a file, telling how many bytes have left. Throws an `ApiProblem`; an `AbortError` where the signal stops it.
 * Not by fetch: no browser tells of its progress.
 */
export const uploadFile = (file: File, { onProgress, signal }: Sending): Promise<UploadedFile> =>
  new Promise((resolve, reject) => {
    const request = new XMLHttpRequest();
    request.open('POST', addressOf('/v1/files', { name: file.name }));
    request.setRequestHeader('accept', 'application/json');
    request.setRequestHeader('accept-language', document.documentElement.lang);
    request.setRequestHeader('content-type', 'application/octet-stream');
    request.upload.onprogress = ({ loaded }) => onProgress(loaded);
    request.onload = () => {
      const answer: unknown = parsed(request.responseText);
      if (request.status === 201) resolve(answer as UploadedFile);
      else reject(new ApiProblem(request.status, (answer ?? {}) as Partial<Problem>));
    };
    request.onerror = () => reject(new ApiProblem(0, {}));
    request.onabort = () => reject(new DOMException('cancelled', 'AbortError'));
    signal.addEventListener('abort', () => request.abort());
    request.send(file);
  });

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

export type FileAsked = { site: number; preset: string; options: AskedOptions };

/** A file read to its end: its rows, its header, how it is written. */
export const readingQuery = (id: string | undefined, asked: FileAsked) =>
  queryOptions({
    queryKey: ['files', id, 'reading', asked],
    enabled: id !== undefined,
    staleTime: Number.POSITIVE_INFINITY,
    placeholderData: keepPreviousData,
    queryFn: ({ signal }) => ask<FileReading>('POST', `/v1/files/${id}/read`, { body: asked, signal }),
  });

/** The first rows of a file as a run would read them. */
export const previewQuery = (id: string, asked: FileAsked) =>
  queryOptions({
    queryKey: ['files', id, 'preview', asked],
    staleTime: Number.POSITIVE_INFINITY,
    placeholderData: keepPreviousData,
    queryFn: ({ signal }) =>
      ask<Preview>('POST', `/v1/files/${id}/preview`, { body: { ...asked, rows: 30 }, signal }),
  });
