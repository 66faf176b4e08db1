// The sources of the site: what came last, what comes next, and whether they are on time.
import {
  IconCircleCheck,
  IconClockExclamation,
  IconExclamationCircle,
  IconPlayerPause,
} from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import type { Source } from '../../../../api/wire-sources.ts';
import { sourcesQuery } from '../../client/sources.ts';
import { Badge } from '../../kit/badge.tsx';
import { Panel } from '../../kit/panel.tsx';
import { Loaded, Waiting } from '../../kit/states.tsx';
import tables from '../../kit/table.module.css';
import { useWords } from '../../words/language.tsx';
import styles from './home.module.css';
import { useHomeTimes } from './home-times.ts';
import { homeWords } from './home-words.ts';

const SHOWN = 3;

export function HomeSources({ siteId }: { siteId: number | undefined }) {
  const said = useWords(homeWords);
  const query = useQuery(sourcesQuery(siteId));
  return (
    <Panel
      title={said.sources}
      isFlush
      aside={
        <span className={styles['aside']}>
          <Link to="/sources">{said.allSources}</Link>
        </span>
      }
    >
      <Loaded query={query} waiting={<Waiting lines={4} height={40} />}>
        {(sources) =>
          sources.length === 0 ? (
            <p className={styles['quiet']}>{said.noSources}</p>
          ) : (
            <table className={`${tables['table']} ${tables['folding']}`}>
              <thead>
                <tr>
                  <th scope="col">{said.source}</th>
                  <th scope="col">{said.lastFile}</th>
                  <th scope="col">{said.next}</th>
                  <th scope="col">{said.state}</th>
                </tr>
              </thead>
              <tbody>
                {[...sources]
                  .sort((one, other) => Number(isWell(one)) - Number(isWell(other)))
                  .slice(0, SHOWN)
                  .map((source) => (
                    <SourceRow key={source.id} source={source} />
                  ))}
              </tbody>
            </table>
          )
        }
      </Loaded>
    </Panel>
  );
}

const isWell = ({ state, freshness, problem }: Source): boolean =>
  state === 'active' && freshness.staleSince === null && problem === null;

function SourceRow({ source }: { source: Source }) {
  const said = useWords(homeWords);
  const { near, brief } = useHomeTimes();
  const isLate = source.freshness.staleSince !== null;
  const next = source.state === 'paused' ? '–' : isLate ? said.overdue : source.nextAt && near(source.nextAt);
  return (
    <tr>
      <td>
        <Link to="/sources/$id" params={{ id: String(source.id) }}>
          <span className={styles['kind']}>{source.name}</span>
        </Link>
      </td>
      <td data-soft>{source.lastGoodAt === null ? said.none : brief(source.lastGoodAt)}</td>
      <td data-soft>{next ?? said.unknown}</td>
      <td className={styles['badge']}>
        <SourceBadge source={source} />
      </td>
    </tr>
  );
}

function SourceBadge({ source: { state, freshness, problem } }: { source: Source }) {
  const said = useWords(homeWords);
  if (state === 'paused')
    return (
      <Badge tone="warn" icon={IconPlayerPause}>
        {said.isPaused}
      </Badge>
    );
  if (freshness.staleSince !== null)
    return (
      <Badge tone="bad" icon={IconClockExclamation}>
        {said.isLate}
      </Badge>
    );
  if (problem !== null)
    return (
      <Badge tone="bad" icon={IconExclamationCircle}>
        {said.isFailing}
      </Badge>
    );
  return (
    <Badge tone="ok" icon={IconCircleCheck}>
      {said.onTime}
    </Badge>
  );
}
