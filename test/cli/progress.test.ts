// How far a thing is, told in lines, and by a bar where there is a terminal.
import { spawn } from 'node:child_process';
import { expect, onTestFinished, test } from 'vitest';
import { lineProgress, type Step, stepLine } from '../../cli/progress.ts';
import { completed, eventOf, RUN, serveRun, startFixtureApi } from './fixture-api.ts';
import { COMMAND, newFile } from './muster.ts';

const applying = (done: number): Step => ({ label: 'Applying', done, total: 1000, unit: 'rows' });

test('says each step in words', () => {
  expect(stepLine({ label: 'Reading', done: 0, total: null, unit: 'rows' })).toBe('Reading');
  expect(stepLine({ label: 'Reading', done: 1, total: null, unit: 'rows' })).toBe('Reading: 1 row');
  expect(stepLine(applying(10))).toBe('Applying: 10 of 1,000 rows');
  expect(stepLine({ label: 'Uploading', done: 1536, total: 256 * 1024 ** 2, unit: 'bytes' })).toBe(
    'Uploading: 1.5 kB of 256 MB',
  );
});

test('tells a new step at once, then each tenth, but no more than one line a second', () => {
  const lines: string[] = [];
  let nowMs = 0;
  const progress = lineProgress(
    (line) => lines.push(line),
    () => nowMs,
  );
  for (nowMs = 0; nowMs <= 10_000; nowMs += 10) progress.show(applying(nowMs / 10));
  expect(lines.length).toBeLessThanOrEqual(11);
  lines.length = 0;
  for (let done = 0; done <= 1000; done++) progress.show({ ...applying(done), label: 'Again' });
  expect(lines).toEqual(['Again: 0 of 1,000 rows']);
});

test('draws a bar on a terminal, and none where NO_COLOR asks for plain text', async () => {
  const api = await startFixtureApi();
  onTestFinished(() => api.stop());
  const half = { ...RUN, state: 'applying' as const, progress: { done: 5, total: 10 } };
  serveRun(api, () => completed({ created: 10, total: 10 }));
  api.on('GET', /\/events$/, ({ response }) => {
    response.writeHead(200, { 'content-type': 'text/event-stream' }).end(eventOf(1, half));
  });
  const file = newFile('students.csv', 'email\n');
  const onTerminal = (env: Record<string, string>) => runOnTerminal(file, { ...api.env, ...env });
  const drawn = await onTerminal({});
  expect(drawn).toContain('█');
  expect(drawn).toContain('5 of 10 rows');
  // The cursor is there again at the end.
  expect(drawn.lastIndexOf('\u001b[?25h')).toBeGreaterThan(drawn.lastIndexOf('\u001b[?25l'));
  expect(await onTerminal({ NO_COLOR: '1' })).not.toContain('\u001b');
});

// A child whose stderr says that it is a terminal.
async function runOnTerminal(file: string, env: Record<string, string>): Promise<string> {
  const terminal = 'data:text/javascript,process.stderr.isTTY=true';
  const args = ['--import', terminal, ...COMMAND, 'import', file, '--site', '1'];
  const child = spawn(process.execPath, args, {
    env: { PATH: process.env['PATH'], TERM: 'xterm', ...env },
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  let text = '';
  for await (const chunk of child.stderr.setEncoding('utf8')) text += chunk;
  return text;
}
