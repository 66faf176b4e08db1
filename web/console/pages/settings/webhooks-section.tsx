// Webhooks of a site: where messages go, and how each fared.
import { Alert, Button, Checkbox, CopyButton, Switch, TextInput } from '@mantine/core';
import { useForm } from '@mantine/form';
import { useQuery } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { useState } from 'react';
import type { Webhook } from '../../../../api/wire-webhooks.ts';
import { WEBHOOK_EVENTS, type WebhookEvent } from '../../../../domain/webhook.ts';
import {
  changeWebhook,
  createWebhook,
  removeWebhook,
  rotateSecret,
  testWebhook,
  type WebhookValues,
  webhooksQuery,
} from '../../client/webhooks.ts';
import { faultsOnto, useSaving } from '../../kit/saving.ts';
import { Loaded, Message } from '../../kit/states.tsx';
import { useWords } from '../../words/language.tsx';
import { SettingForm } from './form.tsx';
import { ListAndForm } from './list-and-form.tsx';
import type { SectionProps } from './settings.tsx';
import { settingsWords } from './settings-words.ts';
import { Deliveries } from './webhook-deliveries.tsx';
import { webhooksWords } from './webhooks-words.ts';

export default function WebhooksSection({ siteId, id }: SectionProps) {
  const said = useWords(settingsWords);
  const own = useWords(webhooksWords);
  const query = useQuery(webhooksQuery(siteId));
  // A secret is shown where it was made, until something else is opened.
  const [secret, setSecret] = useState<{ id: number; text: string }>();
  return (
    <Loaded query={query}>
      {(webhooks) => {
        const open = webhooks.find((webhook) => String(webhook.id) === id);
        return (
          <ListAndForm
            section="webhooks"
            {...said.sections.webhooks}
            addLabel={said.sections.webhooks.add}
            openId={id}
            items={webhooks.map((webhook) => ({
              id: String(webhook.id),
              label: hostOf(webhook.url),
              note: webhook.isEnabled ? own.on : own.off,
            }))}
          >
            {open && secret?.id === open.id && <Secret text={secret.text} />}
            {id === 'new' ? (
              <WebhookForm key="new" siteId={siteId} onSecret={setSecret} />
            ) : open ? (
              <WebhookForm key={open.id} siteId={siteId} webhook={open} onSecret={setSecret} />
            ) : (
              <Message title={own.gone} />
            )}
          </ListAndForm>
        );
      }}
    </Loaded>
  );
}

function hostOf(url: string): string {
  try {
    return new URL(url).host;
  } catch {
    return url;
  }
}

function Secret({ text }: { text: string }) {
  const own = useWords(webhooksWords);
  return (
    <Alert color="petrol" title={own.shownOnce} role="status" mb={16}>
      <TextInput readOnly aria-label={own.copy} value={text} classNames={{ input: 'mono' }} mb={12} />
      <CopyButton value={text}>
        {({ copied, copy }) => <Button onClick={copy}>{copied ? own.copied : own.copy}</Button>}
      </CopyButton>
    </Alert>
  );
}

type FormProps = {
  siteId: number;
  webhook?: Webhook;
  onSecret: (secret: { id: number; text: string }) => void;
};

function WebhookForm({ siteId, webhook, onSecret }: FormProps) {
  const said = useWords(settingsWords);
  const own = useWords(webhooksWords);
  const navigate = useNavigate();
  const form = useForm({
    initialValues: {
      url: webhook?.url ?? '',
      events: [...(webhook?.events ?? WEBHOOK_EVENTS)] as string[],
      isEnabled: webhook?.isEnabled ?? true,
    },
  });
  const renews = ['webhooks'];
  const save = useSaving({
    save: async ({ isEnabled, ...values }: WebhookValues & { isEnabled: boolean }) => {
      if (webhook) return changeWebhook(webhook.id, { ...values, isEnabled });
      const made = await createWebhook(siteId, values);
      onSecret({ id: made.id, text: made.secret });
      return made;
    },
    renews,
    done: said.saved,
    onDone: ({ id }) =>
      void navigate({ to: '/settings/$section/$id', params: { section: 'webhooks', id: String(id) } }),
    onFault: faultsOnto(form),
  });
  const rotate = useSaving({
    save: rotateSecret,
    renews,
    onDone: ({ id, secret }) => onSecret({ id, text: secret }),
  });
  const test = useSaving({ save: testWebhook, renews, done: own.tested });
  const remove = useSaving({
    save: removeWebhook,
    renews,
    done: said.removed,
    onDone: () => void navigate({ to: '/settings/$section', params: { section: 'webhooks' } }),
  });
  return (
    <>
      <SettingForm
        title={webhook ? hostOf(webhook.url) : said.sections.webhooks.add}
        about={own.about}
        onSave={form.onSubmit(({ events, ...values }) =>
          save.mutate({ ...values, events: events as WebhookEvent[] }),
        )}
        isBusy={save.isPending}
        others={
          webhook && (
            <>
              <Button variant="default" loading={test.isPending} onClick={() => test.mutate(webhook.id)}>
                {own.test}
              </Button>
              <Button variant="default" loading={rotate.isPending} onClick={() => rotate.mutate(webhook.id)}>
                {own.rotate}
              </Button>
              <Button variant="default" loading={remove.isPending} onClick={() => remove.mutate(webhook.id)}>
                {said.remove}
              </Button>
            </>
          )
        }
      >
        {webhook?.disabledReason && <Alert color="red">{own.disabled(webhook.disabledReason)}</Alert>}
        <TextInput label={own.url} type="url" required spellCheck={false} {...form.getInputProps('url')} />
        <Checkbox.Group label={own.events} {...form.getInputProps('events')}>
          <div style={{ display: 'grid', gap: 8 }}>
            {WEBHOOK_EVENTS.map((event) => (
              <Checkbox key={event} value={event} label={own.eventWords[event]} />
            ))}
          </div>
        </Checkbox.Group>
        {webhook && <Switch label={own.enabled} {...form.getInputProps('isEnabled', { type: 'checkbox' })} />}
      </SettingForm>
      {webhook && <Deliveries id={webhook.id} />}
    </>
  );
}
