// The people whom an approval is about: the first few of them, and the way to all.
import { useQueries, useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import type { BulkAction } from '../../../../api/wire.ts';
import type { Outcome } from '../../../../domain/bulk-action.ts';
import { rowsQuery } from '../../client/bulk-actions.ts';
import { personQuery } from '../../client/person.ts';
import { Panel } from '../../kit/panel.tsx';
import { keyOfRow } from '../../kit/run/run-rows-facts.ts';
import { OutcomeBadge } from '../../kit/run-badge.tsx';
import { Loaded } from '../../kit/states.tsx';
import tables from '../../kit/table.module.css';
import { useFormats } from '../../words/formats.ts';
import { useWords } from '../../words/language.tsx';
import styles from './approvals.module.css';
import { approvalWords } from './approvals-words.ts';

const SHOWN = 5;

type Props = {
  run: BulkAction;
  outcomes: readonly Outcome[];
  people: number;
  /** They go for good: since when they are archived and which photos go is what matters. */
  areGone: boolean;
};

export function PeopleAsked({ run, outcomes, people, areGone }: Props) {
  const said = useWords(approvalWords);
  const { number, date } = useFormats();
  const query = useQuery(rowsQuery(run.id, { outcomes, limit: SHOWN }));
  const ids = query.data?.items.flatMap(({ personId }) => personId ?? []) ?? [];
  const found = useQueries({ queries: ids.map((id) => personQuery(id)) });
  const personOf = (id: number | null) => found.find(({ data }) => data?.id === id)?.data;
  return (
    <Panel
      isFlush
      title={said.people}
      aside={
        <Link
          to="/runs/$id/rows"
          params={{ id: run.id }}
          search={{ outcome: outcomes.join(',') }}
          className={styles['link']}
        >
          {said.openAll(number(people))}
        </Link>
      }
    >
      <Loaded query={query}>
        {({ items }) => (
          // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls takes focus
          <div className={tables['scroll']} tabIndex={0}>
            <table className={tables['table']}>
              <thead>
                <tr>
                  <th scope="col">{said.identifier}</th>
                  <th scope="col">{said.name}</th>
                  {areGone ? (
                    <>
                      <th scope="col">{said.archived}</th>
                      <th scope="col">{said.extraPhotos}</th>
                    </>
                  ) : (
                    <>
                      <th scope="col">{said.orgUnit}</th>
                      <th scope="col">{said.planned}</th>
                    </>
                  )}
                </tr>
              </thead>
              <tbody>
                {items.map((row) => {
                  const person = personOf(row.personId);
                  const extra = person?.extraPhotos ?? 0;
                  return (
                    <tr key={row.row}>
                      <td className="mono" data-whole>
                        {person?.identifier ?? keyOfRow(run, row)}
                      </td>
                      <td data-whole>
                        {row.personId === null ? (
                          '–'
                        ) : (
                          <Link to="/people/$id" params={{ id: String(row.personId) }}>
                            {person?.displayName ?? `${row.personId}`}
                          </Link>
                        )}
                      </td>
                      {areGone ? (
                        <>
                          <td data-soft>{person?.archivedAt ? date(person.archivedAt) : '–'}</td>
                          <td data-soft>
                            {extra === 0 ? said.noPhotos : said.photos(number(extra), extra === 1)}
                          </td>
                        </>
                      ) : (
                        <>
                          <td data-soft>{person?.orgUnit ?? '–'}</td>
                          <td>
                            {row.plannedOutcome && <OutcomeBadge outcome={row.plannedOutcome} isPlan />}
                          </td>
                        </>
                      )}
                    </tr>
                  );
                })}
              </tbody>
            </table>
          </div>
        )}
      </Loaded>
    </Panel>
  );
}
