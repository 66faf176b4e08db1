// A mail server for tests: it keeps what it takes, and answers as it is told.

import type { AddressInfo } from 'node:net';
import PostalMime, { type Email } from 'postal-mime';
import { SMTPServer, type SMTPServerOptions } from 'smtp-server';
import { onTestFinished } from 'vitest';

export type Answers = {
  /** Said to RCPT: a code and words; undefined takes the recipient. */
  toRecipient?: [number, string];
  /** Said after the whole message came. */
  toMessage?: [number, string];
  toSender?: [number, string];
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
    onRcptTo: (_address, _session, callback) => callback(said(answers.toRecipient)),
    onData(stream, _session, callback) {
      const parts: Buffer[] = [];
      stream.on('data', (part: Buffer) => parts.push(part));
      stream.on('end', async () => {
        const refusal = said(answers.toMessage);
        if (!refusal) mails.push(await PostalMime.parse(Buffer.concat(parts)));
        callback(refusal);
      });
    },
  };
  const server = new SMTPServer(options);
  server.on('error', () => {});
  await new Promise<void>((resolve) => server.listen(at, '127.0.0.1', resolve));
  const { port } = server.server.address() as AddressInfo;
  const close = () => new Promise<void>((resolve) => server.close(resolve));
  onTestFinished(close);
  return { url: `smtp://127.0.0.1:${port}`, mails, answers, close };
}
