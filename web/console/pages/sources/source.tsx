// One source: how it stands, what came and became of it, its settings in words, and what it is told to do.
import { Button, Menu } from '@mantine/core';
import {
  IconDots,
  IconHistory,
  IconPencil,
  IconPlayerPause,
  IconPlayerPlay,
  IconPlugConnected,
  IconRefreshAlert,
  IconTrash,
} from '@tabler/icons-react';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { Link, useNavigate, useParams, useSearch } from '@tanstack/react-router';
import { lazy, Suspense, useState } from 'react';
import type { AskedSource } from '../../../../api/wire-source-runs.ts';
import type { Source } from '../../../../api/wire-sources.ts';
import { runSource, sourceQuery } from '../../client/sources.ts';
import { useRights } from '../../context/rights.ts';
import { Page } from '../../frame/page.tsx';
import { Loaded, Waiting } from '../../kit/states.tsx';
import { toast, toastProblem } from '../../kit/toast.ts';
import { useFormats } from '../../words/formats.ts';
import { useWords } from '../../words/language.tsx';
import { Deliveries } from './deliveries.tsx';
import styles from './source.module.css';
import { SourceFacts } from './source-facts.tsx';
import { SourceHealth } from './source-health.tsx';
import { type SourceQuestion, SourceQuestions } from './source-questions.tsx';
import { SourceTestDialog } from './source-test.tsx';
import { sourceWords } from './source-words.ts';

/** With the words of schedules, which nobody else needs. */
const SourceForm = lazy(() => import('./source-form.tsx'));

export default function SourcePage() {
  const { id } = useParams({ strict: false }) as { id: string };
  const { edit } = useSearch({ strict: false }) as { edit?: string };
  if (id === 'new')
    return (
      <Suspense>
        <SourceForm />
      </Suspense>
    );
  return <OneSource key={id} id={Number(id)} isEdited={edit !== undefined} />;
}

function OneSource({ id, isEdited }: { id: number; isEdited: boolean }) {
  const said = useWords(sourceWords);
  const query = useQuery(sourceQuery(id));
  const { may } = useRights();
  const source = query.data;
  if (source && isEdited && may('sources:write', source.siteId))
    return (
      <Suspense>
        <SourceForm source={source} />
      </Suspense>
    );
  return (
    <Page
      title={source?.name ?? said.title}
      crumbs={<Link to="/sources">{said.title}</Link>}
      actions={source && may('sources:write', source.siteId) && <Actions source={source} />}
    >
      <Loaded query={query} waiting={<Waiting lines={8} height={44} />}>
        {(shown) => (
          <div className={styles['columns']}>
            <div className={styles['column']}>
              <SourceHealth source={shown} />
              <Deliveries id={id} />
            </div>
            <SourceFacts source={shown} />
          </div>
        )}
      </Loaded>
    </Page>
  );
}

/** Has a source look; what is said of it. */
function useAsked() {
  const said = useWords(sourceWords);
  const { time } = useFormats();
  const client = useQueryClient();
  return (asked: AskedSource) => {
    client.setQueryData(sourceQuery(asked.id).queryKey, asked);
    void client.invalidateQueries({ queryKey: ['sources'] });
    toast(asked.runsMayStartAt === null ? said.asked : said.askedLater(time(asked.runsMayStartAt)));
  };
}

function Actions({ source }: { source: Source }) {
  const said = useWords(sourceWords);
  const navigate = useNavigate();
  const [question, setQuestion] = useState<SourceQuestion>();
  const [isTested, setTested] = useState(false);
  const onAsked = useAsked();
  const run = useMutation({
    mutationFn: () => runSource(source.id),
    onSuccess: onAsked,
    onError: toastProblem,
  });
  const isPaused = source.state === 'paused' || source.isHeld === true;
  return (
    <>
      <Button loading={run.isPending} onClick={() => run.mutate()}>
        {said.runNow}
      </Button>
      <Button
        variant="default"
        leftSection={
          isPaused ? <IconPlayerPlay size={18} aria-hidden /> : <IconPlayerPause size={18} aria-hidden />
        }
        onClick={() => setQuestion(isPaused ? 'resume' : 'pause')}
      >
        {isPaused ? said.resume : said.pause}
      </Button>
      <Menu position="bottom-end" withinPortal>
        <Menu.Target>
          <Button variant="default" leftSection={<IconDots size={18} aria-hidden />}>
            {said.more}
          </Button>
        </Menu.Target>
        <Menu.Dropdown>
          <Menu.Item
            leftSection={<IconPencil size={18} aria-hidden />}
            onClick={() =>
              void navigate({
                to: '/sources/$id',
                params: { id: String(source.id) },
                search: { edit: 'all' },
              })
            }
          >
            {said.edit}
          </Menu.Item>
          <Menu.Item
            leftSection={<IconPlugConnected size={18} aria-hidden />}
            onClick={() => setTested(true)}
          >
            {said.test}
          </Menu.Item>
          <Menu.Item
            leftSection={<IconHistory size={18} aria-hidden />}
            onClick={() => setQuestion('backfill')}
          >
            {said.backfill}
          </Menu.Item>
          <Menu.Item
            leftSection={<IconRefreshAlert size={18} aria-hidden />}
            onClick={() => setQuestion('remaster')}
          >
            {said.remaster}
          </Menu.Item>
          <Menu.Divider />
          <Menu.Item
            color="red"
            leftSection={<IconTrash size={18} aria-hidden />}
            onClick={() => setQuestion('remove')}
          >
            {said.remove}
          </Menu.Item>
        </Menu.Dropdown>
      </Menu>
      <SourceQuestions
        source={source}
        question={question}
        onAsked={onAsked}
        onEnd={() => setQuestion(undefined)}
      />
      {isTested && <SourceTestDialog source={source} onClose={() => setTested(false)} />}
    </>
  );
}
