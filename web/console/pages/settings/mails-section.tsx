// What cardholders are told: each mail in each language with its preview, and how the site invites.
import { Button, SegmentedControl, Textarea, TextInput } from '@mantine/core';
import { useForm } from '@mantine/form';
import { useDebouncedValue } from '@mantine/hooks';
import { useQuery } from '@tanstack/react-query';
import { useRef, useState } from 'react';
import type { InvitationTextWire } from '../../../../api/wire-invitations.ts';
import { INVITATION_MAILS } from '../../../../domain/invitation.ts';
import type { Language } from '../../../../domain/language.ts';
import {
  leaveMailText,
  type MailWhat,
  mailPreviewQuery,
  mailTextQuery,
  saveMailText,
  type TextValues,
} from '../../client/mail-texts.ts';
import { useRights } from '../../context/rights.ts';
import { useSites } from '../../context/site.ts';
import { Panel } from '../../kit/panel.tsx';
import { faultsOnto, useSaving } from '../../kit/saving.ts';
import { Failure, Loaded } from '../../kit/states.tsx';
import { useLanguage, useWords } from '../../words/language.tsx';
import { SettingForm } from './form.tsx';
import { InvitationSettingsForm } from './invitation-settings-form.tsx';
import { MailPicture } from './mail-picture.tsx';
import styles from './mails-section.module.css';
import { mailsWords } from './mails-words.ts';
import type { SectionProps } from './settings.tsx';
import { settingsWords } from './settings-words.ts';

const TYPING_MS = 400;

export default function MailsSection({ siteId }: SectionProps) {
  const said = useWords(settingsWords);
  const own = useWords(mailsWords);
  const [what, setWhat] = useState<MailWhat | 'settings'>('invitation');
  const [language, setLanguage] = useState<Language>(useLanguage());
  return (
    <div className={styles['section']}>
      <div className={styles['head']}>
        <h2 className={styles['title']}>{said.sections.mails.title}</h2>
        <p className={styles['about']}>{said.sections.mails.about}</p>
        <div className={styles['choices']}>
          <SegmentedControl
            aria-label={own.mail}
            value={what}
            onChange={(value) => setWhat(value as MailWhat | 'settings')}
            data={[
              ...INVITATION_MAILS.map((mail) => ({ value: mail, label: own.mails[mail] })),
              { value: 'settings', label: own.settings },
            ]}
          />
          {what !== 'settings' && (
            <SegmentedControl
              aria-label={own.language}
              value={language}
              onChange={(value) => setLanguage(value as Language)}
              data={[
                { value: 'en', label: 'English' },
                { value: 'de', label: 'Deutsch' },
              ]}
            />
          )}
        </div>
      </div>
      {what === 'settings' ? (
        <InvitationSettingsForm siteId={siteId} />
      ) : (
        <MailText key={`${what} ${language}`} siteId={siteId} what={what} language={language} />
      )}
    </div>
  );
}

type TextProps = { siteId: number; what: MailWhat; language: Language };

function MailText(props: TextProps) {
  const query = useQuery(mailTextQuery(props.siteId, props.language, props.what));
  return <Loaded query={query}>{(text) => <TextForm key={text.fromSiteId} {...props} text={text} />}</Loaded>;
}

function TextForm({ siteId, what, language, text }: TextProps & { text: InvitationTextWire }) {
  const said = useWords(settingsWords);
  const own = useWords(mailsWords);
  const { may } = useRights();
  const sites = useSites();
  const mayWrite = may('invitations:write', siteId);
  const area = useRef<HTMLTextAreaElement>(null);
  const form = useForm({ initialValues: { subject: text.subject, text: text.text } });
  const [shown] = useDebouncedValue(form.values, TYPING_MS);
  const [look, setLook] = useState<'picture' | 'words'>('picture');
  const preview = useQuery({
    ...mailPreviewQuery(siteId, language, what, shown),
    placeholderData: (before) => before,
  });
  const save = useSaving({
    save: (values: TextValues) => saveMailText(siteId, language, what, values),
    renews: ['mail-texts'],
    done: said.saved,
    onFault: faultsOnto(form),
  });
  const leave = useSaving({
    save: (_: undefined) => leaveMailText(siteId, language, what),
    renews: ['mail-texts'],
    done: own.left,
  });
  /** Puts a placeholder where the cursor is. */
  const insert = (placeholder: string) => {
    const { selectionStart = form.values.text.length, selectionEnd = selectionStart } = area.current ?? {};
    const before = form.values.text.slice(0, selectionStart);
    form.setFieldValue('text', `${before}{${placeholder}}${form.values.text.slice(selectionEnd)}`);
    area.current?.focus();
  };
  const from = sites.find(({ id }) => id === text.fromSiteId);
  return (
    <div className={styles['both']}>
      <SettingForm
        title={own.mails[what]}
        about={text.fromSiteId === siteId ? own.ofThisSite : from ? said.saidBy(from.name) : own.builtIn}
        onSave={mayWrite ? form.onSubmit((values) => save.mutate(values)) : undefined}
        isBusy={save.isPending}
        others={
          mayWrite &&
          text.fromSiteId === siteId && (
            <Button variant="default" loading={leave.isPending} onClick={() => leave.mutate(undefined)}>
              {said.asAbove}
            </Button>
          )
        }
      >
        <TextInput label={own.subject} required readOnly={!mayWrite} {...form.getInputProps('subject')} />
        <Textarea
          ref={area}
          label={own.text}
          description={own.textAbout}
          required
          autosize
          minRows={10}
          readOnly={!mayWrite}
          {...form.getInputProps('text')}
        />
        {mayWrite && (
          <div className={styles['placeholders']}>
            <span>{own.insert}</span>
            {text.placeholders.map((placeholder) => (
              <Button
                key={placeholder}
                variant="default"
                size="compact-sm"
                onClick={() => insert(placeholder)}
              >
                {`{${placeholder}}`}
              </Button>
            ))}
          </div>
        )}
      </SettingForm>
      <Panel
        title={own.preview}
        isFlush
        className={styles['preview'] ?? ''}
        aside={
          <SegmentedControl
            aria-label={own.preview}
            size="xs"
            value={look}
            onChange={(value) => setLook(value as 'picture' | 'words')}
            data={[
              { value: 'picture', label: own.picture },
              { value: 'words', label: own.words },
            ]}
          />
        }
      >
        {preview.data ? (
          <>
            <p className={styles['subject']}>{preview.data.subject}</p>
            {look === 'picture' ? (
              <MailPicture html={preview.data.html} title={`${own.preview} ${preview.data.subject}`} />
            ) : (
              <pre className={styles['page']}>{preview.data.text}</pre>
            )}
          </>
        ) : (
          preview.isError && <Failure error={preview.error} />
        )}
      </Panel>
    </div>
  );
}
