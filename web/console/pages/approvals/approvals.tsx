// What waits for a second pair of eyes: what the admin may approve, and what they have asked for themselves.
import { IconUserCheck } from '@tabler/icons-react';
import { useInfiniteQuery, useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import type { BulkAction } from '../../../../api/wire.ts';
import { runsQuery } from '../../client/bulk-actions.ts';
import { sessionQuery } from '../../client/session.ts';
import { waitingQuery } from '../../client/waiting.ts';
import { useSite, useSites } from '../../context/site.ts';
import { Page } from '../../frame/page.tsx';
import { Panel } from '../../kit/panel.tsx';
import { RunBadge } from '../../kit/run-badge.tsx';
import { Failure, Message, Waiting } from '../../kit/states.tsx';
import { useFormats } from '../../words/formats.ts';
import { useWords } from '../../words/language.tsx';
import styles from './approvals.module.css';
import { approvalWords } from './approvals-words.ts';
import { useApproval } from './use-approval.ts';

export default function ApprovalsPage() {
  const said = useWords(approvalWords);
  const site = useSite();
  const me = useQuery(sessionQuery).data;
  const query = useInfiniteQuery({
    ...runsQuery({ site: site?.id, state: 'awaiting-approval' }),
    enabled: site !== undefined,
  });
  const waiting = useQuery(waitingQuery(site?.id));
  const runs = query.data?.pages.flatMap(({ items }) => items);
  const mine = new Set(waiting.data?.approvals.map(({ id }) => id));
  const isMine = ({ id }: BulkAction) => mine.has(id);
  const isAsked = ({ startedById }: BulkAction) => startedById !== null && startedById === me?.personId;
  const groups = [
    { title: said.asked, runs: runs?.filter(isAsked) ?? [] },
    { title: said.forOthers, runs: runs?.filter((run) => !isMine(run) && !isAsked(run)) ?? [] },
  ];
  return (
    <Page title={said.approvals} width="reading">
      {runs === undefined || waiting.data === undefined ? (
        query.isError || waiting.isError ? (
          <Failure
            error={query.error ?? waiting.error}
            onRetry={() => {
              void query.refetch();
              void waiting.refetch();
            }}
          />
        ) : (
          <Waiting lines={6} height={64} />
        )
      ) : (
        <div className={styles['groups']}>
          <Panel title={said.forYou} isFlush>
            {runs.some(isMine) ? (
              <List runs={runs.filter(isMine)} />
            ) : (
              <Message icon={IconUserCheck} title={said.forYouNone}>
                {said.forYouNoneText}
              </Message>
            )}
          </Panel>
          {groups
            .filter((group) => group.runs.length > 0)
            .map((group) => (
              <Panel key={group.title} title={group.title} isFlush>
                <List runs={group.runs} />
              </Panel>
            ))}
        </div>
      )}
    </Page>
  );
}

const List = ({ runs }: { runs: readonly BulkAction[] }) => (
  <ul className={styles['list']}>
    {runs.map((run) => (
      <Line key={run.id} run={run} />
    ))}
  </ul>
);

function Line({ run }: { run: BulkAction }) {
  const said = useWords(approvalWords);
  const { dateTime } = useFormats();
  const { title } = useApproval(run);
  const site = useSites().find(({ id }) => id === run.site);
  const facts = [
    ...(site ? [site.name] : []),
    said.askedBy(run.startedBy ?? said.somebody, dateTime(run.createdAt)),
    ...(run.ask?.until ? [said.until(dateTime(run.ask.until))] : []),
  ];
  return (
    <li className={styles['line']}>
      <div>
        <Link to="/approvals/$id" params={{ id: run.id }} className={styles['name']}>
          {title}
        </Link>
        <p className={styles['under']}>{facts.join(' · ')}</p>
      </div>
      <RunBadge run={run} />
    </li>
  );
}
