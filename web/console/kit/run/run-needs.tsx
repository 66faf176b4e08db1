// The rows of a run that need somebody: why, as a file to be mended, or to be mended here.
import { Button } from '@mantine/core';
import { IconDownload } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import type { BulkAction } from '../../../../api/wire.ts';
import type { BulkRow } from '../../../../api/wire-rows.ts';
import { FAILED_OUTCOMES } from '../../../../domain/bulk-action.ts';
import { failedRowsAddress, rowsQuery } from '../../client/bulk-actions.ts';
import { useRights } from '../../context/rights.ts';
import { useFormats } from '../../words/formats.ts';
import { useLanguage, useWords } from '../../words/language.tsx';
import { Panel } from '../panel.tsx';
import { OutcomeBadge } from '../run-badge.tsx';
import { Loaded, Waiting } from '../states.tsx';
import styles from './run.module.css';
import { openRows } from './run-counts.ts';
import { resultWords } from './run-results-words.ts';
import { useFieldName } from './run-rows-facts.ts';
import { useFixHere } from './use-fix-here.ts';

/** One row more is shown rather than a link to it. */
const SHOWN = 5;
const shownOf = (count: number) => (count === SHOWN + 1 ? count : SHOWN);
const OPEN = FAILED_OUTCOMES.join(',');

export function NeedsPanel({ run, isReadable }: { run: BulkAction; isReadable: boolean }) {
  const said = useWords(resultWords);
  const { number, date } = useFormats();
  const language = useLanguage();
  const { may } = useRights();
  const fix = useFixHere(run);
  const count = openRows(run);
  const isKept = run.discardedAt === null && isReadable;
  const query = useQuery({
    ...rowsQuery(run.id, { outcomes: FAILED_OUTCOMES, limit: shownOf(count) }),
    enabled: count > 0 && isKept,
  });
  const canFix = run.kind === 'people' && run.fileName !== null && may('bulk-actions:run', run.site);
  return (
    <Panel
      isFlush
      title={count === 0 ? said.none : said.needYou(number(count), count === 1)}
      aside={
        count > 0 &&
        isKept && (
          <span className={styles['buttons']}>
            <Button
              component="a"
              href={failedRowsAddress(run.id, language)}
              download
              variant="default"
              leftSection={<IconDownload size={16} stroke={1.75} aria-hidden />}
            >
              {said.asCsv}
            </Button>
            {canFix && (
              <Button onClick={() => fix.mutate()} loading={fix.isPending}>
                {said.fix}
              </Button>
            )}
          </span>
        )
      }
    >
      {run.discardedAt !== null ? (
        <p className={styles['quietRow']}>{said.discarded(date(run.discardedAt))}</p>
      ) : count === 0 || !isKept ? (
        <p className={styles['quietRow']}>{said.noneText}</p>
      ) : (
        <Loaded query={query} waiting={<Waiting lines={Math.min(count, SHOWN)} height={58} />}>
          {({ items }) => (
            <>
              <ul className={styles['needs']}>
                {items.map((row) => (
                  <NeedingRow key={row.row} run={run} row={row} />
                ))}
              </ul>
              {count > shownOf(count) && (
                <p className={styles['quietRow']}>
                  <Link
                    to="/runs/$id/rows"
                    params={{ id: run.id }}
                    search={{ outcome: OPEN }}
                    className={styles['link']}
                  >
                    {said.showAll(number(count))}
                  </Link>
                </p>
              )}
            </>
          )}
        </Loaded>
      )}
    </Panel>
  );
}

function NeedingRow({ run, row }: { run: BulkAction; row: BulkRow }) {
  const { number } = useFormats();
  const fieldName = useFieldName(run);
  const [reason] = row.reasons;
  return (
    <li>
      <span className={styles['rowNumber']}>{number(row.row)}</span>
      <span>{row.outcome && <OutcomeBadge outcome={row.outcome} />}</span>
      <div>
        {(reason?.field !== undefined || reason?.value !== undefined) && (
          <p>
            {reason.field !== undefined && <strong>{fieldName(reason.field)}</strong>}{' '}
            {reason.value !== undefined && <span className="mono">{reason.value}</span>}
          </p>
        )}
        {row.reasons.map(({ code, field, hint }) => (
          <p key={`${code} ${field}`} className={styles['stepFact']}>
            {hint}
          </p>
        ))}
      </div>
    </li>
  );
}
