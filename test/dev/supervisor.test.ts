// The supervisor: what dies comes back, what is stopped stays down, and nothing outlives it.
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { openLogFile } from '../../dev/log-file.ts';
import { isAlive, waitUntilGone } from '../../dev/processes.ts';
import { type Part, supervise } from '../../dev/supervisor.ts';
import { makeFolder } from './folder.ts';
import { runProgram } from './programs.ts';

test('starts a killed child again and says so', async () => {
  const keeper = runProgram('part-keeper', await makeFolder());
  const first = Number(await keeper.line('pid'));
  process.kill(first, 'SIGKILL');
  expect(await keeper.line('report')).toBe('stubborn ended (SIGKILL) and is started again …');
  const second = Number(await keeper.line('pid'));
  expect(second).not.toBe(first);
  expect(await keeper.line('report')).toBe(`stubborn is back, pid ${second}.`);
  expect(await isAlive(second)).toBe(true);
});

test('stops a child that does not listen to SIGTERM', async () => {
  const keeper = runProgram('part-keeper', await makeFolder());
  const pid = Number(await keeper.line('pid'));
  await sleep(300);
  keeper.child.kill('SIGTERM');
  await keeper.line('stopped');
  expect(await isAlive(pid)).toBe(false);
});

test('leaves nothing running when it is killed itself', async () => {
  const keeper = runProgram('part-keeper', await makeFolder());
  const pid = Number(await keeper.line('pid'));
  keeper.child.kill('SIGKILL');
  expect(await waitUntilGone(pid, 10_000)).toBe(true);
});

test('waits longer after each failed start, and stops in reverse order', async () => {
  const events: string[] = [];
  const startedAt: number[] = [];
  let end = () => {};
  const failing: Part = {
    name: 'failing',
    async start() {
      startedAt.push(Date.now());
      if (startedAt.length > 1 && startedAt.length < 5) throw new Error('not yet');
      return {
        pid: startedAt.length,
        exited: new Promise((resolve) => (end = () => resolve('code 1'))),
        stop,
      };
      async function stop() {
        events.push('stop failing');
        end();
      }
    },
  };
  const quiet: Part = {
    name: 'quiet',
    async start() {
      let finish: (how: string) => void = () => {};
      const exited = new Promise<string>((resolve) => (finish = resolve));
      const stop = async () => {
        events.push('stop quiet');
        finish('code 0');
      };
      return { pid: 99, exited, stop };
    },
  };
  const lines: string[] = [];
  const supervisor = supervise({ report: (line) => lines.push(line), firstDelayMs: 20, longestDelayMs: 80 });
  await supervisor.start(failing);
  await supervisor.start(quiet);
  end();
  while (supervisor.pids()['failing'] !== 5) await sleep(10);
  const waits = startedAt.slice(1).map((at, index) => at - (startedAt[index] ?? 0));
  expect(waits[1]).toBeGreaterThanOrEqual(38);
  expect(waits[2]).toBeGreaterThanOrEqual(78);
  expect(lines[1]).toBe('failing did not start: not yet');
  await supervisor.stop();
  expect(events).toEqual(['stop quiet', 'stop failing']);
});

test('a part that does not start the first time is an error, not a loop', async () => {
  const supervisor = supervise({ report: () => {} });
  const part: Part = { name: 'broken', start: () => Promise.reject(new Error('no such program')) };
  await expect(supervisor.start(part)).rejects.toThrow('no such program');
  await supervisor.stop();
});

test('a log file is set aside when it is full, and never takes more than twice its size', async () => {
  const path = join(await makeFolder(), 'part.log');
  const log = openLogFile(path, 100);
  for (let number = 0; number < 50; number++) log.write(`line ${number}\n`);
  await log.close();
  const [older, newer] = [await readFile(`${path}.1`, 'utf8'), await readFile(path, 'utf8')];
  expect(older.length).toBeLessThanOrEqual(100);
  expect(newer.length).toBeLessThanOrEqual(100);
  expect(`${older}${newer}`).toMatch(/line 48\nline 49\n$/);
});

test('parts that come back at once are told of one after the other, and what goes wrong with that ends none', async () => {
  const ends: (() => void)[] = [];
  const part = (name: string): Part => ({
    name,
    async start() {
      const exited = new Promise<string>((resolve) => ends.push(() => resolve('SIGKILL')));
      return { pid: ends.length, exited, stop: async () => ends.forEach((end) => void end()) };
    },
  });
  const lines: string[] = [];
  let isTelling = false;
  let told = 0;
  const supervisor = supervise({
    report: (line) => lines.push(line),
    firstDelayMs: 5,
    onChange: async () => {
      if (isTelling) lines.push('told of two at once');
      isTelling = true;
      await sleep(20);
      isTelling = false;
      told += 1;
      if (told === 3) throw new Error('no room');
    },
  });
  await supervisor.start(part('one'));
  await supervisor.start(part('two'));
  for (const end of ends.splice(0)) end();
  await expect.poll(() => told).toBe(4);
  for (const end of ends.splice(0)) end();
  await expect.poll(() => told).toBe(6);
  expect(lines.filter((line) => line.startsWith('told'))).toEqual([]);
  expect(lines.filter((line) => line.endsWith('no room'))).toHaveLength(1);
  await supervisor.stop();
});
