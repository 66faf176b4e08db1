// People of a site: views, search, filters, columns, and what is done with those who are chosen.
import { ActionIcon, Button, Menu } from '@mantine/core';
import { IconDots, IconDownload, IconFileImport, IconUserPlus } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { Link, useNavigate } from '@tanstack/react-router';
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
  const csv =
    site && may('people:export')
      ? (shown ?? peopleCsvAddress({ site: site.id, filters: ACTIVE, text: '' }))
      : undefined;
  const mayImport = may('bulk-actions:run');
  return (
    <Page
      title={said.title}
      aside={active === undefined ? undefined : said.active(formats.number(active))}
      width="full"
      actions={
        <>
          {csv !== undefined && (
            <Button
              variant="default"
              leftSection={<IconDownload size={18} stroke={1.75} aria-hidden />}
              component="a"
              href={csv}
              download
              visibleFrom="sm"
            >
              {said.exportCsv}
            </Button>
          )}
          {mayImport && (
            <Button
              variant="default"
              leftSection={<IconFileImport size={18} stroke={1.75} aria-hidden />}
              component={Link}
              to="/import"
              visibleFrom="sm"
            >
              {said.importUsers}
            </Button>
          )}
          {(csv !== undefined || mayImport) && (
            <Menu position="bottom-end" withinPortal>
              <Menu.Target>
                <ActionIcon variant="default" size={34} aria-label={said.pageMore} hiddenFrom="sm">
                  <IconDots size={18} stroke={1.75} aria-hidden />
                </ActionIcon>
              </Menu.Target>
              <Menu.Dropdown>
                {mayImport && (
                  <Menu.Item
                    leftSection={<IconFileImport size={16} aria-hidden />}
                    component={Link}
                    to="/import"
                  >
                    {said.importUsers}
                  </Menu.Item>
                )}
                {csv !== undefined && (
                  <Menu.Item
                    leftSection={<IconDownload size={16} aria-hidden />}
                    component="a"
                    href={csv}
                    download
                  >
                    {said.exportCsv}
                  </Menu.Item>
                )}
              </Menu.Dropdown>
            </Menu>
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
