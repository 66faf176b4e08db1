// A run that was refused as a whole: what is wrong with its file, and the next step. Nothing was written.
import { Button } from '@mantine/core';
import { IconFileAlert } from '@tabler/icons-react';
import { Link } from '@tanstack/react-router';
import type { BulkAction } from '../../../../api/wire.ts';
import { useRights } from '../../context/rights.ts';
import { useFormats } from '../../words/formats.ts';
import { useWords } from '../../words/language.tsx';
import { Panel } from '../panel.tsx';
import { useRefused } from '../refused.ts';
import { Message } from '../states.tsx';
import styles from './run.module.css';
import { RunHead, useStarted } from './run-head.tsx';
import { RunTimelinePanel } from './run-timeline.tsx';
import { runViewWords } from './run-view-words.ts';
import { useLiveTimeline } from './use-live-timeline.ts';

export function RunRejected({ run }: { run: BulkAction }) {
  const said = useWords(runViewWords);
  const { number } = useFormats();
  const { may } = useRights();
  const timeline = useLiveTimeline(run);
  const why = useRefused(run.error?.message);
  const details = run.error?.details ?? {};
  const [has, expected] = [details['found'], details['expected']];
  const isCount = typeof has === 'number' && typeof expected === 'number';
  return (
    <>
      <RunHead run={run} title={said.rejected} facts={[useStarted(run)]} />
      <div className={styles['columns']}>
        <Panel title={run.fileName ?? said.rejected}>
          <Message
            icon={IconFileAlert}
            title={isCount ? said.wrongCount(number(has), number(expected)) : (why ?? said.rejected)}
            action={
              run.kind === 'people' &&
              may('bulk-actions:run', run.site) && (
                <Button component={Link} to="/import">
                  {said.again}
                </Button>
              )
            }
          >
            {said.rejectedNext}
          </Message>
        </Panel>
        <RunTimelinePanel run={run} query={timeline} />
      </div>
    </>
  );
}
