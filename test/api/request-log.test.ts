// The log of requests: who was searched for, and with what, is nobody's business.
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import express from 'express';
import { expect, test } from 'vitest';
import { openLog } from '../../adapters/log.ts';
import { openMetrics } from '../../adapters/metrics.ts';
import { requestLog } from '../../api/request-log.ts';

test('a line tells method, path, status and time, and nothing of query, headers or body', async () => {
  const lines: string[] = [];
  const log = openLog('api', { level: 'debug', isJson: true }, { write: (line) => void lines.push(line) });
  const app = express();
  app.use(requestLog(log, openMetrics()));
  app.post('/v1/people', (_request, response) => void response.status(201).json({ email: 'secret' }));
  const server = createServer(app).listen(0);
  const { port } = server.address() as AddressInfo;
  const response = await fetch(`http://127.0.0.1:${port}/v1/people?email=secret&q=secret`, {
    method: 'POST',
    headers: { Authorization: 'Bearer secret', Cookie: 'muster_session=secret' },
    body: 'secret',
  });
  await response.text();
  await fetch(`http://127.0.0.1:${port}/livez`);
  server.closeAllConnections();
  await new Promise((resolve) => server.close(resolve));
  const told = lines.map((line) => JSON.parse(line)).filter((line) => line.path !== undefined);
  expect(told).toEqual([
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
