// A frame in which the console shows a mail as it looks: mails style themselves, which the console's own rules forbid.
import { randomBytes } from 'node:crypto';
import type { RequestHandler } from 'express';

/**
 * It has no rights of the console's: an origin of its own, nothing to load, and the one script below, which puts in place
 * what the page around it sends. What is put there can run nothing.
 */
const rulesFor = (nonce: string): string =>
  [
    "default-src 'none'",
    `script-src 'nonce-${nonce}'`,
    "style-src 'unsafe-inline'",
    'img-src data:',
    "base-uri 'none'",
    "form-action 'none'",
    "frame-ancestors 'self'",
    'sandbox allow-scripts',
  ].join('; ');

const SCRIPT = `addEventListener('message', ({ source, data }) => {
  if (source === parent && typeof data?.mail === 'string') document.documentElement.innerHTML = data.mail;
});`;

/** `GET /frames/mail`. */
export const mailFrame: RequestHandler = (_request, response) => {
  const nonce = randomBytes(16).toString('base64');
  response
    .type('html')
    .set({ 'Content-Security-Policy': rulesFor(nonce), 'Cache-Control': 'no-store' })
    .send(
      `<!doctype html><html lang="en"><title>Mail</title><script nonce="${nonce}">${SCRIPT}</script></html>`,
    );
};
