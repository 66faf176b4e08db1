// Files in a bucket, under a prefix. Credentials are the source's own and never the process's, addresses those that the operator allows.
import { createHash, randomUUID } from 'node:crypto';
import { Agent as HttpAgent } from 'node:http';
import { Agent as HttpsAgent } from 'node:https';
import type { Readable } from 'node:stream';
import {
  CopyObjectCommand,
  DeleteObjectCommand,
  GetObjectCommand,
  HeadObjectCommand,
  ListObjectsV2Command,
  PutObjectCommand,
  S3Client,
  S3ServiceException,
} from '@aws-sdk/client-s3';
import { Upload } from '@aws-sdk/lib-storage';
import { DONE_FOLDERS, type SourcePlace, type SourceSecret } from '../../domain/sources/source.ts';
import { networkTargets, targetOf } from '../network-targets.ts';
import {
  DRAFT_PREFIX,
  IDLE_MS,
  isListed,
  numbered,
  type OpenPlace,
  type PlaceBounds,
  type SourceEntry,
  safeName,
  told,
  underFreeName,
} from './files.ts';
import { networkProblem, PlaceProblem, readingProblem } from './problem.ts';

type S3Place = SourcePlace & { kind: 's3' };
/** A bucket, and what stands before the names in it: nothing, or a path that ends in a slash. */
type Bucket = { client: S3Client; name: string; prefix: string };

const CONNECT_MS = 20_000;
/** What is written with an empty object that keeps a key free. */
const RESERVED_FOR = 'muster-reserved-for';

export async function openS3(
  place: S3Place,
  secret: SourceSecret | null,
  bounds: PlaceBounds,
): Promise<OpenPlace> {
  const path = place.prefix.replace(/^\/+|\/+$/g, '');
  const bucket = { client: clientOf(place, secret, bounds), name: place.bucket, prefix: path && `${path}/` };
  const inDone = (to: keyof typeof DONE_FOLDERS, name: string) => `${DONE_FOLDERS[to]}/${name}`;
  return {
    canMove: true,
    list: () => listFiles(bucket),
    async read(name) {
      const { client } = bucket;
      const found = await telling(client.send(new GetObjectCommand(objectOf(bucket, safeName(name)))));
      return told(found.Body as Readable, readingProblem);
    },
    move: (name, to, as) =>
      underFreeName(as, (choice) => moveObject(bucket, safeName(name), inDone(to, choice))),
    exists: async (to, name) => (await findObject(bucket, inDone(to, numbered(name, 1)))) !== undefined,
    async write(to, as, content) {
      const draft = inDone(to, `${DRAFT_PREFIX}${randomUUID()}.part`);
      await upload(bucket, draft, content);
      try {
        return await underFreeName(as, (choice) => moveObject(bucket, draft, inDone(to, choice)));
      } catch (error) {
        await remove(bucket, draft).catch(() => undefined);
        throw error;
      }
    },
    remove: (name) => remove(bucket, safeName(name)),
    close: async () => bucket.client.destroy(),
  };
}

function clientOf(place: S3Place, secret: SourceSecret | null, bounds: PlaceBounds): S3Client {
  const { accessKeyId, secretAccessKey } = secret ?? {};
  if (!accessKeyId || !secretAccessKey) throw new PlaceProblem('refused-sign-in', { why: 'secret' });
  const { endpoint, region } = place;
  const lookup = lookupOf(endpoint, bounds);
  return new S3Client({
    region,
    credentials: { accessKeyId, secretAccessKey },
    ...(endpoint === null ? {} : { endpoint }),
    // Nothing in the process's surroundings may lead elsewhere.
    ignoreConfiguredEndpointUrls: true,
    useFipsEndpoint: false,
    useDualstackEndpoint: false,
    useArnRegion: false,
    forcePathStyle: place.isPathStyle,
    requestHandler: {
      httpAgent: new HttpAgent({ keepAlive: true, lookup }),
      httpsAgent: new HttpsAgent({ keepAlive: true, lookup }),
      connectionTimeout: CONNECT_MS,
      socketTimeout: IDLE_MS,
    },
  });
}

