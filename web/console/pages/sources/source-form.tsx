// A source set up or changed: where, which files, how, when and whom to tell, with the way there tried before it is saved.
import { Button, TextInput } from '@mantine/core';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { Link, useNavigate } from '@tanstack/react-router';
import { type FormEvent, useEffect, useRef, useState } from 'react';
import type { Source } from '../../../../api/wire-sources.ts';
import { ApiProblem } from '../../client/client.ts';
import { changeSource, createSource, sourceQuery, testNewSource, testSource } from '../../client/sources.ts';
import { useKeys } from '../../context/keys.ts';
import { useSite } from '../../context/site.ts';
import { Page } from '../../frame/page.tsx';
import { Panel } from '../../kit/panel.tsx';
import { toast } from '../../kit/toast.ts';
import { useLanguage, useWords } from '../../words/language.tsx';
import { askedOf } from './source-asked.ts';
import { type FormFault, formFaults, placeFaults } from './source-faults.ts';
import styles from './source-form.module.css';
import { PlaceFields } from './source-form-place.tsx';
import { HowFields, WhichFields, WhomFields } from './source-form-rules.tsx';
import { SafetyFields } from './source-form-safety.tsx';
import { ScheduleFields } from './source-form-schedule.tsx';
import { formWords } from './source-form-words.ts';
import { TestSteps } from './source-test.tsx';
import { EMPTY_VALUES, type SourceValues, valuesOf } from './source-values.ts';
import { sourceWords } from './source-words.ts';

export type FieldsProps = {
  values: SourceValues;
  set: (changed: Partial<SourceValues>) => void;
  /** What is wrong with what stands at a path of the request, or below it unless it is to be exact. */
  faultAt: (path: string, isExact?: boolean) => string | undefined;
};

