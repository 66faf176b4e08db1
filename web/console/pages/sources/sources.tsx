// Where files come from by themselves: each source with its schedule, its last file and how it stands.
import { Button } from '@mantine/core';
import { IconPlus, IconRefresh } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import type { ReactNode } from 'react';
import type { Source } from '../../../../api/wire-sources.ts';
import { sourcesQuery } from '../../client/sources.ts';
import { useRights } from '../../context/rights.ts';
import { useSite } from '../../context/site.ts';
import { Page } from '../../frame/page.tsx';
import { Forbidden, Loaded, Message, Waiting } from '../../kit/states.tsx';
import { useFormats } from '../../words/formats.ts';
import { useWords } from '../../words/language.tsx';
import { PLACE_ICONS, placeLine, SourceBadges } from './source-state.tsx';
import { sourceWords } from './source-words.ts';
import styles from './sources.module.css';

export default function SourcesPage() {
  const said = useWords(sourceWords);
  const site = useSite();
  const { may, mayAnywhere } = useRights();
  const query = useQuery({
    ...sourcesQuery(site?.id),
    enabled: site !== undefined && mayAnywhere('bulk-actions:read'),
  });
  const add = may('sources:write') && (
    <Button
      leftSection={<IconPlus size={18} stroke={1.75} aria-hidden />}
      renderRoot={(props) => <Link to="/sources/$id" params={{ id: 'new' }} {...props} />}
    >
      {said.add}
    </Button>
  );
  const hasSome = query.data !== undefined && query.data.length > 0;
  return (
    <Page title={said.title} actions={hasSome && add}>
      {mayAnywhere('bulk-actions:read') ? (
        <Loaded query={query} waiting={<Waiting lines={6} height={56} />}>
          {(sources) =>
            sources.length === 0 ? (
              <Message icon={IconRefresh} title={said.empty} action={add}>
                {said.emptyText}
              </Message>
            ) : (
              <SourceTable sources={sources} />
            )
          }
        </Loaded>
      ) : (
        <Forbidden>{said.mayNotSee}</Forbidden>
      )}
    </Page>
  );
}

function SourceTable({ sources }: { sources: readonly Source[] }) {
  const said = useWords(sourceWords);
  const heads = [said.name, said.where, said.looks, said.lastFile, said.next, said.today, said.state];
  return (
    <div className={styles['frame']}>
      <table className={styles['table']}>
        <thead>
          <tr>
            {heads.map((head) => (
              <th key={head} scope="col">
                {head}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {sources.map((source) => (
            <SourceRow key={source.id} source={source} />
          ))}
        </tbody>
      </table>
    </div>
  );
}

function SourceRow({ source }: { source: Source }) {
  const said = useWords(sourceWords);
  const formats = useFormats();
  const { lastFile, place } = source;
  const Sign = PLACE_ICONS[place.kind];
  return (
    <tr>
      <th scope="row">
        <Link to="/sources/$id" params={{ id: String(source.id) }} className={styles['name']}>
          {source.name}
        </Link>
      </th>
      <Cell label={said.where}>
        <span className={styles['place']}>
          <Sign size={16} stroke={1.75} aria-hidden />
          <span>
            <span className="visually-hidden">{said.kinds[place.kind]} </span>
            {placeLine(place)}
          </span>
        </span>
      </Cell>
      <Cell label={said.looks}>{source.scheduleInWords}</Cell>
      <Cell label={said.lastFile}>
        {lastFile ? (
          <>
            <span className={styles['file']}>{lastFile.name}</span>{' '}
            <span className={styles['meta']}>{formats.relative(lastFile.at)}</span>
          </>
        ) : (
          <span className={styles['meta']}>{said.never}</span>
        )}
      </Cell>
      <Cell label={said.next}>
        {source.nextAt ? formats.dateTime(source.nextAt) : <span className={styles['meta']}>–</span>}
      </Cell>
      <Cell label={said.today}>{said.files(source.filesToday, formats.number(source.filesToday))}</Cell>
      <td className={styles['states']}>
        <SourceBadges source={source} />
      </td>
    </tr>
  );
}

/** On a phone each cell says what it is. */
const Cell = ({ label, children }: { label: string; children: ReactNode }) => (
  <td data-label={label}>{children}</td>
);
