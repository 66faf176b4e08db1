// Uploads in an S3 bucket, or in anything that speaks S3 (`endpoint`). Credentials, and a region that is not in the
// address, come from the environment as the AWS SDK reads them.
// Tried by hand against versitygw 1.8.0, a gateway over a folder; no test of the suite runs it.
import { type Readable, Transform } from 'node:stream';
import { DeleteObjectCommand, GetObjectCommand, NoSuchKey, S3Client } from '@aws-sdk/client-s3';
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
      try {
        const found = await client.send(new GetObjectCommand(placeOf(key)));
        return found.Body as Readable;
      } catch (error) {
        if (error instanceof NoSuchKey) throw gone();
        throw error;
      }
    },
    async delete(key) {
      await client.send(new DeleteObjectCommand(placeOf(key)));
    },
  };
}
