// API keys: who has which, and a new one, which is shown once.
import { Alert, Button, Checkbox, CopyButton, MultiSelect, Select, TextInput } from '@mantine/core';
import { useForm } from '@mantine/form';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import type { ApiKey } from '../../../../api/wire-sign-in.ts';
import type { Permission } from '../../../../domain/rights.ts';
import { apiKeysQuery, createApiKey, endApiKey, type NewApiKey } from '../../client/api-keys.ts';
import { rolesAtQuery } from '../../client/organisation.ts';
import { faultsOnto, useSaving } from '../../kit/saving.ts';
import { Loaded, Message } from '../../kit/states.tsx';
import { useFormats } from '../../words/formats.ts';
import { dictionary, useWords } from '../../words/language.tsx';
import { SettingForm } from './form.tsx';
import { ListAndForm } from './list-and-form.tsx';
import { PERMISSION_GROUPS, permissionWords } from './permission-words.ts';
import type { SectionProps } from './settings.tsx';
import { settingsWords } from './settings-words.ts';

const words = dictionary({
  en: {
    gone: 'There is no such key any more.',
    name: 'Name',
    email: 'Email of the admin whose rights it carries',
    emailAbout: 'Somebody who is not there yet is made, with no password.',
    role: 'Role to give them on this site',
    noRole: 'None: they have theirs',
    limited: 'Limit it to some permissions',
    scopes: 'Permissions',
    all: 'All that its admin holds',
    made: 'Made',
    used: 'Last used',
    never: 'never',
    end: 'End this key',
    ended: 'The key has ended.',
    shownOnce: 'This is the key. It is shown this once: copy it now.',
    copy: 'Copy key',
    copied: 'Copied',
  },
  de: {
    gone: 'Diesen Schlüssel gibt es nicht mehr.',
    name: 'Name',
    email: 'E-Mail des Admins, dessen Rechte er trägt',
    emailAbout: 'Wer noch nicht da ist, wird angelegt, ohne Passwort.',
    role: 'Rolle, die er an diesem Standort bekommt',
    noRole: 'Keine: Er hat seine',
    limited: 'Auf einige Rechte beschränken',
    scopes: 'Rechte',
    all: 'Alles, was sein Admin darf',
    made: 'Angelegt',
    used: 'Zuletzt benutzt',
    never: 'nie',
    end: 'Schlüssel beenden',
    ended: 'Der Schlüssel ist beendet.',
    shownOnce: 'Das ist der Schlüssel. Er wird nur dieses eine Mal gezeigt: Kopieren Sie ihn jetzt.',
    copy: 'Schlüssel kopieren',
    copied: 'Kopiert',
  },
});

export default function KeysSection({ siteId, id }: SectionProps) {
  const said = useWords(settingsWords);
  const own = useWords(words);
  const { shortDate } = useFormats();
  const query = useQuery(apiKeysQuery);
  return (
    <Loaded query={query}>
      {(keys) => {
        const open = keys.find((key) => String(key.id) === id);
        return (
          <ListAndForm
            section="keys"
            {...said.sections.keys}
            addLabel={said.sections.keys.add}
            openId={id}
            items={keys.map((key) => ({
              id: String(key.id),
              label: key.name,
              note: key.lastUsedAt ? shortDate(key.lastUsedAt) : own.never,
            }))}
          >
            {id === 'new' ? (
              <NewKey siteId={siteId} />
            ) : open ? (
              <OneKey key={open.id} apiKey={open} />
            ) : (
              <Message title={own.gone} />
            )}
          </ListAndForm>
        );
      }}
    </Loaded>
  );
}

function OneKey({ apiKey }: { apiKey: ApiKey }) {
  const own = useWords(words);
  const { permissions } = useWords(permissionWords);
  const { dateTime } = useFormats();
  const { mutate, isPending } = useSaving({ save: endApiKey, renews: ['api-keys'], done: own.ended });
  return (
    <SettingForm
      title={apiKey.name}
      others={
        <Button color="red" loading={isPending} onClick={() => mutate(apiKey.id)}>
          {own.end}
        </Button>
      }
    >
      <dl style={{ display: 'grid', gridTemplateColumns: '160px 1fr', gap: 8, margin: 0 }}>
        <dt>{own.made}</dt>
        <dd style={{ margin: 0 }}>{dateTime(apiKey.createdAt)}</dd>
        <dt>{own.used}</dt>
        <dd style={{ margin: 0 }}>{apiKey.lastUsedAt ? dateTime(apiKey.lastUsedAt) : own.never}</dd>
        <dt>{own.scopes}</dt>
        <dd style={{ margin: 0 }}>
          {apiKey.scopes ? apiKey.scopes.map((one) => permissions[one]).join(', ') : own.all}
        </dd>
      </dl>
    </SettingForm>
  );
}

function NewKey({ siteId }: { siteId: number }) {
  const said = useWords(settingsWords);
  const own = useWords(words);
  const { groups, permissions } = useWords(permissionWords);
  const roles = useQuery(rolesAtQuery(siteId));
  const [made, setMade] = useState<string>();
  const form = useForm({
    initialValues: { name: '', email: '', role: '', isLimited: false, scopes: [] as string[] },
  });
  const { mutate, isPending } = useSaving({
    save: (body: NewApiKey) => createApiKey(body),
    renews: ['api-keys'],
    onDone: ({ key }) => setMade(key),
    onFault: faultsOnto(form),
  });
  if (made !== undefined)
    return (
      <Alert color="petrol" title={own.shownOnce} role="status">
        <TextInput readOnly aria-label={own.copy} value={made} classNames={{ input: 'mono' }} mb={12} />
        <CopyButton value={made}>
          {({ copied, copy }) => <Button onClick={copy}>{copied ? own.copied : own.copy}</Button>}
        </CopyButton>
      </Alert>
    );
  const submit = form.onSubmit(({ name, email, role, isLimited, scopes }) =>
    mutate({
      name,
      email,
      siteId,
      ...(role !== '' && { role }),
      ...(isLimited && { scopes: scopes as Permission[] }),
    }),
  );
  return (
    <SettingForm title={said.sections.keys.add} onSave={submit} isBusy={isPending}>
      <TextInput label={own.name} required {...form.getInputProps('name')} />
      <TextInput
        label={own.email}
        description={own.emailAbout}
        type="email"
        required
        {...form.getInputProps('email')}
      />
      <Select
        label={own.role}
        allowDeselect={false}
        data={[
          { value: '', label: own.noRole },
          ...(roles.data ?? []).map(({ name }) => ({ value: name, label: name })),
        ]}
        {...form.getInputProps('role')}
      />
      <Checkbox label={own.limited} {...form.getInputProps('isLimited', { type: 'checkbox' })} />
      {form.values.isLimited && (
        <MultiSelect
          label={own.scopes}
          searchable
          data={PERMISSION_GROUPS.map(({ name, permissions: some }) => ({
            group: groups[name],
            items: some.map((one) => ({ value: one, label: permissions[one] })),
          }))}
          {...form.getInputProps('scopes')}
        />
      )}
    </SettingForm>
  );
}
