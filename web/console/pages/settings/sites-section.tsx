// Sites: the tree and its list as a file; and the name, mail domains, language and external id of one of them.
import { Button, Select, TagsInput, TextInput } from '@mantine/core';
import { useForm } from '@mantine/form';
import { IconDownload } from '@tabler/icons-react';
import { useNavigate } from '@tanstack/react-router';
import type { Site } from '../../../../api/wire-org.ts';
import type { Language } from '../../../../domain/language.ts';
import { changeSite, createSite, type SiteValues } from '../../client/organisation.ts';
import { useRights } from '../../context/rights.ts';
import { pathOf, useSites } from '../../context/site.ts';
import { faultsOnto, useSaving } from '../../kit/saving.ts';
import { Message } from '../../kit/states.tsx';
import { toast } from '../../kit/toast.ts';
import { useFormats } from '../../words/formats.ts';
import { dictionary, useWords } from '../../words/language.tsx';
import { SettingForm } from './form.tsx';
import { ListAndForm } from './list-and-form.tsx';
import type { SectionProps } from './settings.tsx';
import { settingsWords } from './settings-words.ts';

const words = dictionary({
  en: {
    name: 'Name',
    number: 'Account ID',
    numberAbout: 'Left empty, it gets the next free number.',
    parent: 'Below',
    domains: 'Mail domains',
    domainsAbout: 'Emails of its people must be at one of these. None: as the site above says.',
    language: 'Language of mails to its admins',
    externalId: 'External id',
    externalAbout:
      'What the student system calls it, such as the sourcedId of OneRoster. Rosters find it by this.',
    list: 'Download the list',
    gone: 'There is no such site, or it is not one of yours.',
    added: 'Site added.',
    others: (count: string, isOne: boolean) =>
      isOne
        ? `Saved. ${count} person has an email at another domain and keeps it.`
        : `Saved. ${count} people have an email at another domain and keep it.`,
    readOnly: 'You may look at this site, not change it.',
  },
  de: {
    name: 'Name',
    number: 'Account ID',
    numberAbout: 'Leer gelassen, bekommt er die nächste freie Nummer.',
    parent: 'Unter',
    domains: 'Mail-Domains',
    domainsAbout: 'E-Mails seiner Personen müssen bei einer davon sein. Keine: wie der Standort darüber.',
    language: 'Sprache der Mails an seine Admins',
    externalId: 'Externe Kennung',
    externalAbout:
      'Wie das Studierendensystem ihn nennt, etwa die sourcedId von OneRoster. Daran finden ihn Importe.',
    list: 'Liste herunterladen',
    gone: 'Diesen Standort gibt es nicht, oder es ist keiner von Ihren.',
    added: 'Standort angelegt.',
    others: (count, isOne) =>
      isOne
        ? `Gespeichert. ${count} Person hat eine E-Mail bei einer anderen Domain und behält sie.`
        : `Gespeichert. ${count} Personen haben eine E-Mail bei einer anderen Domain und behalten sie.`,
    readOnly: 'Sie dürfen diesen Standort ansehen, nicht ändern.',
  },
});

export default function SitesSection({ siteId, id }: SectionProps) {
  const said = useWords(settingsWords);
  const own = useWords(words);
  const { may, mayAnywhere } = useRights();
  const sites = useSites();
  const byTree = [...sites].sort((a, b) => sortKey(sites, a).localeCompare(sortKey(sites, b)));
  const open = id === 'new' ? undefined : sites.find((site) => String(site.id) === id);
  return (
    <ListAndForm
      section="sites"
      {...said.sections.sites}
      addLabel={mayAnywhere('sites:write') ? said.sections.sites.add : undefined}
      openId={id}
      tools={
        <div>
          <Button
            component="a"
            variant="default"
            href="/v1/sites.csv"
            download
            leftSection={<IconDownload size={16} aria-hidden />}
          >
            {own.list}
          </Button>
        </div>
      }
      items={byTree.map((site) => ({
        id: String(site.id),
        label: site.name,
        note: <span className="mono">{site.id}</span>,
        depth: pathOf(sites, site.id).length - 1,
      }))}
    >
      {id === 'new' ? (
        <SiteForm key="new" parentId={siteId} />
      ) : open ? (
        <SiteForm key={open.id} site={open} isReadOnly={!may('sites:write', open.id)} />
      ) : (
        <Message title={own.gone} />
      )}
    </ListAndForm>
  );
}

