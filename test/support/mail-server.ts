// A mail server for tests: it keeps what it takes, and answers as it is told.

import type { AddressInfo } from 'node:net';
import PostalMime, { type Email } from 'postal-mime';
import { SMTPServer, type SMTPServerOptions } from 'smtp-server';
import { onTestFinished } from 'vitest';

export type Answers = {
  /** Said to RCPT: a code and words; undefined takes the recipient. */
  toRecipient?: [number, string] | ((address: string) => [number, string] | undefined);
  /** Said after the whole message came. */
  toMessage?: [number, string];
  toSender?: [number, string];
  /** Takes the whole message, and is gone before it says so. */
  dropsAfterMessage?: boolean;
  /** Ends each connection after so many messages, without a word. */
  endsAfterMails?: number;
};

export type MailServer = { url: string; mails: Email[]; answers: Answers; close(): Promise<void> };

/** Listens until the test ends, on any free port unless one is given. `answers` may be changed while it runs. */
export async function startMailServer(answers: Answers = {}, at = 0): Promise<MailServer> {
  const mails: Email[] = [];
  const said = (answer: [number, string] | undefined) =>
    answer === undefined ? null : Object.assign(new Error(answer[1]), { responseCode: answer[0] });
  const options: SMTPServerOptions = {
    authOptional: true,
    disabledCommands: ['STARTTLS', 'AUTH'],
    logger: false,
    // Muster keeps its connection for a while; nobody here waits for that.
    closeTimeout: 100,
    onMailFrom: (_address, _session, callback) => callback(said(answers.toSender)),
    onRcptTo: ({ address }, _session, callback) => {
      const { toRecipient } = answers;
      callback(said(typeof toRecipient === 'function' ? toRecipient(address) : toRecipient));
    },
    onData(stream, session, callback) {
      const parts: Buffer[] = [];
      stream.on('data', (part: Buffer) => parts.push(part));
      stream.on('end', async () => {
        const refusal = said(answers.toMessage);
        if (!refusal) mails.push(await PostalMime.parse(Buffer.concat(parts)));
        if (answers.dropsAfterMessage) return cut(session.id);
        callback(refusal);
        const taken = (takenBy.get(session.id) ?? 0) + 1;
        takenBy.set(session.id, taken);
        if (taken === answers.endsAfterMails) setImmediate(() => cut(session.id));
      });
    },
  };
  const takenBy = new Map<string, number>();
  const server = new SMTPServer(options);
  type Connection = { session: { id: string }; close(): void };
  const cut = (sessionId: string) => {
    for (const connection of server.connections as Set<Connection>)
      if (connection.session.id === sessionId) connection.close();
  };
  server.on('error', () => {});
  await new Promise<void>((resolve) => server.listen(at, '127.0.0.1', resolve));
  const { port } = server.server.address() as AddressInfo;
  const close = () => new Promise<void>((resolve) => server.close(resolve));
  onTestFinished(close);
  return { url: `smtp://127.0.0.1:${port}`, mails, answers, close };
}
