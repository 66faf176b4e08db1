// One approval: who asks, why, what goes and what stays, the people, and the decision.
import { IconEyeOff, IconPhotoCheck } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { Link, useParams } from '@tanstack/react-router';
import type { BulkAction } from '../../../../api/wire.ts';
import { runQuery, timelineQuery } from '../../client/bulk-actions.ts';
import { useSites } from '../../context/site.ts';
import { Page } from '../../frame/page.tsx';
import { useReasonsToAsk } from '../../kit/run/use-reasons-to-ask.ts';
import { useGuardFacts } from '../../kit/run/use-step-facts.ts';
import { RunBadge } from '../../kit/run-badge.tsx';
import { Failure, Message, Waiting } from '../../kit/states.tsx';
import { useFormats } from '../../words/formats.ts';
import { useWords } from '../../words/language.tsx';
import styles from './approvals.module.css';
import { approvalWords } from './approvals-words.ts';
import { Decision } from './decision.tsx';
import { PeopleAsked } from './people-asked.tsx';
import { useApproval } from './use-approval.ts';

export default function ApprovalPage() {
  const { id } = useParams({ from: '/frame/approvals/$id' });
  const said = useWords(approvalWords);
  const query = useQuery(runQuery(id));
  if (query.data) return <Approval key={id} run={query.data} />;
  return (
    <Page title={said.approval} width="reading" crumbs={<Link to="/approvals">{said.approvals}</Link>}>
      {query.isError ? (
        <Failure error={query.error} onRetry={() => void query.refetch()} />
      ) : (
        <Waiting lines={8} height={56} />
      )}
    </Page>
  );
}

function Approval({ run }: { run: BulkAction }) {
  const said = useWords(approvalWords);
  const { dateTime } = useFormats();
  const approval = useApproval(run);
  const isWaiting = run.state === 'awaiting-approval';
  const until = run.ask?.until;
  const facts = [
    said.askedBy(run.startedBy ?? said.somebody, dateTime(run.createdAt)),
    ...(isWaiting && until ? [said.expires(dateTime(until))] : []),
  ];
  return (
    <Page
      title={isWaiting ? approval.title : said.approval}
      width="reading"
      isHeading={!isWaiting}
      crumbs={<Link to="/approvals">{said.approvals}</Link>}
    >
      {isWaiting ? (
        <div>
          <p className={styles['meta']}>
            <RunBadge run={run} /> <span>{facts.join(' · ')}</span>
          </p>
          <h1 className={styles['sentence']}>{approval.sentence}</h1>
          <div className={styles['halves']}>
            <Facts run={run} areArchived={run.counts.anonymized === approval.people} />
            <section className={styles['card']}>
              <h2 className={styles['goes']}>
                <IconEyeOff size={18} stroke={1.75} aria-hidden /> {said.goes}
              </h2>
              <p>{approval.goes}</p>
              <h2 className={styles['stays']}>
                <IconPhotoCheck size={18} stroke={1.75} aria-hidden /> {said.stays}
              </h2>
              <p>{approval.stays}</p>
            </section>
          </div>
          <PeopleAsked
            run={run}
            outcomes={approval.outcomes}
            people={approval.people}
            areGone={approval.isFinal}
          />
          <Decision run={run} people={approval.people} isFinal={approval.isFinal} />
        </div>
      ) : (
        <Message
          title={said.decidedAlready}
          action={
            <Link to="/runs/$id" params={{ id: run.id }}>
              {said.viewRun}
            </Link>
          }
        >
          <RunBadge run={run} />
        </Message>
      )}
    </Page>
  );
}

function Facts({ run, areArchived }: { run: BulkAction; areArchived: boolean }) {
  const said = useWords(approvalWords);
  const { number, list, dateTime } = useFormats();
  const site = useSites().find(({ id }) => id === run.site);
  const reasons = useReasonsToAsk(run);
  const guards = useGuardFacts(run, (outcome) => run.counts[outcome]);
  const { data: timeline } = useQuery(timelineQuery(run.id));
  const sites = timeline?.steps.find(({ what }) => what === 'locked')?.sites ?? 1;
  const rows = number(run.counts.total);
  const confirmed = (run.ask?.consents ?? []).flatMap(({ what, by }) =>
    what === 'confirmed' && by ? [by] : [],
  );
  const facts: [string, string][] = [
    ...(site
      ? ([[said.site, sites > 1 ? said.siteAndCount(site.name, number(sites)) : site.name]] as [
          string,
          string,
        ][])
      : []),
    [said.from, run.fileName === null ? said.fromSelection(rows) : said.fromFile(run.fileName, rows)],
    [said.started, dateTime(run.createdAt)],
    ...(confirmed.length > 0 ? ([[said.confirmedBy, list(confirmed)]] as [string, string][]) : []),
    [said.why, reasons.join(' ')],
    ...(areArchived ? ([[said.areArchived, said.allArchived]] as [string, string][]) : []),
    ...((run.ask?.tripped.length ?? 0) === 0
      ? ([[said.guard, guards.length > 0 ? guards.join(' · ') : said.withinLimits]] as [string, string][])
      : []),
  ];
  return (
    <section className={styles['card']}>
      <dl className={styles['facts']}>
        {facts.map(([term, fact]) => (
          <div key={term}>
            <dt>{term}</dt>
            <dd className={term === said.why ? styles['reason'] : undefined}>{fact}</dd>
          </div>
        ))}
      </dl>
    </section>
  );
}
