// A receiver of webhooks on this machine: keeps what comes, checks every signature as receivers do, answers as it is told.
import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Webhook } from 'standardwebhooks';
import { onTestFinished } from 'vitest';

/** What came once, in order; `isSigned` by the secret that the receiver was given. */
export type Received = {
  id: string;
  timestamp: number;
  signature: string;
  body: string;
  isSigned: boolean;
  headers: IncomingMessage['headers'];
};

type Respond = (response: ServerResponse, received: Received, count: number) => void;

export type Receiver = {
  url: string;
  port: number;
  received: Received[];
  /** What signs: until it is set no signature holds. */
  secret: string;
  /** 200 unless told. */
  respond: Respond;
  stop(): Promise<void>;
};

export const withStatus =
  (status: number, headers: Record<string, string> = {}): Respond =>
  (response) =>
    void response.writeHead(status, headers).end('thanks');

export async function startReceiver(
  respond: Respond = withStatus(200),
  host = '127.0.0.1',
): Promise<Receiver> {
  const server = createServer(async (request, response) => {
    const body = await textOf(request);
    const received = { ...receivedOf(request, body), isSigned: isSigned(receiver.secret, request, body) };
    receiver.received.push(received);
    receiver.respond(response, received, receiver.received.length);
  });
  server.listen(0, host);
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  const receiver: Receiver = {
    url: `http://${host.includes(':') ? `[${host}]` : host}:${port}/hook`,
    port,
    received: [],
    secret: '',
    respond,
    async stop() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
  return receiver;
}

/** One that ends with the test. */
export async function useReceiver(respond?: Respond, host?: string): Promise<Receiver> {
  const receiver = await startReceiver(respond, host);
  onTestFinished(() => receiver.stop());
  return receiver;
}

async function textOf(request: IncomingMessage): Promise<string> {
  let text = '';
  for await (const chunk of request.setEncoding('utf8')) text += chunk;
  return text;
}

const receivedOf = ({ headers }: IncomingMessage, body: string) => ({
  id: String(headers['webhook-id']),
  timestamp: Number(headers['webhook-timestamp']),
  signature: String(headers['webhook-signature']),
  body,
  headers,
});

function isSigned(secret: string, { headers }: IncomingMessage, body: string): boolean {
  try {
    new Webhook(secret).verify(body, headers as Record<string, string>);
    return true;
  } catch {
    return false;
  }
}
