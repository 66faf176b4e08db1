// The problems that came up last in a run, each with its row, person and field, and what to do.
import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import type { BulkAction } from '../../../../api/wire.ts';
import { rowsQuery } from '../../client/bulk-actions.ts';
import { useFormats } from '../../words/formats.ts';
import { useWords } from '../../words/language.tsx';
import { Panel } from '../panel.tsx';
import { needingYou } from '../run-words.ts';
import { Loaded } from '../states.tsx';
import tables from '../table.module.css';
import styles from './run.module.css';
import { keyOfRow, useFieldName } from './run-rows-facts.ts';
import { runViewWords } from './run-view-words.ts';

const SHOWN = 3;

export function LatestProblems({ run }: { run: BulkAction }) {
  const said = useWords(runViewWords);
  const { number } = useFormats();
  const fieldName = useFieldName(run);
  const count = needingYou(run);
  const offset = Math.max(0, count - SHOWN);
  const query = useQuery({
    ...rowsQuery(run.id, { outcomes: ['rejected', 'failed'], offset, limit: SHOWN }),
    enabled: count > 0,
    placeholderData: keepPreviousData,
  });
  return (
    <Panel
      isFlush
      title={said.problems}
      aside={
        count > 0 && (
          <Link
            to="/runs/$id/rows"
            params={{ id: run.id }}
            search={{ outcome: 'rejected,failed' }}
            className={styles['link']}
          >
            {said.allProblems(number(count))}
          </Link>
        )
      }
    >
      {count === 0 ? (
        <p className={styles['quietRow']}>{said.noProblems}</p>
      ) : (
        <Loaded query={query}>
          {({ items }) => (
            // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls takes focus
            <div className={tables['scroll']} tabIndex={0}>
              <table className={tables['table']}>
                <thead>
                  <tr>
                    <th scope="col" data-number>
                      {said.row}
                    </th>
                    <th scope="col">{said.person}</th>
                    <th scope="col">{said.field}</th>
                    <th scope="col">{said.why}</th>
                  </tr>
                </thead>
                <tbody>
                  {[...items].reverse().map((row) => (
                    <tr key={row.row}>
                      <td data-number data-soft>
                        {number(row.row)}
                      </td>
                      <td className="mono" data-whole>
                        {keyOfRow(run, row)}
                      </td>
                      <td data-soft>{row.reasons[0]?.field ? fieldName(row.reasons[0].field) : '–'}</td>
                      <td>{row.reasons[0]?.hint}</td>
                    </tr>
                  ))}
                </tbody>
              </table>
            </div>
          )}
        </Loaded>
      )}
    </Panel>
  );
}