function lookupOf(endpoint: string | null, { allowedNetworks }: PlaceBounds) {
  const targets = networkTargets(allowedNetworks, 'SOURCE_ALLOWED_NETWORKS');
  if (endpoint === null) return targets.lookupFor({ host: 's3.amazonaws.com', isEncrypted: true });
  const url = URL.canParse(endpoint) ? new URL(endpoint) : undefined;
  if (!url || !/^https?:$/.test(url.protocol) || url.username || url.password)
    throw new PlaceProblem('not-allowed', { why: 'name' });
  try {
    return targets.lookupFor(targetOf(url));
  } catch (error) {
    throw networkProblem(error);
  }
}

const objectOf = ({ name, prefix }: Bucket, key: string) => ({ Bucket: name, Key: prefix + key });

async function listFiles(bucket: Bucket): Promise<SourceEntry[]> {
  const { client, name, prefix } = bucket;
  const entries: SourceEntry[] = [];
  let from: string | undefined;
  do {
    const page: { ContinuationToken?: string } = from === undefined ? {} : { ContinuationToken: from };
    const listed = await telling(
      client.send(new ListObjectsV2Command({ Bucket: name, Prefix: prefix, Delimiter: '/', ...page })),
    );
    for (const { Key = '', Size = 0, LastModified, ETag } of listed.Contents ?? []) {
      const file = Key.slice(prefix.length);
      if (file === '' || file.endsWith('/') || !isListed(file)) continue;
      entries.push({ name: file, bytes: Size, modifiedAt: LastModified ?? null, revision: ETag ?? null });
    }
    from = listed.IsTruncated ? listed.NextContinuationToken : undefined;
  } while (from !== undefined);
  return entries;
}

/** What the bucket calls the content of a key, and for what the key is kept free; undefined where it holds nothing. */
async function findObject(
  bucket: Bucket,
  key: string,
): Promise<{ revision: string; reservedFor: string | undefined } | undefined> {
  try {
    const { ETag = '', Metadata } = await telling(
      bucket.client.send(new HeadObjectCommand(objectOf(bucket, key))),
    );
    return { revision: ETag, reservedFor: Metadata?.[RESERVED_FOR] };
  } catch (error) {
    if (error instanceof PlaceProblem && error.code === 'gone') return undefined;
    throw error;
  }
}

type Moving = { from: string; to: string; revision: string };

/** What a reservation says of the file that it is for: no name, which may be somebody's. */
const markOf = ({ from, revision }: Moving): string =>
  createHash('sha256').update(`${from} ${revision}`).digest('hex');

/**
 * Copies, then deletes what was copied. False where there is something else at the target. One that was broken off between
 * its steps goes on with what it lacks.
 */
async function moveObject(bucket: Bucket, from: string, to: string): Promise<boolean> {
  const source = await findObject(bucket, from);
  if (!source) throw new PlaceProblem('gone');
  const { revision } = source;
  const moving = { from, to, revision };
  const there = await findObject(bucket, to);
  const isCopied = there !== undefined && there.revision === revision && there.reservedFor === undefined;
  if (!isCopied) {
    const isOurs = there ? there.reservedFor === markOf(moving) : await reserve(bucket, moving);
    if (!isOurs) return false;
    await copyObject(bucket, moving);
  }
  await removeCopied(bucket, from, revision);
  return true;
}

/**
 * Takes a key that is free by an empty object, which the copy then replaces: servers know this condition for what is put,
 * few for what is copied. False where somebody else was quicker.
 */
