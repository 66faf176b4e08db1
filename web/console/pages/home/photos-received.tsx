// How many of those who were invited have sent a photo, over the last days.
import { useQuery } from '@tanstack/react-query';
import { photosPerDayQuery } from '../../client/waiting.ts';
import { Panel } from '../../kit/panel.tsx';
import { Loaded, Waiting } from '../../kit/states.tsx';
import { TimeChart } from '../../kit/time-chart.tsx';
import { useFormats } from '../../words/formats.ts';
import { useWords } from '../../words/language.tsx';
import styles from './home.module.css';
import { homeWords } from './home-words.ts';

const HEIGHT = 128;

export function PhotosReceived({ siteId }: { siteId: number | undefined }) {
  const said = useWords(homeWords);
  const { number, shortDate } = useFormats();
  const query = useQuery(photosPerDayQuery(siteId));
  const { invited = 0, received = 0 } = query.data ?? {};
  const dayOf = (day: string) => shortDate(`${day}T12:00:00`);
  return (
    <Panel
      title={said.photosReceived}
      isFlush
      aside={
        invited > 0 && (
          <span className={styles['aside']}>
            <strong>{number(received)}</strong> {said.ofInvited(number(invited))}
          </span>
        )
      }
    >
      <Loaded query={query} waiting={<Waiting lines={3} height={48} />}>
        {({ days }) => {
          const [first, last] = [days[0], days.at(-1)];
          if (invited === 0 || !first || !last)
            return <p className={styles['quiet']}>{said.nobodyInvited}</p>;
          return (
            <div className={styles['chart']}>
              <TimeChart
                label={said.photosReceived}
                points={days.map(({ day, received: value }) => ({ at: day, value }))}
                summary={said.photosSummary(
                  dayOf(first.day),
                  number(first.received),
                  dayOf(last.day),
                  number(last.received),
                )}
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
