// Supervises one stubborn program, says what happens to it, and waits to be killed.
import { join } from 'node:path';
import { startChild } from '../../../dev/child.ts';
import { supervise } from '../../../dev/supervisor.ts';

const folder = process.argv[2] ?? '';
const supervisor = supervise({
  report: (line) => console.log(`report ${line}`),
  onChange: () => console.log(`pid ${supervisor.pids()['stubborn']}`),
  firstDelayMs: 50,
});

await supervisor.start({
  name: 'stubborn',
  start: async () => {
    const program = "process.on('SIGTERM', () => {}); setInterval(() => {}, 1000);";
    const child = startChild(process.execPath, ['-e', program], {
      logFile: join(folder, 'stubborn.log'),
      orphan: { signal: 'SIGTERM', graceMs: 500 },
    });
    return { ...child, stop: () => child.end(['SIGTERM', 'SIGKILL'], 500) };
  },
});
process.on('SIGTERM', async () => {
  await supervisor.stop();
  console.log('stopped');
  process.exit(0);
});
