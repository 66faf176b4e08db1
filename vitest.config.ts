// How the tests run: one Postgres and one Temporal server for all of them, a process for each file.
import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    include: ['test/**/*.test.{ts,tsx}'],
    pool: 'forks',
    // More than the two cores that it must do with: journeys wait for much of their time.
    maxWorkers: 5,
    fileParallelism: true,
    // Files keep what they make to themselves; to load all modules anew for each would take as long as half of the tests.
    isolate: false,
    testTimeout: 60_000,
    // What is waited for comes within a second, but for a machine that others keep busy.
    expect: { poll: { timeout: 20_000 } },
    hookTimeout: 120_000,
    teardownTimeout: 60_000,
    globalSetup: ['./test/support/global-setup.ts'],
    reporters: ['./test/support/closing-line.ts'],
  },
});