async function reserve(bucket: Bucket, moving: Moving): Promise<boolean> {
  const empty = { ...objectOf(bucket, moving.to), Body: '', Metadata: { [RESERVED_FOR]: markOf(moving) } };
  try {
    await bucket.client.send(new PutObjectCommand({ ...empty, IfNoneMatch: '*' }));
    return true;
  } catch (error) {
    const status = statusOf(error);
    if (status === 412 || status === 409) return false;
    // A server that knows no condition at all was asked just before.
    if (status !== 501) throw s3Problem(error);
    await telling(bucket.client.send(new PutObjectCommand(empty)));
    return true;
  }
}

async function copyObject(bucket: Bucket, moving: Moving): Promise<void> {
  const { from, to, revision } = moving;
  const source = objectOf(bucket, from);
  try {
    await bucket.client.send(
      new CopyObjectCommand({
        ...objectOf(bucket, to),
        CopySource: [source.Bucket, ...source.Key.split('/')].map(encodeURIComponent).join('/'),
        ...(revision === '' ? {} : { CopySourceIfMatch: revision }),
      }),
    );
  } catch (error) {
    // It is gone, or another file by now; what was to be kept free for it is given back.
    const problem = statusOf(error) === 412 ? new PlaceProblem('gone') : s3Problem(error);
    const isGone = problem instanceof PlaceProblem && problem.code === 'gone';
    if (isGone && (await findObject(bucket, to))?.reservedFor === markOf(moving)) await remove(bucket, to);
    throw problem;
  }
}

/** A file that came under the same name since it was copied stays, where the server can tell. */
async function removeCopied(bucket: Bucket, key: string, revision: string): Promise<void> {
  const object = objectOf(bucket, key);
  const condition = revision === '' ? {} : { IfMatch: revision };
  await bucket.client.send(new DeleteObjectCommand({ ...object, ...condition })).catch((error: unknown) => {
    const status = statusOf(error);
    if (status === 412 || status === 404) return;
    if (status !== 501) throw s3Problem(error);
    return telling(bucket.client.send(new DeleteObjectCommand(object)));
  });
}

async function remove(bucket: Bucket, key: string): Promise<void> {
  await telling(bucket.client.send(new DeleteObjectCommand(objectOf(bucket, key))));
}

/** Nothing can be seen under the key before the last part is in. */
async function upload(bucket: Bucket, key: string, content: Readable): Promise<void> {
  // It may break before it is read, and a fault that nobody hears ends the process.
  content.on('error', () => {});
  const uploading = new Upload({
    client: bucket.client,
    params: { ...objectOf(bucket, key), Body: content },
  });
  try {
    await uploading.done();
  } catch (error) {
    await uploading.abort().catch(() => undefined);
    throw content.errored ?? s3Problem(error);
  } finally {
    content.destroy();
  }
}

async function telling<Value>(answer: Promise<Value>): Promise<Value> {
  return answer.catch((error: unknown) => {
    throw s3Problem(error);
  });
}

const statusOf = (error: unknown): number | undefined =>
  error instanceof S3ServiceException ? error.$metadata.httpStatusCode : undefined;

const SIGN_IN =
  /^(InvalidAccessKeyId|SignatureDoesNotMatch|InvalidToken|ExpiredToken|RequestTimeTooSkewed|AuthFailure|XAdminUserNotFound)$/;
// Other things are said with a 404 too.
const GONE = /^(NoSuchKey|NotFound)$/;

function s3Problem(error: unknown): Error {
  if (!(error instanceof S3ServiceException)) return networkProblem(error);
  const status = statusOf(error);
  if (SIGN_IN.test(error.name) || status === 401)
    return new PlaceProblem('refused-sign-in', { cause: error.name });
  if (error.name === 'NoSuchBucket') return new PlaceProblem('no-folder');
  if (GONE.test(error.name)) return new PlaceProblem('gone');
  if (status === 403) return new PlaceProblem('no-access', { cause: 'AccessDenied' });
  return new PlaceProblem('answered', { cause: error.name, ...(status === undefined ? {} : { status }) });
}
