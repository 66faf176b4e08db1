// Somebody new, by hand.
import { Button, Select } from '@mantine/core';
import { useForm } from '@mantine/form';
import { useMutation, useQuery } from '@tanstack/react-query';
import { Link, useNavigate } from '@tanstack/react-router';
import { useRef, useState } from 'react';
import type { FieldDefinitionWire, Site } from '../../../../api/wire-org.ts';
import { ApiProblem } from '../../client/client.ts';
import { fieldsQuery } from '../../client/fields.ts';
import { createPerson, peopleChanged } from '../../client/person.ts';
import { useKeys } from '../../context/keys.ts';
import { useRights } from '../../context/rights.ts';
import { useSite, useSites } from '../../context/site.ts';
import { Page } from '../../frame/page.tsx';
import { EditButton } from '../../kit/edit-button.tsx';
import { Panel } from '../../kit/panel.tsx';
import { Forbidden, Loaded } from '../../kit/states.tsx';
import { toast } from '../../kit/toast.ts';
import { useWords } from '../../words/language.tsx';
import { formWords } from './form-words.ts';
import { LeaveGuard } from './leave-guard.tsx';
import styles from './person-form.module.css';
import { PersonInputs } from './person-form.tsx';
import { differing, editFrom, faultsByPlace, valuesOf } from './person-values.ts';
import { personWords } from './person-words.ts';

export default function NewPersonPage() {
  const words = useWords(formWords);
  const { people } = useWords(personWords);
  const { may } = useRights();
  const here = useSite();
  const sites = useSites().filter(({ id }) => may('people:create', id));
  const [chosen, setChosen] = useState<number>();
  const site = sites.find(({ id }) => id === (chosen ?? here?.id)) ?? sites[0];
  const fields = useQuery(fieldsQuery(site?.id));
  return (
    <Page title={words.newTitle} crumbs={<Link to="/people">{people}</Link>} width="reading">
      {here !== undefined && site === undefined ? (
        <Forbidden>{words.noRight}</Forbidden>
      ) : (
        <Loaded query={fields}>
          {(definitions) =>
            site && (
              <NewPersonForm
                key={site.id}
                site={site}
                sites={sites}
                definitions={definitions}
                onSite={setChosen}
              />
            )
          }
        </Loaded>
      )}
    </Page>
  );
}

type Props = {
  site: Site;
  sites: readonly Site[];
  definitions: readonly FieldDefinitionWire[];
  onSite: (id: number) => void;
};

function NewPersonForm({ site, sites, definitions, onSite }: Props) {
  const words = useWords(formWords);
  const navigate = useNavigate();
  const empty = valuesOf(undefined, definitions);
  const form = useForm({ initialValues: empty });
  const isDone = useRef(false);
  const saving = useMutation({
    mutationFn: () =>
      createPerson({
        siteId: site.id,
        identifier: form.values.identifier,
        ...editFrom(empty, form.values),
      }),
    onSuccess: async (person) => {
      isDone.current = true;
      toast(words.created(person.displayName || (person.identifier ?? '')));
      await peopleChanged();
      await navigate({ to: '/people/$id', params: { id: String(person.id) } });
    },
    onError: (error) =>
      form.setErrors(
        error instanceof ApiProblem
          ? faultsByPlace(error, definitions)
          : { '': error instanceof Error ? error.message : String(error) },
      ),
  });
  const submit = form.onSubmit(() => saving.mutate());
  useKeys({ 'ctrl+enter': () => submit() });
  const faults = Object.keys(form.errors).filter((place) => place !== '').length;
  return (
    <form onSubmit={submit} noValidate>
      <LeaveGuard changed={() => (isDone.current ? 0 : differing(empty, form.values).length)} />
      <Panel title={words.details}>
        {form.errors[''] !== undefined && (
          <p role="alert" className={styles['fault']}>
            {form.errors['']}
          </p>
        )}
        {faults > 0 && (
          <p role="alert" className={styles['fault']}>
            {words.faults(faults)}
          </p>
        )}
        {sites.length > 1 && (
          <Select
            mb="lg"
            label={words.site}
            description={words.siteHint}
            allowDeselect={false}
            searchable
            data={sites.map(({ id, name }) => ({ value: String(id), label: `${name} · ${id}` }))}
            value={String(site.id)}
            onChange={(value) => value !== null && onSite(Number(value))}
          />
        )}
        <PersonInputs form={form} siteId={site.id} definitions={definitions} />
      </Panel>
      <div className={styles['foot']}>
        <Button variant="default" component={Link} to="/people">
          {words.cancel}
        </Button>
        <EditButton type="submit" siteId={site.id} loading={saving.isPending}>
          {words.create}
        </EditButton>
      </div>
    </form>
  );
}
