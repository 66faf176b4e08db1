// `muster photo`: photos one by one, those that wait for a look and those that people have.
import { createReadStream } from 'node:fs';
import { type Command, Option } from 'commander';
import type { Photo, Reviewed } from '../../api/wire-photo-review.ts';
import { DECLINE_REASONS } from '../../domain/photo.ts';
import { Refusal } from '../../domain/refusal.ts';
import { siteNumber, wholeNumber } from '../arguments.ts';
import { type Client, jsonOf, openClient } from '../client.ts';
import { download } from '../download.ts';
import { EXIT } from '../exit.ts';
import { complain, printJson, say } from '../output.ts';
import { getPerson, type Who } from '../person.ts';
import { tableLines } from '../text.ts';
import { sizeOfFile } from '../upload.ts';

type ListFlags = { site?: number; state: string; reason?: string; limit: number; json?: boolean };
type SendBackFlags = { reason?: string[]; note?: string; json?: boolean };
type Decision = { decision: 'approve' } | { decision: 'send-back'; reasons: string[]; note: string | null };

const PHOTOS_SHOWN = 50;
/** As many as one request may decide about. */
const REVIEWED_AT_ONCE = 500;

const OUTCOME_WORDS: Readonly<Record<Reviewed['items'][number]['outcome'], string>> = {
  decided: 'done',
  'not-waiting': 'somebody has decided before',
  locked: 'a run is changing its site',
  'not-active': 'its person is archived',
  missing: 'there is no such photo, or not any more',
};

export function addTo(program: Command): void {
  const photo = program
    .command('photo')
    .description(
      'photos one by one: list, look at, approve, send back, set; a zip of many is `muster photos`',
    );
  addReading(photo);
  addDeciding(photo);
  addSetting(photo);
}

function addReading(photo: Command): void {
  photo
    .command('list')
    .description('list photos that cardholders sent; those that wait, the oldest first, unless told')
    .option('--site <number>', 'of this site and those below it', siteNumber)
    .addOption(
      new Option('--state <state>', 'what became of them')
        .choices(['waiting', 'approved', 'declined'])
        .default('waiting'),
    )
    .addOption(
      new Option('--reason <reason>', 'those that were sent back for it').choices([...DECLINE_REASONS]),
    )
    .option('--limit <number>', 'how many at most', wholeNumber(1, 1_000_000), PHOTOS_SHOWN)
    .option('--json', 'print one array')
    .action(listPhotos);
  photo
    .command('get')
    .description('download the picture of a photo')
    .argument('<id>', 'of the photo')
    .option('--cropped', 'the part that goes on the card alone')
    .option('--thumbnail', 'small')
    .option('-o, --output <file>', 'write to a file instead of stdout')
    .action(getPicture);
}

function addDeciding(photo: Command): void {
  photo
    .command('approve')
    .description('approve photos that wait; their cardholders are told in ten seconds')
    .argument('<id...>', 'of the photos')
    .option('--json', 'print one object')
    .action(async (ids: string[], { json }: { json?: boolean }) => {
      process.exitCode = await decide(ids, { decision: 'approve' }, json ?? false);
    });
  photo
    .command('send-back')
    .description('send photos that wait back; their cardholders are told why in ten seconds')
    .argument('<id...>', 'of the photos')
    .addOption(new Option('--reason <reason...>', 'why; repeatable').choices([...DECLINE_REASONS]))
    .option('--note <text>', 'what the cardholder is told beside')
    .option('--json', 'print one object')
    .action(async (ids: string[], { reason = [], note = '', json }: SendBackFlags) => {
      if (reason.length === 0 && note.trim() === '')
        throw new Refusal(
          'invalid',
          'Say why: --reason, --note, or both. See: muster photo send-back --help',
        );
      const decision = { decision: 'send-back', reasons: reason, note: note.trim() || null } as const;
      process.exitCode = await decide(ids, decision, json ?? false);
    });
  photo
    .command('reconsider')
    .description('take a decision back, as long as the mail about it has not left')
    .argument('<id>', 'of the photo')
    .option('--json', 'print one object')
    .action(reconsider);
}

function addSetting(photo: Command): void {
  const addWho = (command: Command): Command =>
    command
      .option('--site <number>', 'the person’s site, or one above it', siteNumber)
      .option('--identifier <text>', 'of the person, in place of the id')
      .option('--json', 'print one object');
  addWho(
    photo
      .command('set')
      .description('make a JPEG or PNG the photo of a person; it is approved at once')
      .argument('[person]', 'the id of the person; left out with --site and --identifier')
      .argument('[file]', 'the picture'),
  ).action(setPhoto);
  addWho(
    photo
      .command('remove')
      .description('delete the photo of a person; proof is left that it is gone')
      .argument('[person]', 'the id of the person; or name the person by --site and --identifier'),
  ).action(removePhoto);
}

