// Who did what, when, and to what: found by filters, exported, and held against what was written.
import { Button } from '@mantine/core';
import { IconDownload, IconHistory, IconShieldCheck, IconShieldX } from '@tabler/icons-react';
import { useInfiniteQuery, useMutation } from '@tanstack/react-query';
import { Link, useNavigate, useSearch } from '@tanstack/react-router';
import { auditEventsQuery, verifyTrail } from '../../client/audit-events.ts';
import { addressOf } from '../../client/client.ts';
import { useRights } from '../../context/rights.ts';
import { useSite, useSites } from '../../context/site.ts';
import { Page } from '../../frame/page.tsx';
import { Failure, Forbidden, Message, NoMatch, Waiting } from '../../kit/states.tsx';
import { toastProblem } from '../../kit/toast.ts';
import { useFormats } from '../../words/formats.ts';
import { useWords } from '../../words/language.tsx';
import styles from './audit.module.css';
import { AuditFilters } from './audit-filters.tsx';
import { auditWords } from './audit-words.ts';
import { EventRow } from './event-row.tsx';

export default function AuditPage() {
  const said = useWords(auditWords);
  const { number } = useFormats();
  const site = useSite();
  const sites = useSites();
  const { may } = useRights();
  const navigate = useNavigate();
  const search = useSearch({ from: '/frame/audit' });
  const { what, by, from, to, run, subject, subjectId } = search;
  const filter = { site: site?.id, what, by, from, to, run, subject, subjectId };
  const query = useInfiniteQuery({
    ...auditEventsQuery(filter),
    enabled: site !== undefined && may('audit:read'),
  });
  const verify = useMutation({ mutationFn: verifyTrail, onError: toastProblem });
  const events = query.data?.pages.flatMap(({ items }) => items) ?? [];
  const isFiltered = [what, by, from, to, run, subject, subjectId].some((value) => value !== undefined);
  const clear = () => void navigate({ to: '/audit', search: {} });
  const root = sites.find(({ id, rootId }) => id === rootId && rootId === site?.rootId);
  if (site && !may('audit:read'))
    return (
      <Page title={said.title}>
        <Forbidden />
      </Page>
    );
  return (
    <Page
      title={said.title}
      aside={site?.name}
      actions={
        <>
          {root && may('audit:read', root.id) && (
            <Button
              variant="default"
              leftSection={<IconShieldCheck size={18} aria-hidden />}
              loading={verify.isPending}
              onClick={() => verify.mutate()}
            >
              {said.verify}
            </Button>
          )}
          <Button
            component="a"
            variant="default"
            leftSection={<IconDownload size={18} aria-hidden />}
            href={addressOf('/v1/audit-events.csv', filter)}
            download
          >
            {said.export}
          </Button>
        </>
      }
    >
      {verify.data && (
        <div role="status" className={styles['verdict']} data-intact={verify.data.isIntact}>
          {verify.data.isIntact ? (
            <IconShieldCheck size={20} aria-hidden />
          ) : (
            <IconShieldX size={20} aria-hidden />
          )}
          <div>
            <strong>
              {verify.data.isIntact
                ? said.intact(number(verify.data.events))
                : said.broken(number(verify.data.firstBroken?.seq ?? 0))}
            </strong>
            {verify.data.head && (
              <p className={styles['head']}>
                {said.head(number(verify.data.head.seq))}{' '}
                <span className="mono">{verify.data.head.hash}</span>
              </p>
            )}
          </div>
        </div>
      )}
      <AuditFilters />
      {query.isError ? (
        <Failure error={query.error} onRetry={() => void query.refetch()} />
      ) : query.data === undefined ? (
        <Waiting lines={10} height={52} />
      ) : events.length === 0 ? (
        isFiltered ? (
          <NoMatch onClear={clear} />
        ) : (
          <Message icon={IconHistory} title={said.empty} />
        )
      ) : (
        <ol className={styles['events']} aria-label={said.title}>
          {events.map((event) => (
            <EventRow key={event.seq} event={event} />
          ))}
        </ol>
      )}
      {query.hasNextPage && (
        <Button
          variant="default"
          loading={query.isFetchingNextPage}
          onClick={() => void query.fetchNextPage()}
          className={styles['more']}
        >
          {said.more}
        </Button>
      )}
      {run !== undefined && (
        <p className={styles['about']}>
          <Link to="/runs/$id" params={{ id: run }}>
            {said.openRun}
          </Link>
        </p>
      )}
    </Page>
  );
}
