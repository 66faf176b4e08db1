// The thread that makes pictures ready, seen from outside: started when there is one to make, and gone when there is none.
import { Worker } from 'node:worker_threads';
import { Refusal } from '../domain/refusal.ts';
import type { PictureReply, PictureRequest } from './picture-thread.ts';
import type { ZippedFile } from './picture-zip.ts';
import { type PictureLimits, PictureProblem, type PreparedPicture } from './pictures.ts';

/** Nobody waits for a thread to start more often than that, and it holds no memory for longer without need. */
const IDLE_MS = 30_000;

type Waiting = { resolve(picture: PreparedPicture): void; reject(error: unknown): void };

export class PictureWorker {
  private readonly limits: PictureLimits;
  private thread: Worker | undefined;
  private readonly waiting = new Map<number, Waiting>();
  private lastId = 0;
  private idle: NodeJS.Timeout | undefined;

  constructor(limits: PictureLimits) {
    this.limits = limits;
  }

  /**
   * As `preparePicture` does, of a picture or of the file of a zip that holds it. The content is given away: it is empty
   * for the caller afterwards.
   */
  prepare(content: Buffer, zipped: ZippedFile | null = null): Promise<PreparedPicture> {
    clearTimeout(this.idle);
    this.thread ??= this.open();
    const thread = this.thread;
    this.lastId += 1;
    const request = { id: this.lastId, content: owned(content), zipped, limits: this.limits };
    return new Promise((resolve, reject) => {
      this.waiting.set(request.id, { resolve, reject });
      thread.postMessage(request satisfies PictureRequest, [request.content.buffer]);
    });
  }

  private open(): Worker {
    const thread = openThread();
    // It keeps no process alive: whoever waits for a picture does.
    thread.unref();
    thread.on('message', (reply: PictureReply) => this.settle(reply));
    thread.on('error', (error) => this.fail(thread, error));
    thread.on('exit', () => this.fail(thread, new Error('the thread for pictures has ended')));
    return thread;
  }

  private settle(reply: PictureReply): void {
    const one = this.waiting.get(reply.id);
    this.waiting.delete(reply.id);
    if (this.waiting.size === 0) {
      this.idle = setTimeout(() => this.close(), IDLE_MS);
      this.idle.unref();
    }
    if ('picture' in reply)
      one?.resolve({
        ...reply.prepared,
        picture: bufferOf(reply.picture),
        thumbnail: bufferOf(reply.thumbnail),
      });
    else one?.reject(errorOf(reply));
  }

  /** A thread that broke takes with it what it was at; the next picture gets a new one. */
  private fail(thread: Worker, error: unknown): void {
    if (this.thread !== thread) return;
    this.thread = undefined;
    for (const { reject } of this.waiting.values()) reject(error);
    this.waiting.clear();
  }

  private close(): void {
    const { thread } = this;
    this.thread = undefined;
    void thread?.terminate();
  }
}

/** The thread runs what the build made of its source. Where sources run as they are, their loader comes along. */
function openThread(): Worker {
  const isSource = import.meta.url.endsWith('.ts');
  const file = new URL(`./picture-thread.${isSource ? 'ts' : 'js'}`, import.meta.url);
  if (!isSource) return new Worker(file);
  const load = `import('tsx/esm/api').then((tsx) => tsx.tsImport('${file.href}', '${import.meta.url}'))`;
  return new Worker(load, { eval: true });
}

/** With bytes of its own, that can be given away: small buffers share theirs. */
function owned(content: Buffer): Uint8Array<ArrayBuffer> {
  const isWhole = content.buffer instanceof ArrayBuffer && content.buffer.byteLength > SHARED_BYTES;
  return isWhole
    ? new Uint8Array(content.buffer as ArrayBuffer, content.byteOffset, content.byteLength)
    : Uint8Array.from(content);
}

/** Buffers up to half of it may share one. */
const SHARED_BYTES = Math.max(Buffer.poolSize, 64 * 1024);

const bufferOf = (bytes: Uint8Array): Buffer => Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);

function errorOf(reply: PictureReply): unknown {
  if ('problem' in reply) return new PictureProblem(reply.problem.code, reply.problem.hint);
  if ('refusal' in reply)
    return new Refusal(reply.refusal.code, reply.refusal.message, reply.refusal.details);
  return 'error' in reply ? reply.error : new Error('the thread for pictures gave no answer');
}
