// What narrows the rows of a plan: what is searched for, why rows are refused, what changes, and what to show.
import { TextInput } from '@mantine/core';
import { type Icon, IconColumns3, IconExclamationCircle, IconSearch, IconTool } from '@tabler/icons-react';
import { type ReactNode, useId, useRef } from 'react';
import type { PlanSummary } from '../../../../api/wire-plans.ts';
import { useKeys } from '../../context/keys.ts';
import { useFormats } from '../../words/formats.ts';
import { useWords } from '../../words/language.tsx';
import styles from './preview.module.css';
import { useLabels } from './preview-labels.ts';
import type { Choose, PreviewSearch } from './preview-plan.tsx';
import { shortProblems } from './preview-problem-words.ts';
import { previewWords } from './preview-words.ts';

type Props = {
  plan: PlanSummary;
  search: PreviewSearch;
  choose: Choose;
  typed: string;
  onType: (typed: string) => void;
};

export function PreviewFacets({ plan, search, choose, typed, onType }: Props) {
  const said = useWords(previewWords);
  const short = useWords(shortProblems);
  const { labelOf } = useLabels(plan);
  const field = useRef<HTMLInputElement>(null);
  useKeys({ '/': () => field.current?.focus() });
  const shown = (search.show ?? '').split(',').filter((word) => word !== '');
  const toggle = (word: string) => {
    const next = shown.includes(word) ? shown.filter((one) => one !== word) : [...shown, word];
    choose({ show: next.length === 0 ? undefined : next.join(',') });
  };
  return (
    <aside className={styles['facets']} aria-label={said.facets}>
      <TextInput
        ref={field}
        type="search"
        aria-label={said.find}
        placeholder={said.find}
        leftSection={<IconSearch size={18} stroke={1.75} aria-hidden />}
        value={typed}
        onChange={(event) => onType(event.currentTarget.value)}
      />
      {plan.problems.length > 0 && (
        <Group title={said.problems}>
          {plan.problems.map(({ code, field: name, rows, means }) => {
            const key = name === null ? code : `${code}:${name}`;
            const words = short[code] ?? means;
            return (
              <Facet
                key={key}
                icon={IconExclamationCircle}
                isBad
                label={name === null ? words : `${labelOf(name)}: ${words}`}
                title={means}
                count={rows}
                isChosen={search.problem === key}
                onChoose={() =>
                  choose({
                    problem: search.problem === key ? undefined : key,
                    plan: undefined,
                    changed: undefined,
                  })
                }
              />
            );
          })}
        </Group>
      )}
      {plan.changed.length > 0 && (
        <Group title={said.changedField}>
          {plan.changed.map(({ column, rows }) => (
            <Facet
              key={column}
              label={labelOf(column)}
              count={rows}
              isChosen={search.changed === column}
              onChoose={() =>
                choose({
                  changed: search.changed === column ? undefined : column,
                  problem: undefined,
                  plan: undefined,
                })
              }
            />
          ))}
        </Group>
      )}
      <Group title={said.show}>
        <Facet
          icon={IconColumns3}
          label={said.changedOnly}
          isChosen={shown.includes('changed')}
          onChoose={() => toggle('changed')}
        />
        <Facet
          icon={IconTool}
          label={said.fixed}
          count={plan.mended}
          isChosen={shown.includes('mended')}
          onChoose={() => toggle('mended')}
        />
      </Group>
    </aside>
  );
}

function Group({ title, children }: { title: string; children: ReactNode }) {
  const id = useId();
  return (
    <section className={styles['group']} aria-labelledby={id}>
      <h2 id={id} className={styles['groupTitle']}>
        {title}
      </h2>
      {children}
    </section>
  );
}

type FacetProps = {
  icon?: Icon;
  isBad?: boolean;
  label: string;
  title?: string;
  count?: number;
  isChosen: boolean;
  onChoose: () => void;
};

function Facet({ icon: Sign, isBad = false, label, title, count, isChosen, onChoose }: FacetProps) {
  const { number } = useFormats();
  return (
    <button
      type="button"
      className={styles['facet']}
      aria-pressed={isChosen}
      data-bad={isBad || undefined}
      title={title}
      onClick={onChoose}
    >
      {Sign && <Sign size={18} stroke={1.5} aria-hidden />}
      <span className={styles['facetLabel']}>{label}</span>{' '}
      {count !== undefined && <span className={styles['facetCount']}>{number(count)}</span>}
    </button>
  );
}
