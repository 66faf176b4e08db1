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
import { useFormats } from '../../words/formats.ts';
import { useWords } from '../../words/language.tsx';
import styles from './approvals.module.css';
import { approvalWords } from './approvals-words.ts';

const SHOWN = 5;

type Props = { run: BulkAction; outcomes: readonly Outcome[]; people: number };

export function PeopleAsked({ run, outcomes, people }: Props) {
  const said = useWords(approvalWords);
  const { number } = useFormats();
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
          <div className={styles['scroll']} tabIndex={0}>
            <table className={styles['table']}>
              <thead>
                <tr>
                  <th scope="col">{said.identifier}</th>
                  <th scope="col">{said.name}</th>
                  <th scope="col">{said.orgUnit}</th>
                  <th scope="col">{said.planned}</th>
                </tr>
              </thead>
              <tbody>
                {items.map((row) => {
                  const person = personOf(row.personId);
                  return (
                    <tr key={row.row}>
                      <td className="mono">{person?.identifier ?? keyOfRow(run, row)}</td>
                      <td className={styles['who']}>
                        {row.personId === null ? (
                          '–'
                        ) : (
                          <Link to="/people/$id" params={{ id: String(row.personId) }}>
                            {person?.displayName ?? `${row.personId}`}
                          </Link>
                        )}
                      </td>
                      <td>{person?.orgUnit ?? '–'}</td>
                      <td>{row.plannedOutcome && <OutcomeBadge outcome={row.plannedOutcome} isPlan />}</td>
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