/** By which a list of sites becomes their tree: the names from the top down. */
const sortKey = (sites: readonly Site[], site: Site): string =>
  pathOf(sites, site.id)
    .reverse()
    .map(({ name, id }) => `${name}\u0000${id}`)
    .join('\u0001');

type FormProps = { site?: Site; parentId?: number; isReadOnly?: boolean };

function SiteForm({ site, parentId, isReadOnly = false }: FormProps) {
  const said = useWords(settingsWords);
  const own = useWords(words);
  const { number } = useFormats();
  const { may } = useRights();
  const sites = useSites();
  const navigate = useNavigate();
  const form = useForm({
    initialValues: {
      id: '',
      name: site?.name ?? '',
      parentId: String(parentId ?? ''),
      mailDomains: site?.mailDomains ?? [],
      language: (site?.language ?? '') as Language | '',
      externalId: site?.externalId ?? '',
    },
  });
  const { mutate, isPending } = useSaving({
    save: async (values: SiteValues & { id: string; parentId: string }) => {
      const { id, parentId: parent, ...rest } = values;
      if (site) {
        const { nonConforming } = await changeSite(site.id, rest);
        toast(nonConforming > 0 ? own.others(number(nonConforming), nonConforming === 1) : said.saved);
        return site.id;
      }
      const made = await createSite({
        ...rest,
        parentId: Number(parent),
        ...(id !== '' && { id: Number(id) }),
      });
      toast(own.added);
      return made.id;
    },
    renews: ['sites'],
    onDone: (id) => {
      if (!site)
        void navigate({ to: '/settings/$section/$id', params: { section: 'sites', id: String(id) } });
    },
    onFault: faultsOnto(form),
  });
  const submit = form.onSubmit(({ mailDomains, language: chosen, externalId, ...rest }) =>
    mutate({
      ...rest,
      mailDomains: mailDomains.length > 0 ? mailDomains : null,
      language: chosen === '' ? null : chosen,
      externalId: externalId.trim() === '' ? null : externalId.trim(),
    }),
  );
  return (
    <SettingForm
      title={site?.name ?? said.sections.sites.add}
      about={isReadOnly ? own.readOnly : undefined}
      onSave={isReadOnly ? undefined : submit}
      isBusy={isPending}
    >
      <TextInput label={own.name} required readOnly={isReadOnly} {...form.getInputProps('name')} />
      {!site && (
        <>
          <TextInput
            label={own.number}
            description={own.numberAbout}
            inputMode="numeric"
            {...form.getInputProps('id')}
          />
          <Select
            label={own.parent}
            searchable
            allowDeselect={false}
            data={sites
              .filter(({ id }) => may('sites:write', id))
              .map(({ id, name }) => ({ value: String(id), label: `${name} · ${id}` }))}
            {...form.getInputProps('parentId')}
          />
        </>
      )}
      <TagsInput
        label={own.domains}
        description={own.domainsAbout}
        placeholder={form.values.mailDomains.length === 0 ? 'example.org' : ''}
        readOnly={isReadOnly}
        splitChars={[',', ' ', ';']}
        acceptValueOnBlur
        {...form.getInputProps('mailDomains')}
      />
      <Select
        label={own.language}
        allowDeselect={false}
        readOnly={isReadOnly}
        data={[
          { value: '', label: said.asAbove },
          { value: 'en', label: 'English' },
          { value: 'de', label: 'Deutsch' },
        ]}
        {...form.getInputProps('language')}
      />
      <TextInput
        label={own.externalId}
        description={own.externalAbout}
        readOnly={isReadOnly}
        classNames={{ input: 'mono' }}
        {...form.getInputProps('externalId')}
      />
    </SettingForm>
  );
}
