// Sending messages to webhooks as Standard Webhooks has it: signed, at most once a call, following no redirect.
import { request as requestHttp } from 'node:http';
import { request as requestHttps } from 'node:https';
import { Webhook } from 'standardwebhooks';
import { AddressNotAllowed } from './network-targets.ts';
import type { WebhookTargets } from './webhooks-target.ts';

/** How long a receiver may take to answer. */
const TIMEOUT_MS = 15_000;
/** What is read of an answer, so that its sender need not see the connection break; nothing of it is kept. */
const ANSWER_BYTES_MAX = 4096;

export type Message = {
  url: string;
  /** The message's id: the same however often it is sent. */
  id: string;
  body: string;
  /** Each signs: the present secret, and one that it has just replaced. */
  secrets: readonly string[];
  at: Date;
};

/** What came of sending. `error` says what kind of fault it was, and nothing of what was answered. */
export type Answer =
  | { kind: 'delivered'; status: number }
  | { kind: 'gone'; status: number; error: string }
  | { kind: 'failed'; status: number | null; error: string };

export type WebhookSender = {
  /** Sends once. Faults on the way there are answers too: nothing is thrown for them. */
  send(message: Message): Promise<Answer>;
};

export const openWebhookSender = (targets: WebhookTargets, timeoutMs = TIMEOUT_MS): WebhookSender => ({
  async send(message) {
    try {
      return answerOf(await post(message, targets, timeoutMs));
    } catch (error) {
      return { kind: 'failed', status: null, error: faultOf(error as NodeJS.ErrnoException, timeoutMs) };
    }
  },
});

/** Gives the status of the answer as soon as there is one. */
async function post(message: Message, targets: WebhookTargets, timeoutMs: number): Promise<number> {
  const url = new URL(message.url);
  const options = {
    method: 'POST',
    headers: headersOf(message),
    lookup: targets.lookupFor(url),
    // A connection of its own, to an address that was looked up for this message.
    agent: false,
    signal: AbortSignal.timeout(timeoutMs),
  } as const;
  return new Promise((resolve, reject) => {
    const request = (url.protocol === 'https:' ? requestHttps : requestHttp)(url, options);
    request.on('error', reject);
    request.once('response', (response) => {
      let bytes = 0;
      response.on('error', () => {});
      response.on('data', (chunk: Buffer) => {
        bytes += chunk.length;
        if (bytes > ANSWER_BYTES_MAX) response.destroy();
      });
      resolve(response.statusCode ?? 0);
    });
    request.end(message.body);
  });
}

function headersOf({ id, body, secrets, at }: Message): Record<string, string | number> {
  return {
    'content-type': 'application/json',
    'content-length': Buffer.byteLength(body),
    'user-agent': 'Muster-Webhooks',
    'webhook-id': id,
    'webhook-timestamp': Math.floor(at.getTime() / 1000),
    'webhook-signature': secrets.map((secret) => new Webhook(secret).sign(id, at, body)).join(' '),
  };
}

function answerOf(status: number): Answer {
  if (status >= 200 && status < 300) return { kind: 'delivered', status };
  if (status === 410)
    return { kind: 'gone', status, error: 'It answered 410: it does not want to hear any more.' };
  const isRedirect = status >= 300 && status < 400;
  const error = `It answered ${status}${isRedirect ? ': redirects are not followed' : ''}.`;
  return { kind: 'failed', status, error };
}

const FAULTS: Readonly<Record<string, string>> = {
  ENOTFOUND: 'Its name can’t be found.',
  EAI_AGAIN: 'Its name can’t be looked up now.',
  ECONNREFUSED: 'It refused the connection.',
  ECONNRESET: 'The connection broke off.',
  EPIPE: 'The connection broke off.',
  EHOSTUNREACH: 'There is no way to it.',
  ENETUNREACH: 'There is no way to it.',
  ETIMEDOUT: 'Connecting took too long.',
};

/** A certificate's faults have names of their own; what else has none here is shown by its code. */
function faultOf(error: NodeJS.ErrnoException, timeoutMs: number): string {
  if (error instanceof AddressNotAllowed)
    return 'Its address is not public, and not in WEBHOOK_ALLOWED_NETWORKS.';
  if (error.name === 'AbortError' || error.name === 'TimeoutError')
    return `It did not answer within ${timeoutMs / 1000} seconds.`;
  const code = error.code ?? error.name;
  if (code.startsWith('HPE_')) return 'What answered does not speak HTTP.';
  return (
    FAULTS[code] ??
    (code.includes('CERT') ? `Its certificate is not trusted (${code}).` : `It broke off (${code}).`)
  );
}
