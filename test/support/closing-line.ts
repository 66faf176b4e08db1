// Vitest's own reporter, followed by one last line that a person and a script can read: N passed, N failed, N skipped.
import { DefaultReporter, type TestModule } from 'vitest/node';

export default class ClosingLine extends DefaultReporter {
  override onTestRunEnd(...ended: Parameters<DefaultReporter['onTestRunEnd']>): void {
    super.onTestRunEnd(...ended);
    const [modules, unhandledErrors] = ended;
    const counts = { passed: 0, failed: unhandledErrors.length, skipped: 0 };
    for (const module of modules) countModule(module, counts);
    console.log(`${counts.passed} passed, ${counts.failed} failed, ${counts.skipped} skipped`);
  }
}

// A file that breaks outside its tests, on import or in a hook, counts as one failure: it must not pass in silence.
function countModule(module: TestModule, counts: { passed: number; failed: number; skipped: number }): void {
  const failedBefore = counts.failed;
  for (const test of module.children.allTests()) {
    const { state } = test.result();
    counts[state === 'pending' ? 'skipped' : state] += 1;
  }
  if (module.state() === 'failed' && counts.failed === failedBefore) counts.failed += 1;
}
