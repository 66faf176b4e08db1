// A program that lets Temporal's SDK download a server into the folder it is given.
import { TestWorkflowEnvironment } from '@temporalio/testing';

const folder = process.argv[2] ?? '.';

try {
  // The SDK only ever downloads on the way to starting a server.
  const environment = await TestWorkflowEnvironment.createLocal({
    server: { executable: { type: 'cached-download', downloadDir: folder } },
  });
  await environment.teardown();
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
}