export default function SourceForm({ source }: { source?: Source }) {
  const said = useWords(formWords);
  const { title, tested: testedWords } = useWords(sourceWords);
  const language = useLanguage();
  const client = useQueryClient();
  const navigate = useNavigate();
  const site = useSite();
  const [values, setValues] = useState(() => (source ? valuesOf(source) : EMPTY_VALUES));
  const set = (changed: Partial<SourceValues>) => setValues((before) => ({ ...before, ...changed }));
  const back = source ? `/sources/${source.id}` : '/sources';
  const save = useMutation({
    mutationFn: () => {
      const asked = askedOf(values, source);
      return source
        ? changeSource(source.id, { ...asked, version: source.version })
        : createSource({ siteId: site?.id ?? 0, ...asked });
    },
    onSuccess: (saved) => {
      client.setQueryData(sourceQuery(saved.id).queryKey, saved);
      void client.invalidateQueries({ queryKey: ['sources'] });
      toast(source ? said.saved : said.created);
      void navigate({ to: '/sources/$id', params: { id: String(saved.id) }, search: {} });
    },
  });
  const tested = useMutation({
    mutationFn: () => {
      const { place, parts, readiness, rowCount, secret } = askedOf(values, source);
      const asked = { place, parts, readiness, rowCount, ...(secret && { secret }) };
      return source ? testSource(source.id, asked) : testNewSource({ siteId: site?.id ?? 0, ...asked });
    },
  });
  /** Found here, before anything was sent. */
  const [found, setFound] = useState<readonly FormFault[]>([]);
  const refused = [save.error, tested.error].flatMap((error) =>
    error instanceof ApiProblem ? (error.problem.errors ?? []) : [],
  );
  const faults = [...found, ...refused].map(({ path, message }) => ({
    path: path.replace(/^body\./, ''),
    message,
  }));
  const faultAt: FieldsProps['faultAt'] = (path, isExact = false) =>
    faults.find((one) => one.path === path || (!isExact && one.path.startsWith(`${path}.`)))?.message;
  const form = useRef<HTMLFormElement>(null);
  const first = faults[0]?.path;
  useEffect(() => {
    if (first !== undefined) form.current?.querySelector<HTMLElement>('[aria-invalid="true"]')?.focus();
  }, [first]);
  const fields = { values, set, faultAt };
  const isMoved = save.error instanceof ApiProblem && save.error.status === 409 && source !== undefined;
  const submit = (event?: FormEvent) => {
    event?.preventDefault();
    if (save.isPending) return;
    tested.reset();
    save.reset();
    const wrong = formFaults(askedOf(values, source), said, language);
    setFound(wrong);
    if (wrong.length === 0) save.mutate();
  };
  const test = () => {
    save.reset();
    const wrong = placeFaults(askedOf(values, source), said);
    setFound(wrong);
    if (wrong.length === 0) tested.mutate();
    else tested.reset();
  };
  useKeys({ 'ctrl+enter': () => submit() });
  const refusal = save.error ?? tested.error;
  return (
    <Page
      title={source ? said.editTitle(source.name) : said.newTitle}
      crumbs={<Link to="/sources">{title}</Link>}
      width="reading"
    >
      <form ref={form} className={styles['form']} onSubmit={submit} noValidate>
        <TextInput
          label={said.name}
          required
          value={values.name}
          maxLength={100}
          error={faultAt('name')}
          onChange={(event) => set({ name: event.currentTarget.value })}
        />
        <Panel title={said.sections.where}>
          <PlaceFields {...fields} hasSecret={source?.hasSecret ?? false} />
        </Panel>
        <Panel title={said.sections.which}>
          <WhichFields {...fields} source={source} />
        </Panel>
        <Panel title={said.sections.how}>
          <HowFields {...fields} source={source} siteId={source?.siteId ?? site?.id} />
        </Panel>
        <Panel title={said.sections.safety}>
          <SafetyFields {...fields} hasOneRun={source === undefined || source.parts.length === 1} />
        </Panel>
        <Panel title={said.sections.when}>
          <ScheduleFields {...fields} source={source} />
        </Panel>
        <Panel title={said.sections.whom}>
          <WhomFields {...fields} />
        </Panel>
        <div aria-live="polite">
          {tested.isPending && <p>{testedWords.busy}</p>}
          {tested.data && (
            <Panel title={testedWords.title}>
              <div className={styles['fields']}>
                <TestSteps
                  test={tested.data}
                  isSftp={values.kind === 'sftp'}
                  onPin={(keys) => set({ hostKeys: keys.join('\n') })}
                />
              </div>
            </Panel>
          )}
        </div>
        {(refusal || faults.length > 0) && (
          <div role="alert" className={styles['refusal']}>
            {isMoved
              ? said.moved
              : faults.length > 0
                ? said.faults
                : refusal instanceof ApiProblem && refusal.status === 0
                  ? said.away
                  : refusal?.message}
            {faults.length > 0 && (
              <ul>
                {faults.map(({ path, message }) => (
                  <li key={`${path} ${message}`}>
                    {labelOf(path, said)}
                    {message}
                  </li>
                ))}
              </ul>
            )}
            {isMoved && (
              <Button
                variant="default"
                onClick={() => {
                  save.reset();
                  void client
                    .fetchQuery({ ...sourceQuery(source.id), staleTime: 0 })
                    .then((now) => setValues(valuesOf(now)));
                }}
              >
                {said.load}
              </Button>
            )}
          </div>
        )}
        <div className={styles['answers']}>
          <Button variant="default" loading={tested.isPending} onClick={test}>
            {said.test}
          </Button>
          <span className={styles['room']} />
          <Button variant="default" renderRoot={(props) => <Link to={back} search={{}} {...props} />}>
            {said.cancel}
          </Button>
          <Button type="submit" loading={save.isPending}>
            {source ? said.save : said.create}
          </Button>
        </div>
      </form>
    </Page>
  );
}

/** What the field of a fault is called, before what is wrong with it. */
function labelOf(path: string, said: (typeof formWords)['en']): string {
  const names: Readonly<Record<string, string>> = {
    name: said.name,
    path: said.path,
    host: said.host,
    user: said.user,
    port: said.port,
    hostKeys: said.hostKeys,
    url: said.url,
    authHeader: said.authHeader,
    authority: said.authority,
    bucket: said.bucket,
    region: said.region,
    endpoint: said.endpoint,
    secret: said.secret,
    patterns: said.patterns,
    readiness: said.ready,
    rowCount: said.rowCount,
    blackouts: said.blackouts,
    timeZone: said.timeZone,
    cron: said.cronLine,
    everyMinutes: said.minutes,
    notify: said.notify,
  };
  const name = path
    .split('.')
    .reverse()
    .find((part) => part in names);
  return name === undefined ? '' : `${names[name]}: `;
}
