// The log of requests: who was searched for, and with what, is nobody's business.
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import express from 'express';
import { expect, test } from 'vitest';
import { openLog } from '../../adapters/log.ts';
import { openMetrics } from '../../adapters/metrics.ts';
import { requestLog } from '../../api/request-log.ts';

/** What is logged of requests to an app with these two routes. */
async function logged(send: (url: string) => Promise<unknown>): Promise<string[]> {
  const lines: string[] = [];
  const log = openLog('api', { level: 'debug', isJson: true }, { write: (line) => void lines.push(line) });
  const app = express();
  app.use(requestLog(log, openMetrics()));
  app.post('/v1/people', (_request, response) => void response.status(201).json({ email: 'secret' }));
  app.get('/v1/people/:id', (_request, response) => void response.status(400).end());
  const server = createServer(app).listen(0);
  const { port } = server.address() as AddressInfo;
  await send(`http://127.0.0.1:${port}`);
  server.closeAllConnections();
  await new Promise((resolve) => server.close(resolve));
  return lines;
}

const pathsIn = (lines: string[]) =>
  lines.map((line) => JSON.parse(line)).filter((line) => line.path !== undefined);

test('a line tells method, path, status and time, and nothing of query, headers or body', async () => {
  const lines = await logged(async (url) => {
    const response = await fetch(`${url}/v1/people?email=secret&q=secret`, {
      method: 'POST',
      headers: { Authorization: 'Bearer secret', Cookie: 'muster_session=secret' },
      body: 'secret',
    });
    await response.text();
    await fetch(`${url}/livez`);
  });
  expect(pathsIn(lines)).toEqual([
    expect.objectContaining({
      level: 'info',
      method: 'POST',
      path: '/v1/people',
      status: 201,
      ms: expect.any(Number),
    }),
  ]);
  expect(lines.join('')).not.toContain('secret');
});

test('an id in the path is told, anything else that somebody wrote there is not', async () => {
  const lines = await logged(async (url) => {
    for (const path of [
      '/v1/people/4711',
      '/v1/people/7s0yfkk6ye',
      '/v1/people/secret@secret.example',
      '/secret',
    ])
      await fetch(`${url}${path}`);
  });
  expect(pathsIn(lines).map(({ path }) => path)).toEqual([
    '/v1/people/4711',
    '/v1/people/7s0yfkk6ye',
    '/v1/people/:id',
    'none',
  ]);
  expect(lines.join('')).not.toContain('secret');
});
