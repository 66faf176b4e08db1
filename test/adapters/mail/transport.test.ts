// SMTP: what leaves, which answers are final, and that no address is told to anyone.
import { describe, expect, onTestFinished, test } from 'vitest';
import { MailOutage, openMailer, withoutAddress } from '../../../adapters/mail/transport.ts';
import { type Answers, startMailServer } from '../../support/mail-server.ts';

const MESSAGE = {
  to: 'ada.lovelace@example.org',
  subject: 'Create and Update finished · Ämter & Söhne',
  html: '<p>Done</p>',
  text: 'Done',
  key: 'k7m2p9x4qa-completed',
};

async function opened(answers: Answers = {}) {
  const server = await startMailServer(answers);
  const mailer = openMailer({ smtpUrl: server.url, from: 'Muster <muster@example.org>' });
  onTestFinished(() => mailer.close());
  return { server, mailer };
}

describe('a mail', () => {
  test('leaves with both parts, its sender, and a Message-ID made of its key', async () => {
    const { server, mailer } = await opened();
    expect(await mailer.send(MESSAGE)).toEqual({ isRefused: false });
    const [mail] = server.mails;
    expect(mail).toMatchObject({
      subject: MESSAGE.subject,
      messageId: '<k7m2p9x4qa-completed@example.org>',
      from: { name: 'Muster', address: 'muster@example.org' },
      to: [{ address: 'ada.lovelace@example.org' }],
    });
    expect(mail?.html?.trim()).toBe('<p>Done</p>');
    expect(mail?.text?.trim()).toBe('Done');
    expect(mail?.headers.find(({ key }) => key === 'auto-submitted')?.value).toBe('auto-generated');
  });

  test('sent twice has the same Message-ID twice', async () => {
    const { server, mailer } = await opened();
    await mailer.send(MESSAGE);
    await mailer.send(MESSAGE);
    expect(new Set(server.mails.map((mail) => mail.messageId)).size).toBe(1);
  });
});

describe('the server’s answer', () => {
  test.each<[string, Answers, string]>([
    [
      'to the recipient',
      { toRecipient: [550, '5.1.1 <ada.lovelace@example.org>: no such user ada.lovelace'] },
      'RCPT TO: 550 5.1.1 <[address]>: no such user [address]',
    ],
    ['to the message', { toMessage: [554, '5.7.1 looks like spam'] }, 'DATA: 554 5.7.1 looks like spam'],
  ])('is final where it is a 5xx %s', async (_, answers, reason) => {
    const { mailer } = await opened(answers);
    expect(await mailer.send(MESSAGE)).toEqual({ isRefused: true, reason });
  });

  test.each<[string, Answers]>([
    ['4xx to the recipient', { toRecipient: [450, 'greylisted, come back, ada.lovelace@example.org'] }],
    ['4xx to the message', { toMessage: [451, 'disk full'] }],
    ['5xx to the sender', { toSender: [550, 'who is muster@example.org'] }],
    ['demand to sign in', { toRecipient: [530, 'authentication required'] }],
  ])('is an outage where it is a %s', async (_, answers) => {
    const { mailer } = await opened(answers);
    const error = await mailer.send(MESSAGE).catch((thrown: unknown) => thrown);
    expect(error).toBeInstanceOf(MailOutage);
    expect(String((error as Error).stack)).not.toContain('@example.org');
    expect((error as Error).cause).toBeUndefined();
  });

  test('is an outage where there is none', async () => {
    const { server, mailer } = await opened();
    await server.close();
    await expect(mailer.send(MESSAGE)).rejects.toThrow(MailOutage);
  });

  test('is not even asked for where the address is none', async () => {
    const { server, mailer } = await opened();
    expect(await mailer.send({ ...MESSAGE, to: 'nobody' })).toMatchObject({ isRefused: true });
    expect(server.mails).toEqual([]);
  });
});

describe('addresses', () => {
  test.each([
    ['550 <Ada.Lovelace@Example.org> unknown', '550 <[address]> unknown'],
    ['550 mailbox ada.lovelace is full', '550 mailbox [address] is full'],
    ['550 relay for x+y@sub.example.net denied', '550 relay for [address] denied'],
    ['550 "odd name"@example.net denied', '550 [address] denied'],
    ['451 try\r\n451 again', '451 try 451 again'],
  ])('%j is told as %j', (words, told) => {
    expect(withoutAddress(words, 'ada.lovelace@example.org')).toBe(told);
  });

  test('long answers are cut', () => {
    expect(withoutAddress('x '.repeat(5000), 'ada@example.org').length).toBeLessThanOrEqual(300);
  });
});
