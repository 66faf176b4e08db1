// People of a site: views, search, filters, columns, and what is done with those who are chosen.
import { Button } from '@mantine/core';
import { IconDownload, IconUserPlus } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { useState } from 'react';
import { peopleCountQuery, peopleCsvAddress } from '../../client/people.ts';
import { useRights } from '../../context/rights.ts';
import { useSite } from '../../context/site.ts';
import { Page } from '../../frame/page.tsx';
import { EditButton } from '../../kit/edit-button.tsx';
import { Forbidden, Waiting } from '../../kit/states.tsx';
import { useFormats } from '../../words/formats.ts';
import { useWords } from '../../words/language.tsx';
import { PeopleTable } from './people-table.tsx';
import { peopleWords } from './people-words.ts';

const ACTIVE = ['status=active'];

export default function PeopleListPage() {
  const said = useWords(peopleWords);
  const formats = useFormats();
  const site = useSite();
  const navigate = useNavigate();
  const { may } = useRights();
  const [shown, setShown] = useState<string>();
  const mayRead = may('people:read');
  const { data: active } = useQuery({
    ...peopleCountQuery({ site: site?.id ?? 0, filters: ACTIVE, text: '' }),
    enabled: site !== undefined && mayRead,
    staleTime: 60_000,
  });
  return (
    <Page
      title={said.title}
      aside={active === undefined ? undefined : said.active(formats.number(active))}
      width="full"
      actions={
        <>
          {may('people:export') && site && (
            <Button
              variant="default"
              leftSection={<IconDownload size={18} stroke={1.75} aria-hidden />}
              component="a"
              href={shown ?? peopleCsvAddress({ site: site.id, filters: ACTIVE, text: '' })}
              download
              visibleFrom="sm"
            >
              {said.exportCsv}
            </Button>
          )}
          {may('people:create') && (
            <EditButton
              leftSection={<IconUserPlus size={18} stroke={1.75} aria-hidden />}
              onClick={() => void navigate({ to: '/people/new' })}
            >
              {said.newPerson}
            </EditButton>
          )}
        </>
      }
    >
      {site === undefined ? (
        <Waiting />
      ) : mayRead ? (
        <PeopleTable key={site.id} siteId={site.id} onShown={setShown} />
      ) : (
        <Forbidden>{said.mayNotRead}</Forbidden>
      )}
    </Page>
  );
}
