// What needs the admin, what runs, and what came.
import { Button } from '@mantine/core';
import { IconFileImport } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { useEffect, useState } from 'react';
import { sessionQuery } from '../../client/session.ts';
import { waitingQuery } from '../../client/waiting.ts';
import { useRights } from '../../context/rights.ts';
import { useSite } from '../../context/site.ts';
import { Page } from '../../frame/page.tsx';
import { Forbidden } from '../../kit/states.tsx';
import { useFormats } from '../../words/formats.ts';
import { useWords } from '../../words/language.tsx';
import styles from './home.module.css';
import { HomeSources } from './home-sources.tsx';
import { homeWords } from './home-words.ts';
import { countNeeds, NeedsYou } from './needs-you.tsx';
import { PhotosReceived } from './photos-received.tsx';
import { RecentRuns } from './recent-runs.tsx';
import { RunningNow } from './running-now.tsx';

export default function HomePage() {
  const said = useWords(homeWords);
  const site = useSite();
  const { may } = useRights();
  const { data: me } = useQuery(sessionQuery);
  // Whoever may not list sites still has rights on one.
  const siteId = site?.id ?? me?.grants[0]?.siteId;
  const waiting = useQuery(waitingQuery(siteId));
  const now = useMinute();
  const { weekday, time } = useFormats();
  const mayRead = may('bulk-actions:read', siteId);
  const actions = may('bulk-actions:run', siteId) && (
    <Button
      component={Link}
      to="/import"
      leftSection={<IconFileImport size={18} stroke={1.75} aria-hidden />}
    >
      {said.importUsers}
    </Button>
  );
  const summary = waiting.data && [
    said.needing(countNeeds(waiting.data)),
    mayRead && said.underWay(waiting.data.runsUnderWay),
  ];
  return (
    <Page title={said.home} isHeading={false} actions={actions}>
      <div className={styles['head']}>
        <div>
          <h1 className={styles['greeting']}>{said.greeting(now.getHours(), firstNameOf(me?.name ?? ''))}</h1>
          <p className={styles['summary']}>{summary ? summary.filter(Boolean).join(' ') : ' '}</p>
        </div>
        <time dateTime={now.toISOString()} className={styles['now']}>
          {weekday(now)}, {time(now)}
        </time>
      </div>
      {me?.grants.length === 0 ? (
        <Forbidden>{said.noRights}</Forbidden>
      ) : (
        <>
          <div className={styles['grid']} data-single={!mayRead || undefined}>
            <NeedsYou query={waiting} />
            {mayRead && (
              <div className={styles['later']} data-waits={waiting.isPending || undefined}>
                <RunningNow siteId={siteId} />
              </div>
            )}
          </div>
          {/* Asked for at once, and shown when it is known how much stands above. */}
          <div className={styles['later']} data-waits={waiting.isPending || undefined}>
            {mayRead && <RecentRuns siteId={siteId} />}
            <div className={styles['grid']} data-last>
              {may('people:read', siteId) && <PhotosReceived siteId={siteId} />}
              {mayRead && <HomeSources siteId={siteId} />}
            </div>
          </div>
        </>
      )}
    </Page>
  );
}

/** What an admin is called by: a mail address is nobody's first name. */
const firstNameOf = (name: string): string => (name.includes('@') ? '' : (name.trim().split(/\s+/)[0] ?? ''));

/** Now, to the minute. */
function useMinute(): Date {
  const [now, setNow] = useState(() => new Date());
  useEffect(() => {
    const timer = setInterval(() => setNow(new Date()), 20_000);
    return () => clearInterval(timer);
  }, []);
  return now;
}
