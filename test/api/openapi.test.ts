// The documentation: whole, and made of what answers.
import { describe, expect, test } from 'vitest';
import { useApi } from './use-api.ts';

const api = useApi();

describe('GET /v1/openapi.json', () => {
  test('200: every route of the application is in it, and nothing else', async () => {
    const { json } = await api.anybody('GET', '/v1/openapi.json');
    expect(json.openapi).toBe('3.1.0');
    const documented = Object.entries<object>(json.paths).flatMap(([path, operations]) =>
      Object.keys(operations).map((method) => `${method} ${path}`),
    );
    expect(documented.sort()).toEqual([...api.routes].sort());
  });

  test('200: every operation says what it takes and replies, each by an id of its own', async () => {
    const { json } = await api.anybody('GET', '/v1/openapi.json');
    const operations = Object.values<Record<string, Operation>>(json.paths).flatMap((path) =>
      Object.values(path),
    );
    const ids = operations.map((operation) => operation.operationId);
    expect(new Set(ids).size).toBe(ids.length);
    for (const operation of operations) expect(Object.keys(operation.responses).length).toBeGreaterThan(0);
    expect(json.paths['/v1/people'].post.requestBody.content['application/json']).toBeDefined();
    expect(json.paths['/v1/people/{id}'].patch.responses['423'].content).toHaveProperty([
      'application/problem+json',
    ]);
    expect(Object.keys(json.components.schemas)).toEqual(
      expect.arrayContaining(['Person', 'BulkAction', 'Site', 'Problem']),
    );
  });
});

describe('GET /docs', () => {
  test('200: a page whose every part comes from here', async () => {
    const page = await api.anybody('GET', '/docs/');
    expect(page.status).toBe(200);
    const parts = [...page.text.matchAll(/(?:src|href)="([^"]+)"/g)].map((match) => match[1] ?? '');
    expect(parts.filter((part) => /^(https?:)?\/\//.test(part))).toEqual([]);
    const scripts = parts.filter((part) => part.endsWith('.js'));
    expect(scripts.length).toBeGreaterThan(1);
    for (const script of scripts)
      expect((await api.anybody('GET', new URL(script, 'http://x/docs/').pathname)).status).toBe(200);
    expect(page.text).not.toMatch(/<script>[^<]/);
  });
});

type Operation = { operationId: string; responses: object };
