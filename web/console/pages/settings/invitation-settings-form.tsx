// How a site invites: who writes, how long links work, when people are reminded, how long a run waits.
import { NumberInput, TagsInput, TextInput } from '@mantine/core';
import { useForm } from '@mantine/form';
import { useQuery } from '@tanstack/react-query';
import type { InvitationSettingsPut, InvitationSettingsWire } from '../../../../api/wire-invitations.ts';
import { invitationSettingsQuery, saveInvitationSettings } from '../../client/mail-texts.ts';
import { useRights } from '../../context/rights.ts';
import { faultsOnto, useSaving } from '../../kit/saving.ts';
import { Loaded } from '../../kit/states.tsx';
import { useFormats } from '../../words/formats.ts';
import { useWords } from '../../words/language.tsx';
import { SettingForm } from './form.tsx';
import { mailsWords } from './mails-words.ts';
import { settingsWords } from './settings-words.ts';

export function InvitationSettingsForm({ siteId }: { siteId: number }) {
  const query = useQuery(invitationSettingsQuery(siteId));
  return <Loaded query={query}>{(settings) => <Form siteId={siteId} settings={settings} />}</Loaded>;
}

function Form({
  siteId,
  settings: { own: ours, effective },
}: {
  siteId: number;
  settings: InvitationSettingsWire;
}) {
  const said = useWords(settingsWords);
  const own = useWords(mailsWords);
  const { decimal } = useFormats();
  const { may } = useRights();
  const mayWrite = may('invitations:write', siteId);
  const form = useForm({
    initialValues: {
      office: ours.office ?? '',
      replyTo: ours.replyTo ?? '',
      linkDays: (ours.linkDays ?? '') as number | '',
      reminderDays: (ours.reminderDays ?? []).map(String),
      deadlineDays: (ours.deadlineDays ?? '') as number | '',
    },
  });
  const { mutate, isPending } = useSaving({
    save: (body: InvitationSettingsPut) => saveInvitationSettings(siteId, body),
    renews: ['mail-texts'],
    done: said.saved,
    onFault: faultsOnto(form),
  });
  const submit = form.onSubmit(({ office, replyTo, linkDays, reminderDays, deadlineDays }) =>
    mutate({
      office: office.trim() || null,
      replyTo: replyTo.trim() || null,
      linkDays: linkDays === '' ? null : linkDays,
      reminderDays: reminderDays.length === 0 ? null : reminderDays.map(Number).sort((a, b) => a - b),
      deadlineDays: deadlineDays === '' ? null : deadlineDays,
    }),
  );
  const input = (name: 'office' | 'replyTo' | 'linkDays' | 'deadlineDays') => ({
    readOnly: !mayWrite,
    ...form.getInputProps(name),
  });
  return (
    <SettingForm
      title={own.settings}
      about={own.empty}
      onSave={mayWrite ? submit : undefined}
      isBusy={isPending}
    >
      <TextInput
        label={own.office}
        description={own.officeAbout}
        placeholder={effective.office.value ?? ''}
        {...input('office')}
      />
      <TextInput
        label={own.replyTo}
        description={own.replyToAbout}
        placeholder={effective.replyTo.value ?? ''}
        {...input('replyTo')}
      />
      <NumberInput
        label={own.linkDays}
        min={0}
        description={own.now(decimal(effective.linkDays.value))}
        {...input('linkDays')}
      />
      <TagsInput
        label={own.reminderDays}
        description={`${own.reminderAbout} ${own.now(effective.reminderDays.value.map(decimal).join(', ') || '–')}`}
        acceptValueOnBlur
        readOnly={!mayWrite}
        {...form.getInputProps('reminderDays')}
      />
      <NumberInput
        label={own.deadlineDays}
        min={0}
        description={own.now(decimal(effective.deadlineDays.value))}
        {...input('deadlineDays')}
      />
    </SettingForm>
  );
}
