// The last steps of an import: its run and its results, in the frame of the wizard.
import { useQuery } from '@tanstack/react-query';
import { Navigate, useParams } from '@tanstack/react-router';
import { isFinal } from '../../../../domain/bulk-action.ts';
import { runQuery } from '../../client/bulk-actions.ts';
import { draftQuery } from '../../client/imports.ts';
import { Wizard } from '../../frame/wizard.tsx';
import { KeptUntil } from '../../kit/run/kept-until.tsx';
import { RunControls } from '../../kit/run/run-controls.tsx';
import { RunFooter } from '../../kit/run/run-footer.tsx';
import { RunView } from '../../kit/run/run-view.tsx';
import { Failure, Waiting } from '../../kit/states.tsx';
import { useWords } from '../../words/language.tsx';
import { wizardRunWords } from './wizard-run-words.ts';

export default function WizardRunPage() {
  const { draft: id } = useParams({ from: '/frame/import/$draft/run' });
  const said = useWords(wizardRunWords);
  const draft = useQuery(draftQuery(id));
  const runId = draft.data?.bulkActionId ?? null;
  const query = useQuery({ ...runQuery(runId ?? ''), enabled: runId !== null });
  const run = query.data;
  if (draft.data && runId === null) return <Navigate to="/import/$draft/upload" params={{ draft: id }} />;
  const isOver = run !== undefined && isFinal(run.state);
  const error = draft.error ?? query.error;
  return (
    <Wizard
      title={said.title}
      note={run?.fileName ?? undefined}
      step={isOver ? 5 : 4}
      onCloseTo="/import"
      {...(run &&
        (isOver
          ? run.state !== 'rejected' && { footer: <RunFooter run={run} />, status: <KeptUntil run={run} /> }
          : { status: <RunControls run={run} /> }))}
    >
      {!run && <h1 className="visually-hidden">{said.title}</h1>}
      {run ? (
        <RunView key={run.id} run={run} inWizard />
      ) : error ? (
        <Failure error={error} onRetry={() => void (draft.error ? draft : query).refetch()} />
      ) : (
        <Waiting lines={8} height={48} />
      )}
    </Wizard>
  );
}
