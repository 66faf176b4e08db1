// How many runs there were in each of the last weeks.
import { useQuery } from '@tanstack/react-query';
import { runsPerWeekQuery } from '../../client/waiting.ts';
import { Panel } from '../../kit/panel.tsx';
import { Loaded, Waiting } from '../../kit/states.tsx';
import { TimeChart } from '../../kit/time-chart.tsx';
import { useFormats } from '../../words/formats.ts';
import { useWords } from '../../words/language.tsx';
import styles from './runs.module.css';
import { runsWords } from './runs-words.ts';

const HEIGHT = 104;

export function RunsPerWeek({ siteId }: { siteId: number | undefined }) {
  const said = useWords(runsWords);
  const { number, shortDate } = useFormats();
  const query = useQuery(runsPerWeekQuery(siteId));
  const dayOf = (day: string) => shortDate(`${day}T12:00:00`);
  return (
    <Panel title={said.runsPerWeek} className={styles['week'] ?? ''} isFlush aside={said.weeks}>
      <Loaded query={query} waiting={<Waiting lines={3} height={48} />}>
        {({ weeks }) => {
          const total = weeks.reduce((sum, { runs }) => sum + runs, 0);
          const most = weeks.reduce((one, other) => (other.runs > one.runs ? other : one), {
            week: '',
            runs: 0,
          });
          if (total === 0) return <p className={styles['quiet']}>{said.noRunsOfLate}</p>;
          return (
            <div className={styles['chart']}>
              <TimeChart
                label={said.runsPerWeek}
                points={weeks.map(({ week, runs }) => ({ at: week, value: runs }))}
                summary={said.weeksSummary(number(total), number(most.runs), dayOf(most.week))}
                height={HEIGHT}
                xOf={dayOf}
              />
            </div>
          );
        }}
      </Loaded>
    </Panel>
  );
}
