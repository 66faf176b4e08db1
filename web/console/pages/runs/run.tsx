// One run: what it does or did, to whom, and what is next.
import { useQuery } from '@tanstack/react-query';
import { Link, useParams } from '@tanstack/react-router';
import { runQuery } from '../../client/bulk-actions.ts';
import { Page } from '../../frame/page.tsx';
import styles from '../../kit/run/run.module.css';
import { RunControls } from '../../kit/run/run-controls.tsx';
import { RunFooter } from '../../kit/run/run-footer.tsx';
import { RunView } from '../../kit/run/run-view.tsx';
import { runName } from '../../kit/run-name.tsx';
import { runWords } from '../../kit/run-words.ts';
import { Failure, Waiting } from '../../kit/states.tsx';
import { useWords } from '../../words/language.tsx';
import { runsWords } from './runs-words.ts';

export default function RunPage() {
  const { id } = useParams({ from: '/frame/runs/$id' });
  const said = useWords(runsWords);
  const words = useWords(runWords);
  const query = useQuery(runQuery(id));
  const run = query.data;
  return (
    <Page
      title={run ? runName(run, words) : said.run}
      crumbs={<Link to="/runs">{said.runs}</Link>}
      isHeading={run === undefined}
      actions={run && <RunControls run={run} />}
    >
      {run ? (
        <div key={id}>
          <RunView run={run} inWizard={false} />
          {run.finishedAt !== null && run.state !== 'rejected' && (
            <div className={styles['pageFooter']}>
              <RunFooter run={run} />
            </div>
          )}
        </div>
      ) : query.isError ? (
        <Failure error={query.error} onRetry={() => void query.refetch()} />
      ) : (
        <Waiting lines={8} height={48} />
      )}
    </Page>
  );
}
