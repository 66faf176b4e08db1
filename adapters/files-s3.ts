// Uploads in an S3 bucket, or in anything that speaks S3 (`endpoint`). Credentials, and a region that is not in the
// address, come from the environment as the AWS SDK reads them.
import { type Readable, Transform } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import {
  DeleteObjectCommand,
  GetObjectCommand,
  HeadObjectCommand,
  S3Client,
  S3ServiceException,
} from '@aws-sdk/client-s3';
import { Upload } from '@aws-sdk/lib-storage';
import { type FileStore, gone, measuring, safeKey } from './file-store.ts';

/** Opens `s3://bucket/prefix?endpoint=https://…&region=…`. With an endpoint, buckets are named in the path. */
export function openBucket(address: URL): FileStore {
  const endpoint = address.searchParams.get('endpoint');
  const region = address.searchParams.get('region') ?? (endpoint ? 'us-east-1' : undefined);
  const client = new S3Client({
    ...(region ? { region } : {}),
    ...(endpoint ? { endpoint, forcePathStyle: true } : {}),
  });
  const prefix = address.pathname.replace(/^\/|\/$/g, '');
  const placeOf = (key: string) => ({
    Bucket: address.hostname,
    Key: prefix === '' ? safeKey(key) : `${prefix}/${safeKey(key)}`,
  });
  return {
    async write(key, content, { maxBytes }) {
      const measure = measuring(maxBytes);
      const measured = new Transform({
        transform(chunk, _encoding, done) {
          try {
            measure.add(chunk);
            done(null, chunk);
          } catch (error) {
            done(error as Error);
          }
        },
      });
      content.on('error', (error) => measured.destroy(error));
      // Nothing can be seen under the key before the last part is in: a broken upload leaves nothing to read.
      const upload = new Upload({ client, params: { ...placeOf(key), Body: content.pipe(measured) } });
      try {
        await upload.done();
        return measure.result();
      } catch (error) {
        content.destroy();
        await upload.abort().catch(() => undefined);
        throw measured.errored ?? error;
      }
    },
    async read(key) {
      const found = await client.send(new GetObjectCommand(placeOf(key))).catch(goneOr);
      return found.Body as Readable;
    },
    async readRange(key, start, end) {
      if (end <= start) return Buffer.alloc(0);
      const Range = `bytes=${start}-${end - 1}`;
      try {
        const found = await client.send(new GetObjectCommand({ ...placeOf(key), Range })).catch(goneOr);
        return await buffer(found.Body as Readable);
      } catch (error) {
        // A range that begins behind the end.
        if (statusOf(error) === 416) return Buffer.alloc(0);
        throw error;
      }
    },
    async size(key) {
      const found = await client.send(new HeadObjectCommand(placeOf(key))).catch(goneOr);
      return found.ContentLength ?? 0;
    },
    async delete(key) {
      await client.send(new DeleteObjectCommand(placeOf(key)));
    },
  };
}

const statusOf = (error: unknown) =>
  error instanceof S3ServiceException ? error.$metadata.httpStatusCode : undefined;

/** A bucket that is not there says so by another name: that is an outage, and no key that is gone. */
function goneOr(error: unknown): never {
  if (statusOf(error) === 404 && (error as Error).name !== 'NoSuchBucket') throw gone();
  throw error;
}
