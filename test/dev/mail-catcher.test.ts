// The mail catcher: a mail that is sent to it can be read, before and after a restart, and shown in safety.
import { once } from 'node:events';
import { readdir } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import express from 'express';
import { createTransport } from 'nodemailer';
import { expect, onTestFinished, test } from 'vitest';
import { readMails, startMailCatcher } from '../../dev/mail-catcher.ts';
import { mailPages } from '../../dev/mail-pages.ts';
import { makeFolder } from './folder.ts';

async function send(url: string, mail: object): Promise<void> {
  const transport = createTransport(url);
  await transport.sendMail({ from: 'Muster <muster@northfield.example>', ...mail });
  transport.close();
}

async function serve(directory: string): Promise<string> {
  const server = createServer(express().use(mailPages(directory))).listen(0, '127.0.0.1');
  await once(server, 'listening');
  onTestFinished(() => void server.close());
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

test('keeps a mail whole, in a file whose name tells nothing, and still has it after a restart', async () => {
  const directory = await makeFolder();
  const first = await startMailCatcher({ port: 0, directory });
  const before = new Date().toISOString();
  await send(first.url, {
    to: 'Zoë Ünal <zoe@northfield.example>',
    bcc: 'hidden@northfield.example',
    subject: 'Willkommen, Zoë 👋',
    text: 'Grüße',
    html: '<p>Grüße</p>',
    headers: { 'List-Unsubscribe': '<mailto:stop@northfield.example>' },
  });
  await send(first.url, { to: 'second@northfield.example', subject: 'Second', text: 'later' });
  await first.stop();
  const second = await startMailCatcher({ port: first.port, directory });
  onTestFinished(() => second.stop());

  const [mail, later] = await readMails(directory);
  expect(mail).toMatchObject({
    to: ['zoe@northfield.example', 'hidden@northfield.example'],
    from: 'muster@northfield.example',
    subject: 'Willkommen, Zoë 👋',
  });
  expect(mail?.html.trim()).toBe('<p>Grüße</p>');
  expect(mail?.text.trim()).toBe('Grüße');
  expect(mail?.headers['list-unsubscribe']).toBe('<mailto:stop@northfield.example>');
  expect(mail && mail.at >= before && mail.at <= new Date().toISOString()).toBe(true);
  expect(later?.subject).toBe('Second');
  for (const name of await readdir(directory)) expect(name).toMatch(/^\d{8}T\d{9}Z-\d{6}-[0-9a-f]{8}\.eml$/);
});

test('takes many mails at once and any sign-in', async () => {
  const directory = await makeFolder();
  const catcher = await startMailCatcher({ port: 0, directory });
  onTestFinished(() => catcher.stop());
  const url = catcher.url.replace('smtp://', 'smtp://someone:secret@');
  const numbers = Array.from({ length: 40 }, (_, number) => number);
  await Promise.all(
    numbers.map((number) => send(url, { to: `p${number}@northfield.example`, subject: `${number}` })),
  );
  expect((await readMails(directory)).map((mail) => Number(mail.subject)).sort((a, b) => a - b)).toEqual(
    numbers,
  );
});

test('lists mails as JSON and as pages, newest first, with everything escaped', async () => {
  const directory = await makeFolder();
  const catcher = await startMailCatcher({ port: 0, directory });
  onTestFinished(() => catcher.stop());
  const base = await serve(directory);
  expect(await (await fetch(`${base}/dev/mail.json`)).json()).toEqual([]);
  expect(await (await fetch(`${base}/dev/mail`)).text()).toContain('None has come yet');

  await send(catcher.url, { to: 'a@northfield.example', subject: 'first', text: 'one' });
  await send(catcher.url, {
    to: 'b@northfield.example',
    subject: '<script>alert(1)</script>',
    text: '<b>&',
    html: '<p class="x">hello</p><script>alert(2)</script>',
  });
  const mails = (await (await fetch(`${base}/dev/mail.json`)).json()) as { id: string; subject: string }[];
  expect(mails.map((mail) => mail.subject)).toEqual(['first', '<script>alert(1)</script>']);

  const list = await (await fetch(`${base}/dev/mail`)).text();
  expect(list).not.toContain('<script>');
  expect(list.indexOf('&lt;script&gt;')).toBeLessThan(list.indexOf('>first<'));
  const shown = await fetch(`${base}/dev/mail/${mails[1]?.id}`);
  const page = await shown.text();
  expect(shown.headers.get('content-security-policy')).toContain("default-src 'none'");
  expect(page).not.toContain('<script>');
  expect(page).toContain('srcdoc="&lt;base target=&quot;_blank&quot;&gt;&lt;p class=&quot;x&quot;&gt;hello');
  expect(page).toMatch(/<iframe[^>]* sandbox="allow-popups allow-popups-to-escape-sandbox"/);
});

test('shows no file but a mail', async () => {
  const base = await serve(await makeFolder());
  for (const id of ['nothing', '..%2f..%2fetc%2fpasswd', '%00']) {
    expect((await fetch(`${base}/dev/mail/${id}`)).status).toBe(404);
  }
});

test('deletes the mails that it is told to forget, those that come later too, and no others', async () => {
  const directory = await makeFolder();
  const catcher = await startMailCatcher({ port: 0, directory });
  onTestFinished(() => catcher.stop());
  const mail = (key: string) =>
    send(catcher.url, { to: 'a@northfield.example', subject: key, messageId: `<${key}@x.example>` });
  await mail('run1-completed');
  await mail('run12-completed');
  await send(catcher.url, {
    to: 'a@northfield.example',
    subject: 'quoted',
    text: 'Message-ID: <run1-completed@x.example>',
  });
  await catcher.forget(['run1-completed', 'run2-cancelled']);
  await mail('run2-cancelled');
  await mail('run1-completed');
  expect((await readMails(directory)).map(({ subject }) => subject)).toEqual(['run12-completed', 'quoted']);
});
