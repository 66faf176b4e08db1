// The plan as it is looked at: its numbers, what narrows the rows, the rows themselves, and what can be done with it.
import { Button } from '@mantine/core';
import { useDebouncedValue } from '@mantine/hooks';
import { IconDownload } from '@tabler/icons-react';
import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { useNavigate, useSearch } from '@tanstack/react-router';
import { useMemo, useState } from 'react';
import type { BulkAction } from '../../../../api/wire.ts';
import type { PlanSummary } from '../../../../api/wire-plans.ts';
import { resultsAddress } from '../../client/bulk-actions.ts';
import { type PlanRowsWanted, planQuery } from '../../client/plans.ts';
import { Wizard } from '../../frame/wizard.tsx';
import { CountTiles } from '../../kit/count-tiles.tsx';
import { runWords } from '../../kit/run-words.ts';
import { Failure, Waiting } from '../../kit/states.tsx';
import { useFormats } from '../../words/formats.ts';
import { useLanguage, useWords } from '../../words/language.tsx';
import { DraftStatus } from './draft-status.tsx';
import styles from './preview.module.css';
import { PreviewFacets } from './preview-facets.tsx';
import { PreviewFooter } from './preview-footer.tsx';
import { frameOf } from './preview-frame.ts';
import { PreviewGrid } from './preview-grid.tsx';
import { PreviewGuards } from './preview-guards.tsx';
import { outcomesOf, tilesOf } from './preview-tiles.ts';
import { previewWords } from './preview-words.ts';

/** What is chosen, as it stands in the address; what is searched for never does. */
export type PreviewSearch = Partial<Record<'plan' | 'problem' | 'changed' | 'show', string>>;
export type Choose = (changed: { [Name in keyof PreviewSearch]: string | undefined }) => void;

const TYPING_MS = 250;

type Props = {
  draft: string;
  run: BulkAction;
  /** The round whose plan is looked at. */
  round: number;
  /** True while it is made anew. */
  isMoving: boolean;
};

export function PreviewPlan({ draft, run, round, isMoving }: Props) {
  const said = useWords(previewWords);
  const plan = useQuery({
    ...planQuery(run.id, round),
    enabled: !isMoving,
    placeholderData: keepPreviousData,
  });
  const { data } = plan;
  return (
    <Wizard
      {...frameOf(draft)}
      title={said.import}
      note={run.fileName ?? undefined}
      width="full"
      status={<DraftStatus id={draft} />}
      footer={data && <PreviewFooter draft={draft} run={run} plan={data} round={round} isMoving={isMoving} />}
    >
      {data ? (
        <Looked run={run} plan={data} round={round} isMoving={isMoving} />
      ) : plan.error ? (
        <Failure error={plan.error} onRetry={() => void plan.refetch()} />
      ) : (
        <Waiting lines={14} />
      )}
    </Wizard>
  );
}

function Looked({ run, plan, round, isMoving }: Omit<Props, 'draft'> & { plan: PlanSummary }) {
  const { counts } = plan;
  const said = useWords(previewWords);
  const named = useWords(runWords);
  const language = useLanguage();
  const formats = useFormats();
  const { number } = formats;
  const search = useSearch({ strict: false }) as PreviewSearch;
  const navigate = useNavigate();
  const choose: Choose = (changed) =>
    void navigate({ to: '.', search: (before: PreviewSearch) => ({ ...before, ...changed }), replace: true });
  const isAllRefused = counts.total > 0 && counts.rejected + counts.failed === counts.total;
  const [typed, setTyped] = useState('');
  const [find] = useDebouncedValue(typed.trim(), TYPING_MS);
  const wanted = useMemo<PlanRowsWanted>(
    () => ({
      outcomes: outcomesOf(search.plan),
      problem: search.problem,
      changed: search.changed,
      isMended: search.show?.includes('mended') ?? false,
      find: find === '' ? undefined : find,
    }),
    [search.plan, search.problem, search.changed, search.show, find],
  );
  return (
    <>
      <div className={styles['top']}>
        <div className={styles['head']}>
          <h1 className={styles['title']} aria-live="polite">
            {isAllRefused ? said.allRefused : said.title(plan.people, number(plan.people))}
          </h1>
          <Button
            variant="default"
            component="a"
            href={resultsAddress(run, language)}
            download
            leftSection={<IconDownload size={18} stroke={1.75} aria-hidden />}
          >
            {said.sheet}
          </Button>
        </div>
        {isAllRefused && <p className={styles['notice']}>{said.whatToDo(plan.isMendable)}</p>}
        {run.ask?.why.includes('grown') && <p className={styles['notice']}>{said.grown}</p>}
        <CountTiles
          label={said.tiles}
          tiles={tilesOf(plan, run.options.action, said, named.plan, formats)}
          chosen={search.plan ?? 'all'}
          onChoose={(key) =>
            choose({ plan: key === 'all' ? undefined : key, problem: undefined, changed: undefined })
          }
        />
        <PreviewGuards plan={plan} />
        <p className="visually-hidden" role="status">
          {isMoving ? said.again : ''}
        </p>
      </div>
      <div className={styles['split']}>
        <PreviewFacets plan={plan} search={search} choose={choose} typed={typed} onType={setTyped} />
        <PreviewGrid
          run={run}
          plan={plan}
          round={round}
          isMoving={isMoving}
          wanted={wanted}
          isChangedOnly={search.show?.includes('changed') ?? false}
          onClear={() => {
            setTyped('');
            choose({ plan: undefined, problem: undefined, changed: undefined, show: undefined });
          }}
        />
      </div>
    </>
  );
}
