// One person: photo, fields, cards, roles, and the history of changes.
import { Button } from '@mantine/core';
import { IconUserOff } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { Link, useNavigate, useParams, useSearch } from '@tanstack/react-router';
import { useEffect, useState } from 'react';
import type { Person } from '../../../../api/wire-person.ts';
import { HISTORY_FILTERS, type HistoryFilter } from '../../../../domain/person-history.ts';
import { ApiProblem } from '../../client/client.ts';
import { fieldsQuery } from '../../client/fields.ts';
import { personQuery } from '../../client/person.ts';
import { useKeys } from '../../context/keys.ts';
import { useRights } from '../../context/rights.ts';
import { Page } from '../../frame/page.tsx';
import { useEditReason } from '../../kit/edit-button.tsx';
import { Failure, Message, Waiting } from '../../kit/states.tsx';
import { useWords } from '../../words/language.tsx';
import styles from './person.module.css';
import { PersonActions } from './person-actions.tsx';
import { PersonCards } from './person-cards.tsx';
import { PersonDetails } from './person-details.tsx';
import { PersonEditing } from './person-edit.tsx';
import { PersonHistory } from './person-history.tsx';
import { PersonRoles } from './person-roles.tsx';
import { personWords } from './person-words.ts';

export default function PersonPage() {
  const words = useWords(personWords);
  const id = Number(useParams({ strict: false }).id);
  const person = useQuery(personQuery(id));
  const crumbs = <Link to="/people">{words.people}</Link>;
  if (person.data) return <OnePerson key={id} person={person.data} />;
  const isMissing = person.error instanceof ApiProblem && [400, 404].includes(person.error.status);
  return (
    <Page title={words.title} crumbs={crumbs}>
      {isMissing ? (
        <Message
          icon={IconUserOff}
          title={words.gone}
          action={
            <Button variant="default" component={Link} to="/people">
              {words.toPeople}
            </Button>
          }
        />
      ) : person.isError ? (
        <Failure error={person.error} onRetry={() => void person.refetch()} />
      ) : (
        <Waiting lines={8} height={44} />
      )}
    </Page>
  );
}

function OnePerson({ person }: { person: Person }) {
  const words = useWords(personWords);
  const { may } = useRights();
  const navigate = useNavigate();
  const { history: asked, edit } = useSearch({ strict: false }) as { history?: string; edit?: string };
  const filter = HISTORY_FILTERS.find((one) => one === asked) ?? 'all';
  const fields = useQuery(fieldsQuery(person.siteId));
  const isLocked = useEditReason(person.siteId) !== undefined;
  const mayEdit = person.status === 'active' && may('people:update', person.siteId);
  // Come from *Edit* in a list: asked once, and a reload shows the person.
  const [isEditing, setEditing] = useState(() => edit !== undefined && mayEdit && !isLocked);
  // biome-ignore lint/correctness/useExhaustiveDependencies: of the address that was come to
  useEffect(() => {
    if (edit !== undefined) show(filter);
  }, []);
  useKeys({ e: () => setEditing(true) }, { isOff: isEditing || !mayEdit || isLocked });
  useKeys({ escape: () => navigate({ to: '/people' }) }, { isOff: isEditing });
  const show = (history: HistoryFilter) =>
    void navigate({
      to: '/people/$id',
      params: { id: String(person.id) },
      search: history === 'all' ? {} : { history },
      replace: true,
    });
  const name = person.displayName || (person.identifier ?? words.status[person.status]);
  // Without its fields the page would grow under whoever reads it.
  if (fields.isPending)
    return (
      <Page title={name} crumbs={<Link to="/people">{words.people}</Link>} isHeading={isEditing}>
        <Waiting lines={8} height={44} />
      </Page>
    );
  return (
    <Page
      title={name}
      crumbs={<Link to="/people">{words.people}</Link>}
      isHeading={isEditing}
      actions={
        !isEditing && (
          <PersonActions person={person} name={name} onEdit={mayEdit ? () => setEditing(true) : undefined} />
        )
      }
    >
      <div className={styles['page']} data-editing={isEditing || undefined}>
        <div className={styles['left']}>
          {isEditing && fields.data ? (
            <PersonEditing person={person} definitions={fields.data} onEnd={() => setEditing(false)} />
          ) : (
            <PersonDetails person={person} name={name} definitions={fields.data ?? []} />
          )}
          {person.status !== 'anonymized' && (
            <>
              <PersonCards person={person} />
              <PersonRoles person={person} name={name} />
            </>
          )}
        </div>
        <PersonHistory personId={person.id} filter={filter} onFilter={show} />
      </div>
    </Page>
  );
}
