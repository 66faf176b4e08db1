// Mails to a cardholder that no follow-up waits for, whose history is kept in test/histories.
import { sql } from 'drizzle-orm';
import { temporalCardholderMails } from '../../api/cardholder-mails.ts';
import { inviteByHand } from '../../db/queries/invitations/invitations.ts';
import { cardholderMailsWorkflowId } from '../../workflows/contract.ts';
import { makeOrganisation, runCsv } from './runs.ts';
import type { TestWorker } from './worker.ts';

/** An invitation by hand, not before a moment has passed. */
export async function recordCardholderMails(
  worker: TestWorker,
  save: (name: string, workflowId: string) => Promise<void>,
): Promise<void> {
  const organisation = await makeOrganisation(worker.db);
  await runCsv(worker, organisation, 'identifier,email\n1,a@m.org\n');
  const [person] = await worker.db.execute<{ id: number }>(sql`
    select id::float8 as id from person where site_id = ${organisation.siteId}`);
  const [made] = await inviteByHand(worker.db, [person?.id as number], organisation.adminId);
  const mailId = made?.mailId as number;
  await temporalCardholderMails(worker.temporal.client).start([mailId], { delayMs: 1000 });
  const workflowId = cardholderMailsWorkflowId(mailId);
  await worker.temporal.client.workflow.getHandle(workflowId).result();
  await save('cardholder-mails', workflowId);
}
