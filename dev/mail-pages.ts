// The caught mails in a browser, and as JSON.
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { Router } from 'express';
import { type CaughtMail, findMail, listMailIds } from './mail-catcher.ts';

const PAGE_MAILS = 100;

// A mail is foreign HTML: nothing in it may run, load from elsewhere, or reach the page around it.
const POLICY = "default-src 'none'; style-src 'unsafe-inline'; img-src 'self' data:; frame-ancestors 'none'";

/** `GET /dev/mail`, one mail under it, and `GET /dev/mail.json`, all from the folder of a mail catcher. */
export function mailPages(directory: string): Router {
  const router = Router();

  router.get('/dev/mail.json', async (_request, response) => {
    response.type('json');
    await pipeline(Readable.from(jsonOf(directory)), response);
  });

  router.get('/dev/mail', async (request, response) => {
    const ids = (await listMailIds(directory)).reverse();
    const before = String(request.query['before'] ?? '');
    const here = ids.filter((id) => before === '' || id < before).slice(0, PAGE_MAILS);
    const mails = await Promise.all(here.map((id) => findMail(directory, id)));
    const last = here.at(-1);
    const older = last !== undefined && last !== ids.at(-1) ? last : undefined;
    const known = mails.filter((mail) => mail !== undefined);
    response.set('Content-Security-Policy', POLICY).send(listPage(known, ids.length, older));
  });

  router.get('/dev/mail/:id', async (request, response) => {
    const mail = await findMail(directory, request.params.id);
    response.set('Content-Security-Policy', POLICY);
    if (mail) response.send(mailPage(mail));
    else response.status(404).send(page('No such mail', '<p>There is no such mail here.</p>'));
  });

  return router;
}

// One at a time: a folder after a large run holds more than fits in memory.
async function* jsonOf(directory: string): AsyncGenerator<string> {
  let opening = '[';
  for (const id of await listMailIds(directory)) {
    const mail = await findMail(directory, id);
    if (mail) yield `${opening}${JSON.stringify(mail)}`;
    opening = ',\n';
  }
  yield opening === '[' ? '[]\n' : ']\n';
}

function listPage(mails: CaughtMail[], total: number, older: string | undefined): string {
  if (mails.length === 0) return page('Mail', '<h1>Mail</h1><p>None has come yet. Reload to look again.</p>');
  const rows = mails.map(
    (mail) => `<tr>
      <td><a href="/dev/mail/${escapeHtml(mail.id)}">${escapeHtml(mail.subject || '(no subject)')}</a></td>
      <td>${escapeHtml(mail.to.join(', '))}</td>
      <td><time datetime="${escapeHtml(mail.at)}">${escapeHtml(readable(mail.at))}</time></td></tr>`,
  );
  const more =
    older === undefined ? '' : `<p><a href="/dev/mail?before=${escapeHtml(older)}">Older mails</a></p>`;
  return page(
    'Mail',
    `<h1>Mail</h1>
    <p>${total.toLocaleString('en')} caught on this machine, newest first. None has left it.</p>
    <table><thead><tr><th scope="col">Subject</th><th scope="col">To</th><th scope="col">Caught (UTC)</th></tr></thead>
    <tbody>${rows.join('')}</tbody></table>${more}`,
  );
}

function mailPage(mail: CaughtMail): string {
  const headers = Object.entries(mail.headers).map(
    ([name, value]) => `<tr><th scope="row">${escapeHtml(name)}</th><td>${escapeHtml(value)}</td></tr>`,
  );
  return page(
    mail.subject,
    `<p><a href="/dev/mail">All mail</a></p>
    <h1>${escapeHtml(mail.subject || '(no subject)')}</h1>
    <p>From ${escapeHtml(mail.from)} to ${escapeHtml(mail.to.join(', '))}, ${escapeHtml(readable(mail.at))} UTC</p>
    ${mail.html === '' ? '' : `<iframe title="The mail" sandbox="allow-popups allow-popups-to-escape-sandbox" srcdoc="${escapeHtml(withLinksInTabs(mail.html))}"></iframe>`}
    <h2>As text</h2><pre>${escapeHtml(mail.text)}</pre>
    <details><summary>Headers</summary><table>${headers.join('')}</table></details>`,
  );
}

// Links open in a tab of their own, where they are not bound by the frame.
function withLinksInTabs(html: string): string {
  const base = '<base target="_blank">';
  return /<head[^>]*>/i.test(html) ? html.replace(/<head[^>]*>/i, `$&${base}`) : base + html;
}

const STYLE = `
  :root { color-scheme: light dark; font: 16px/1.5 system-ui, sans-serif }
  body { max-width: 60rem; margin: 2rem auto; padding: 0 1rem }
  h1 { font-size: 1.5rem; line-height: 1.25 }
  time { white-space: nowrap }
  table { width: 100%; border-collapse: collapse }
  details td { overflow-wrap: anywhere }
  th, td { padding: .5rem .75rem .5rem 0; border-bottom: 1px solid #8886; text-align: left; vertical-align: top; overflow-wrap: break-word }
  iframe { width: 100%; height: 40rem; border: 1px solid #8886; border-radius: .5rem; background: #fff }
  pre { padding: 1rem; border: 1px solid #8886; border-radius: .5rem; white-space: pre-wrap; overflow-wrap: anywhere }`;

function page(title: string, body: string): string {
  return `<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width">
<title>${escapeHtml(title)}</title><style>${STYLE}</style></head><body><main>${body}</main></body></html>`;
}

function readable(at: string): string {
  return at.slice(0, 19).replace('T', ' ');
}

const ENTITIES: Record<string, string> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};

function escapeHtml(text: string): string {
  return text.replaceAll(/[&<>"']/g, (character) => ENTITIES[character] ?? '');
}
