// Runs, the newest first.
import { Button, Select } from '@mantine/core';
import { IconListDetails } from '@tabler/icons-react';
import { useInfiniteQuery } from '@tanstack/react-query';
import { Link, useNavigate, useSearch } from '@tanstack/react-router';
import type { BulkAction } from '../../../../api/wire.ts';
import { isFinal, KINDS, type Kind, STATES, type State } from '../../../../domain/bulk-action.ts';
import { runsQuery } from '../../client/bulk-actions.ts';
import { useRights } from '../../context/rights.ts';
import { useSite, useSites } from '../../context/site.ts';
import { Page } from '../../frame/page.tsx';
import { OutcomeBar } from '../../kit/outcome-bar.tsx';
import { RunBadge } from '../../kit/run-badge.tsx';
import { runName } from '../../kit/run-name.tsx';
import { isOnlyDry, runWords } from '../../kit/run-words.ts';
import { Failure, Message, NoMatch, Waiting } from '../../kit/states.tsx';
import { useFormats } from '../../words/formats.ts';
import { useWords } from '../../words/language.tsx';
import styles from './runs.module.css';
import { RunsPerWeek } from './runs-per-week.tsx';
import { runsWords } from './runs-words.ts';

type Chosen = { state?: State | undefined; kind?: Kind | undefined };

export default function RunsPage() {
  const said = useWords(runsWords);
  const words = useWords(runWords);
  const { may } = useRights();
  const site = useSite();
  const search = useSearch({ from: '/frame/runs' });
  const navigate = useNavigate({ from: '/runs' });
  const state = STATES.find((one) => one === search.state);
  const kind = KINDS.find((one) => one === search.kind);
  const query = useInfiniteQuery({
    ...runsQuery({ site: site?.id, state, kind }),
    enabled: site !== undefined,
  });
  const choose = (chosen: Chosen) =>
    void navigate({
      to: '/runs',
      search: {
        ...(search.site !== undefined && { site: search.site }),
        ...(chosen.state !== undefined && { state: chosen.state }),
        ...(chosen.kind !== undefined && { kind: chosen.kind }),
      },
    });
  const runs = query.data?.pages.flatMap(({ items }) => items);
  const isFiltered = state !== undefined || kind !== undefined;
  return (
    <Page
      title={said.runs}
      actions={
        may('bulk-actions:run') && (
          <Button component={Link} to="/import">
            {said.import}
          </Button>
        )
      }
    >
      {site && <RunsPerWeek siteId={site.id} />}
      <div className={styles['filters']}>
        <Select
          aria-label={said.state}
          placeholder={said.anyState}
          clearable
          value={state ?? null}
          data={STATES.map((one) => ({ value: one, label: words.state[one] }))}
          onChange={(value) => choose({ kind, state: STATES.find((one) => one === value) })}
        />
        <Select
          aria-label={said.kind}
          placeholder={said.anyKind}
          clearable
          value={kind ?? null}
          data={KINDS.map((one) => ({ value: one, label: said.kinds[one] }))}
          onChange={(value) => choose({ state, kind: KINDS.find((one) => one === value) })}
        />
      </div>
      {runs === undefined ? (
        query.isError ? (
          <Failure error={query.error} onRetry={() => void query.refetch()} />
        ) : (
          <Waiting lines={8} height={56} />
        )
      ) : runs.length === 0 ? (
        isFiltered ? (
          <NoMatch onClear={() => choose({})} />
        ) : (
          <Message icon={IconListDetails} title={said.none}>
            {said.noneText}
          </Message>
        )
      ) : (
        <>
          <div className={styles['table']}>
            <div className={styles['headRow']} aria-hidden>
              <span>{said.name}</span>
              <span>{said.state}</span>
              <span>{said.outcome}</span>
              <span>{said.started}</span>
            </div>
            <ul className={styles['list']} aria-label={said.runs}>
              {runs.map((run) => (
                <RunLine key={run.id} run={run} />
              ))}
            </ul>
          </div>
          {query.hasNextPage && (
            <Button
              variant="default"
              mt="md"
              loading={query.isFetchingNextPage}
              onClick={() => void query.fetchNextPage()}
            >
              {said.more}
            </Button>
          )}
        </>
      )}
    </Page>
  );
}

function RunLine({ run }: { run: BulkAction }) {
  const said = useWords(runsWords);
  const words = useWords(runWords);
  const { number, dateTime } = useFormats();
  const site = useSites().find(({ id }) => id === run.site);
  const { done, total } = run.progress;
  const isOver = isFinal(run.state);
  const rows =
    total === null
      ? ''
      : isOver || done === 0
        ? said.rows(number(total), total === 1)
        : said.of(number(done), number(total));
  return (
    <li className={styles['line']}>
      <div className={styles['what']}>
        <Link to="/runs/$id" params={{ id: run.id }} className={styles['name']}>
          {runName(run, words)}
        </Link>
        <span className={styles['under']}>
          {[site?.name, isOnlyDry(run) ? said.dryRun : undefined].filter(Boolean).join(' · ')}
        </span>
      </div>
      <RunBadge run={run} />
      <div className={styles['bar']}>
        {run.counts.total > 0 && <OutcomeBar counts={run.counts} total={run.counts.total} />}
        <span className={styles['under']}>{rows}</span>
      </div>
      <div className={styles['when']}>
        <span>{dateTime(run.createdAt)}</span>
        <span className={styles['under']}>{run.startedBy ?? said.nobody}</span>
      </div>
    </li>
  );
}
