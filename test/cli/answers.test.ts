// `muster confirm` and `muster approve` against an API that says what a test needs it to.
import { beforeEach, expect, onTestFinished, test } from 'vitest';
import { type FixtureApi, json, RUN, startFixtureApi } from './fixture-api.ts';
import { muster } from './muster.ts';

let api: FixtureApi;

beforeEach(async () => {
  api = await startFixtureApi();
  onTestFinished(() => api.stop());
  api.on('POST', /\/(confirm|approve)$/, ({ response }) => json(response, 202, RUN));
});

test.each(['confirm', 'approve'])(
  '%s answers the round that is named, and else the present one',
  async (verb) => {
    for (const round of [['--round', '2'], []])
      expect((await muster([verb, RUN.id, '--no-wait', ...round], { env: api.env })).code).toBe(0);
    expect(api.seen.map(({ path, body }) => [path, body])).toEqual([
      [`/v1/bulk-actions/${RUN.id}/${verb}`, '{"round":2}'],
      [`/v1/bulk-actions/${RUN.id}/${verb}`, ''],
    ]);
  },
);