const pathOf = (id: string, part = ''): string => `/photos/${encodeURIComponent(id)}${part}`;

async function listPhotos({ limit, json, ...query }: ListFlags): Promise<void> {
  const photos = await openClient(complain).list<Photo>('/photos', query, limit);
  if (json) return printJson(photos);
  if (photos.length === 0) return say('No photo is found.');
  const rows = photos.map((photo) => [
    photo.id,
    String(photo.siteId),
    photo.person?.identifier ?? '',
    photo.person?.displayName ?? '',
    photo.createdAt.slice(0, 16).replace('T', ' '),
    photo.state === 'waiting' ? warningsOf(photo) : photo.reasons.join(', '),
  ]);
  const last = query.state === 'waiting' ? 'Warnings' : 'Reasons';
  say(...tableLines(['Id', 'Site', 'Identifier', 'Name', 'Came', last], rows));
}

const warningsOf = ({ checks }: Photo): string =>
  Object.entries(checks ?? {})
    .filter(([, found]) => found === 'warning')
    .map(([check]) => check)
    .join(', ');

type PictureFlags = { cropped?: boolean; thumbnail?: boolean; output?: string };

function getPicture(id: string, { cropped, thumbnail, output }: PictureFlags): Promise<void> {
  if (cropped && thumbnail) throw new Refusal('invalid', 'Name --cropped or --thumbnail, not both.');
  if (output === undefined && process.stdout.isTTY)
    throw new Refusal('invalid', 'A picture can’t be shown on a terminal. Name a file with -o FILE.');
  const path = pathOf(id, thumbnail ? '/thumbnail' : '/picture');
  return download(openClient(complain), { path, query: cropped ? { cropped: 'true' } : {} }, output);
}

async function decide(ids: string[], decision: Decision, isJson: boolean): Promise<number> {
  const client = openClient(complain);
  const items: Reviewed['items'] = [];
  for (let first = 0; first < ids.length; first += REVIEWED_AT_ONCE) {
    const some = ids.slice(first, first + REVIEWED_AT_ONCE);
    items.push(...(await client.post<Reviewed>('/photos/review', { ...decision, ids: some })).items);
  }
  const decided = items.filter(({ outcome }) => outcome === 'decided').length;
  if (isJson) printJson({ items, decided });
  else {
    const word = decision.decision === 'approve' ? 'approved' : 'sent back';
    for (const item of items) if (item.outcome !== 'decided') complain(`Photo ${item.id}: ${whyNot(item)}.`);
    say(`${decided} of ${items.length} ${items.length === 1 ? 'photo is' : 'photos are'} ${word}.`);
  }
  return decided === items.length ? EXIT.done : EXIT.someFailed;
}

function whyNot({ outcome, decision, runId }: Reviewed['items'][number]): string {
  const words = OUTCOME_WORDS[outcome];
  if (runId !== undefined) return `${words}: ${runId}`;
  if (decision === undefined) return words;
  return `${words}: ${decision.state}${decision.by === null ? '' : ` by ${decision.by}`}`;
}

async function reconsider(id: string, { json }: { json?: boolean }): Promise<void> {
  const photo = await openClient(complain).post<Photo>(pathOf(id, '/reconsider'), {});
  if (json) printJson(photo);
  else say(`Photo ${photo.id} waits again.`);
}

async function setPhoto(person: string | undefined, file: string | undefined, who: Who): Promise<void> {
  // With the person named by flags, the one argument is the file.
  const path = file ?? person;
  const id = file === undefined ? undefined : person;
  if (path === undefined) throw new Refusal('invalid', 'Name a picture. See: muster photo set --help');
  const size = await sizeOfFile(path);
  const client = openClient(complain);
  const { id: found } = await getPerson(client, id, who);
  const photo = await client.call<Photo>(
    {
      method: 'PUT',
      path: `/people/${found}/photo`,
      headers: {
        'content-type': 'application/octet-stream',
        ...(size !== undefined && { 'content-length': String(size) }),
      },
      body: () => ReadableStream.from(createReadStream(path)),
    },
    jsonOf,
  );
  if (who.json) printJson(photo);
  else say(`Person ${found} has the photo ${photo.id}.`);
}

async function removePhoto(person: string | undefined, who: Who): Promise<void> {
  const client: Client = openClient(complain);
  const { id } = await getPerson(client, person, who);
  await client.remove(`/people/${id}/photo`);
  if (who.json) printJson({ id, isRemoved: true });
  else say(`Person ${id} has no photo any more.`);
}
