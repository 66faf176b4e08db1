// Sends a photo for as long as it takes: what breaks on the way is tried again, and arrives once however often it was sent.

export type Sending = {
  url: string;
  form: FormData;
  /** Between 0 and 1. */
  onProgress(share: number): void;
  /** Something broke, and it is tried again: when the line is back, or in a moment. */
  onHeldUp(why: 'offline' | 'again'): void;
};

export type Sent =
  | { is: 'sent'; next: string }
  /** The page has something else to say by now. */
  | { is: 'over'; next: string }
  /** Without words where the answer came from something in between. */
  | { is: 'refused'; words: string | undefined }
  | { is: 'stopped' };

type Answer = { status: number; body: { next?: string; detail?: string } } | 'broken' | 'stopped';

const PAUSES_MS = [1500, 4000, 10_000, 30_000];
/** A server that says it can't is asked this often; a line that is down may be down for long. */
const SERVER_TRIES_MAX = 4;

/** Sends until there is an answer that stands. `signal` stops it. */
export async function send(sending: Sending, signal: AbortSignal): Promise<Sent> {
  for (let tries = 1, refusals = 0; ; tries++) {
    if (signal.aborted) return { is: 'stopped' };
    const answer = await post(sending, signal);
    if (answer === 'stopped' || signal.aborted) return { is: 'stopped' };
    if (answer !== 'broken') {
      const { status, body } = answer;
      if (status < 300 && body.next) return { is: 'sent', next: body.next };
      if (status < 500 && body.next) return { is: 'over', next: body.next };
      refusals += 1;
      const stands = status < 500 || refusals >= SERVER_TRIES_MAX;
      if (stands) return { is: 'refused', words: body.detail };
    }
    sending.onHeldUp(navigator.onLine ? 'again' : 'offline');
    await backOrLater(PAUSES_MS[Math.min(tries, PAUSES_MS.length) - 1] ?? 0, signal);
  }
}

/** Only XMLHttpRequest tells how much of an upload has left. */
function post({ url, form, onProgress }: Sending, signal: AbortSignal): Promise<Answer> {
  return new Promise((resolve) => {
    const request = new XMLHttpRequest();
    request.open('POST', url);
    request.setRequestHeader('Accept', 'application/json');
    request.responseType = 'json';
    request.upload.onprogress = ({ loaded, total }) => onProgress(total > 0 ? loaded / total : 0);
    request.upload.onload = () => onProgress(1);
    request.onload = () => {
      const body: unknown = request.response;
      resolve({ status: request.status, body: typeof body === 'object' && body !== null ? body : {} });
    };
    request.onerror = () => resolve('broken');
    request.ontimeout = () => resolve('broken');
    request.onabort = () => resolve('stopped');
    signal.addEventListener('abort', () => request.abort(), { once: true });
    request.send(form);
  });
}

/** Until the line is back or the time is over, whichever is first; offline, until it is back. */
function backOrLater(ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const done = () => {
      clearTimeout(timer);
      window.removeEventListener('online', done);
      resolve();
    };
    // A browser may think that it is offline and not be: now and then it is tried all the same.
    const timer = setTimeout(done, navigator.onLine ? ms : Math.max(ms, 15_000));
    window.addEventListener('online', done, { once: true });
    signal.addEventListener('abort', done, { once: true });
  });
}
