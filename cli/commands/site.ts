// `muster site`: the sites, new ones, their names, the mail domains that they allow, and the language of their mails.
import { type Command, Option } from 'commander';
import type { ChangedSite, Site } from '../../api/wire-org.ts';
import { LANGUAGES, type Language } from '../../domain/language.ts';
import { Refusal } from '../../domain/refusal.ts';
import { counted } from '../../domain/words.ts';
import { collect, siteNumber } from '../arguments.ts';
import { type Client, openClient } from '../client.ts';
import { complain, printJson, say } from '../output.ts';
import { tableLines } from '../text.ts';

type AddFlags = {
  parent: number;
  id?: number;
  mailDomain?: string[];
  language?: Language;
  externalId?: string;
  json?: boolean;
};
/** `mailDomain`, `language` and `externalId` are false where none of its own is asked for. */
type EditFlags = {
  name?: string;
  mailDomain?: string[] | false;
  language?: Language | false;
  externalId?: string | false;
  json?: boolean;
};

const languageOption = () =>
  new Option('--language <language>', 'of mails to its admins').choices([...LANGUAGES]);

const EXTERNAL_ID = 'what the student system calls it, such as the sourcedId of OneRoster';

export function addTo(program: Command): void {
  const site = program.command('site').description('sites: list them, add one, edit one');
  site
    .command('add')
    .description('add a site below another')
    .argument('<name>')
    .requiredOption('--parent <number>', 'the site above it', siteNumber)
    .option('--id <number>', 'its Account ID; the next free number unless given', siteNumber)
    .option('--mail-domain <domain>', 'that emails of its people may have; repeatable', collect)
    .addOption(languageOption())
    .option('--external-id <id>', EXTERNAL_ID)
    .option('--json', 'print the site as one object')
    .action(addSite);
  site
    .command('list')
    .description('list the sites you see')
    .option('--json', 'print one array')
    .action(listSites);
  site
    .command('edit')
    .description(
      'rename a site, or say its external id, its mail domains and the language of its mails; no person is touched',
    )
    .argument('<site>', 'its Account ID, or its name')
    .option('--name <name>', 'a new name')
    .option('--mail-domain <domain>', 'that emails of its people may have; repeatable', collect)
    .option('--no-mail-domain', 'as the site above says')
    .addOption(languageOption())
    .option('--no-language', 'as the site above says; English where none says any')
    .option('--external-id <id>', EXTERNAL_ID)
    .option('--no-external-id', 'it has none')
    .option('--json', 'print the site as one object')
    .action(editSite);
}

async function addSite(name: string, flags: AddFlags): Promise<void> {
  const { parent, id, mailDomain, language, externalId, json } = flags;
  const body = {
    name,
    parentId: parent,
    ...(id !== undefined && { id }),
    ...(mailDomain && { mailDomains: mailDomain }),
    ...(language && { language }),
    ...(externalId !== undefined && { externalId }),
  };
  const site = await openClient(complain).post<Site>('/sites', body);
  if (json) printJson(site);
  else say(`Site ${site.id}, ${site.name}, is below site ${site.parentId}.`);
}

async function listSites({ json }: { json?: boolean }): Promise<void> {
  const sites = await openClient(complain).list<Site>('/sites');
  if (json) return printJson(sites);
  const rows = sites.map((site) => [
    String(site.id),
    site.name,
    site.parentId === null ? '' : String(site.parentId),
    site.mailDomains?.join(' ') ?? '',
    site.language ?? '',
    site.externalId ?? '',
  ]);
  say(...tableLines(['Account ID', 'Name', 'Parent', 'Mail domains', 'Language', 'External id'], rows));
}

async function editSite(text: string, flags: EditFlags): Promise<void> {
  const { name, mailDomain, language, externalId, json } = flags;
  const change = {
    ...(name !== undefined && { name }),
    ...(mailDomain !== undefined && { mailDomains: mailDomain || null }),
    ...(language !== undefined && { language: language || null }),
    ...(externalId !== undefined && { externalId: externalId || null }),
  };
  if (Object.keys(change).length === 0)
    throw new Refusal('invalid', 'Nothing is named that should change. See: muster site edit --help');
  const client = openClient(complain);
  const site = await client.patch<ChangedSite>(`/sites/${await siteIdOf(client, text)}`, change);
  if (json) return printJson(site);
  const domains = site.mailDomains ? ` Emails are at: ${site.mailDomains.join(', ')}.` : '';
  const mails = site.language ? ` Its mails are in ${LANGUAGE_NAMES[site.language]}.` : '';
  const external = site.externalId ? ` The student system calls it ${site.externalId}.` : '';
  say(`Site ${site.id} is ${site.name}.${domains}${mails}${external}`);
  const others = counted(site.nonConforming, 'active person keeps', 'active people keep');
  if (site.nonConforming > 0) say(`${others} an email at another domain.`);
}

const LANGUAGE_NAMES = { en: 'English', de: 'German' } as const satisfies Record<Language, string>;

/** The Account ID of a site that is named by it, or by its name. */
async function siteIdOf(client: Client, text: string): Promise<number> {
  if (/^\d+$/.test(text)) return Number(text);
  const named = (await client.list<Site>('/sites')).filter(({ name }) => name === text);
  const [only, ...others] = named;
  if (!only) throw new Refusal('missing', `No site is called ${text}. See: muster site list`);
  if (others.length === 0) return only.id;
  const ids = named.map(({ id }) => id).join(', ');
  throw new Refusal('conflict', `Several sites are called ${text}: ${ids}. Name one of them by its number.`);
}
