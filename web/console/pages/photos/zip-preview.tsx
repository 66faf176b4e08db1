// What would become of the pictures: counts that open their records, why some are not taken, and the answer.
import { Button, Loader } from '@mantine/core';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import type { BulkAction } from '../../../../api/wire.ts';
import type { PlanSummary } from '../../../../api/wire-plans.ts';
import type { Outcome } from '../../../../domain/bulk-action.ts';
import { answerRun, keepRun, type RunAnswer } from '../../client/bulk-actions.ts';
import { planQuery } from '../../client/plans.ts';
import { useKeys } from '../../context/keys.ts';
import { CountTiles } from '../../kit/count-tiles.tsx';
import { EditButton } from '../../kit/edit-button.tsx';
import { Panel } from '../../kit/panel.tsx';
import { OUTCOME_SIGNS } from '../../kit/run-words.ts';
import { Loaded } from '../../kit/states.tsx';
import { toastProblem } from '../../kit/toast.ts';
import { useFormats } from '../../words/formats.ts';
import { useWords } from '../../words/language.tsx';
import styles from './photo-zip.module.css';
import { zipWords } from './zip-words.ts';

type Props = { run: BulkAction; onBack: () => void; onEnd: () => void };

const WORKING: readonly BulkAction['state'][] = ['staging', 'queued', 'checking'];

export function ZipPreview({ run, onBack, onEnd }: Props) {
  const said = useWords(zipWords);
  const { number } = useFormats();
  if (WORKING.includes(run.state))
    return (
      <div className={styles['zone']} aria-live="polite">
        <Loader size={28} aria-hidden />
        <strong>{said.checking}</strong>
        <span className={styles['meta']}>{said.rowsRead(number(run.progress.done))}</span>
      </div>
    );
  return <Answer run={run} onBack={onBack} onEnd={onEnd} />;
}

function Answer({ run, onBack, onEnd }: Props) {
  const said = useWords(zipWords);
  const { number } = useFormats();
  const client = useQueryClient();
  const round = run.ask?.round ?? 0;
  const plan = useQuery(planQuery(run.id, round));
  const answer = useMutation({
    mutationFn: ({ what }: { what: RunAnswer; next: () => void }) =>
      what === 'confirm' ? answerRun(run.id, what, { round }) : answerRun(run.id, what),
    // Said of the mutation: the run moves on by events, and this may be gone before the reply is there.
    onSuccess: (changed, { next }) => {
      keepRun(client, changed);
      next();
    },
    onError: toastProblem,
  });
  // The page is that of the run from then on: the frame shows it.
  const confirm = () => answer.mutate({ what: 'confirm', next: () => {} });
  /** The plan is of no use any more. */
  const leave = (next: () => void) => answer.mutate({ what: 'cancel', next });
  const people = plan.data?.counts.updated ?? 0;
  useKeys({ 'ctrl+enter': () => people > 0 && confirm() });
  return (
    <Loaded query={plan}>
      {(shown) => (
        <>
          <h1>{people === 0 ? said.nothing : said.preview(people, number(people))}</h1>
          <Counts run={run} plan={shown} />
          <div className={styles['answers']}>
            <Button variant="default" onClick={() => leave(onBack)}>
              {said.back}
            </Button>
            {people === 0 ? (
              <Button loading={answer.isPending} onClick={() => leave(onEnd)}>
                {said.end}
              </Button>
            ) : (
              <EditButton loading={answer.isPending} onClick={confirm} siteId={run.site}>
                {said.run(people, number(people))}
              </EditButton>
            )}
          </div>
        </>
      )}
    </Loaded>
  );
}

const SHOWN = ['updated', 'unchanged', 'skipped', 'rejected'] as const satisfies readonly Outcome[];

function Counts({ run, plan }: { run: BulkAction; plan: PlanSummary }) {
  const said = useWords(zipWords);
  const { number } = useFormats();
  const rowsAt = (outcome: Outcome) => `/runs/${run.id}/rows?outcome=${outcome}`;
  return (
    <>
      <CountTiles
        label={said.tiles}
        tiles={SHOWN.map((outcome) => ({
          key: outcome,
          label: said[outcome],
          count: plan.counts[outcome],
          fill: OUTCOME_SIGNS[outcome].fill,
        }))}
        links={Object.fromEntries(SHOWN.map((outcome) => [outcome, rowsAt(outcome)]))}
      />
      {plan.problems.length > 0 && (
        <Panel title={said.problems} isFlush>
          <ul className={styles['problems']}>
            {plan.problems.map(({ code, field, rows, means }) => (
              <li key={`${code} ${field}`}>
                <span>{means}</span>
                <Link to="/runs/$id/rows" params={{ id: run.id }} search={{ problem: code }}>
                  {said.pictures(rows, number(rows))}
                </Link>
              </li>
            ))}
          </ul>
        </Panel>
      )}
    </>
  );
}
