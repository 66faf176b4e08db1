// Uploads over HTTP: streamed in, and looked at before anything runs.
import { z } from 'zod';
import { insertUpload } from '../../db/queries/uploads.ts';
import { requireSomewhere } from '../access.ts';
import type { ApiDeps } from '../deps.ts';
import { type Route, route } from '../route.ts';
import { newId } from '../secrets.ts';
import { receiveFile } from '../uploads.ts';
import { fileSchema } from '../wire.ts';

export function fileRoutes({ db, files, uploadBytesMax }: ApiDeps): Route[] {
  return [
    route({
      method: 'post',
      path: '/v1/files',
      tag: 'files',
      summary: 'Upload a file',
      description:
        `As multipart form data, or raw with its name in \`?name=\`. ${Math.floor(uploadBytesMax / 2 ** 20)} MB at most. ` +
        'It is deleted once a run has read it, or after a day.',
      query: z.object({ name: z.string().max(500).optional() }),
      rawBody: ['multipart/form-data', 'text/csv', 'application/octet-stream'],
      replies: {
        201: { description: 'The file is stored', schema: fileSchema },
        403: { description: 'You lack bulk-actions:run on every site' },
        413: { description: 'The file is too large; nothing of it is kept' },
      },
      async handle({ admin, query, request }) {
        requireSomewhere(admin, 'bulk-actions:run');
        const id = newId();
        const received = await receiveFile(request, files, id, {
          name: query.name,
          maxBytes: uploadBytesMax,
        });
        const file = { id, ...received };
        try {
          await insertUpload(db, { ...file, byPersonId: admin.personId });
        } catch (error) {
          await files.delete(id);
          throw error;
        }
        return { status: 201, body: file };
      },
    }),
  ];
}
