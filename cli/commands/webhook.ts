// `muster webhook`: addresses that are told of runs, and the messages to them.
import { type Command, InvalidArgumentError, Option } from 'commander';
import type { Webhook, WebhookDelivery, WebhookWithSecret } from '../../api/wire-webhooks.ts';
import { DELIVERY_STATES, WEBHOOK_EVENTS, type WebhookEvent } from '../../domain/webhook.ts';
import { siteNumber, wholeNumber } from '../arguments.ts';
import { openClient } from '../client.ts';
import { complain, printJson, say } from '../output.ts';
import { tableLines } from '../text.ts';

const MESSAGES_SHOWN = 50;
const PREFIX = 'bulk-action.';
const SHORT_NAMES = WEBHOOK_EVENTS.map((event) => event.replace(PREFIX, '')).join(', ');

type Flags = { json?: boolean };
type ListFlags = Flags & { site?: number };
type AddFlags = Flags & { site: number; events?: WebhookEvent[] };
type EditFlags = Flags & { url?: string; events?: WebhookEvent[] };
type DeliveriesFlags = Flags & { state?: string; limit: number };

export function addTo(program: Command): void {
  const webhook = program
    .command('webhook')
    .description(
      'addresses that are told of runs: add, list, edit, remove, test them, look at their messages',
    );
  addKeeping(webhook);
  addSending(webhook);
}

const withJson = (command: Command): Command => command.option('--json', 'print JSON');
const withId = (command: Command): Command => withJson(command.argument('<id>', 'of the webhook'));
const eventsFlag = ['--events <events>', `some of ${SHORT_NAMES}, with commas; all unless given`] as const;

function addKeeping(webhook: Command): void {
  withJson(
    webhook.command('add').description('have an address told of runs; its secret is printed this once'),
  )
    .argument('<url>', 'https, unless the operator has allowed its network')
    .requiredOption(
      '--site <number>',
      'the site whose runs, and those of all below it, it hears of',
      siteNumber,
    )
    .option(...eventsFlag, eventList)
    .action(addWebhook);
  withJson(webhook.command('list').description('list the webhooks of your sites'))
    .option('--site <number>', 'those of this site and of all below it', siteNumber)
    .action(listWebhooks);
  withId(webhook.command('edit').description('change where a webhook leads, or what it hears of'))
    .option('--url <url>', 'where it leads from now on')
    .option('--events <events>', `some of ${SHORT_NAMES}, with commas`, eventList)
    .action(editWebhook);
  for (const [name, about, isEnabled] of [
    ['enable', 'tell a webhook of runs again', true],
    ['disable', 'tell a webhook of nothing for now', false],
  ] as const)
    withId(webhook.command(name).description(about)).action((id: string, flags: Flags) =>
      change(id, { isEnabled }, flags),
    );
  withId(
    webhook
      .command('rotate-secret')
      .description('give a webhook another secret; the old one signs for a day beside it'),
  ).action(rotateSecret);
  withId(webhook.command('remove').description('remove a webhook and its messages')).action(removeWebhook);
}

function addSending(webhook: Command): void {
  withId(webhook.command('deliveries').description('list the messages to a webhook, newest first'))
    .addOption(new Option('--state <state>', 'only those').choices(DELIVERY_STATES))
    .option('--limit <number>', 'how many at most', wholeNumber(1, 1_000_000), MESSAGES_SHOWN)
    .action(listDeliveries);
  withId(webhook.command('resend').description('send a message once more, under its own id'))
    .argument('<delivery>', 'the id of the message')
    .action((id: string, delivery: string, flags: Flags) =>
      send(`${pathOf(id)}/deliveries/${encodeURIComponent(delivery)}/resend`, flags),
    );
  withId(webhook.command('test').description('send a message that tells of nothing')).action(
    (id: string, flags: Flags) => send(`${pathOf(id)}/test`, flags),
  );
}

const pathOf = (id: string): string => `/webhooks/${encodeURIComponent(id)}`;

/** Events by their names, with what all of them begin with or without. */
function eventList(text: string): WebhookEvent[] {
  const names = text.split(',').map((name) => name.trim());
  return names.map((name) => {
    const known = WEBHOOK_EVENTS.find((event) => event === name || event === PREFIX + name);
    if (!known) throw new InvalidArgumentError(`Allowed are ${SHORT_NAMES}, with commas.`);
    return known;
  });
}

async function addWebhook(url: string, { site, events, json }: AddFlags): Promise<void> {
  const body = { siteId: site, url, ...(events && { events }) };
  showSecret(await openClient(complain).post<WebhookWithSecret>('/webhooks', body), json);
}

async function rotateSecret(id: string, { json }: Flags): Promise<void> {
  showSecret(await openClient(complain).post<WebhookWithSecret>(`${pathOf(id)}/rotate-secret`, {}), json);
}

function showSecret(webhook: WebhookWithSecret, json: boolean | undefined): void {
  if (json) {
    printJson(webhook);
    return;
  }
  // Alone on stdout, so that a script can take it as it is.
  complain(`Webhook ${webhook.id} hears of site ${webhook.siteId}: ${webhook.events.join(', ')}.`);
  complain('Its secret is shown this once. Keep it as you would a password.');
  say(webhook.secret);
}

async function listWebhooks({ site, json }: ListFlags): Promise<void> {
  const webhooks = await openClient(complain).list<Webhook>('/webhooks', { site });
  if (json) return printJson(webhooks);
  const rows = webhooks.map((one) => [
    String(one.id),
    String(one.siteId),
    one.isEnabled ? 'enabled' : ['disabled', one.disabledReason].filter(Boolean).join(': '),
    one.events.map((event) => event.slice(PREFIX.length)).join(' '),
    one.url,
  ]);
  say(...tableLines(['Id', 'Site', 'State', 'Events', 'Address'], rows));
}

const editWebhook = (id: string, { url, events, json }: EditFlags): Promise<void> =>
  change(id, { ...(url !== undefined && { url }), ...(events && { events }) }, { ...(json && { json }) });

async function change(id: string, patch: object, { json }: Flags): Promise<void> {
  const webhook = await openClient(complain).patch<Webhook>(pathOf(id), patch);
  if (json) printJson(webhook);
  else
    say(
      `Webhook ${webhook.id} is ${webhook.isEnabled ? 'enabled' : 'disabled'}: ${webhook.events.join(', ')}.`,
    );
}

async function removeWebhook(id: string, { json }: Flags): Promise<void> {
  await openClient(complain).remove(pathOf(id));
  if (json) printJson({ id: Number(id), isRemoved: true });
  else say(`Webhook ${id} is removed.`);
}

async function listDeliveries(id: string, { state, limit, json }: DeliveriesFlags): Promise<void> {
  const path = `${pathOf(id)}/deliveries`;
  const messages = await openClient(complain).list<WebhookDelivery>(path, { state }, limit);
  if (json) return printJson(messages);
  const rows = messages.map((message) => [
    message.id,
    message.event,
    message.bulkActionId ?? '',
    message.state,
    String(message.attempts),
    message.lastError ?? (message.lastStatus === null ? '' : String(message.lastStatus)),
    message.createdAt,
  ]);
  say(...tableLines(['Id', 'Event', 'Run', 'State', 'Attempts', 'Last answer', 'Made'], rows));
}

async function send(path: string, { json }: Flags): Promise<void> {
  const message = await openClient(complain).post<WebhookDelivery>(path, {});
  if (json) printJson(message);
  else say(`Message ${message.id} is on its way.`);
}
