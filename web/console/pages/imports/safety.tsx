// What keeps an import from going wrong: how many people are expected, and from how many on it asks before it writes.
import { NumberInput } from '@mantine/core';
import { IconShieldCheck } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { useId } from 'react';
import type { Site } from '../../../../api/wire-org.ts';
import { LIMITED, type Limit, type Limited, type Limits, saysAnything } from '../../../../domain/limits.ts';
import { safeguardsQuery } from '../../client/safeguards.ts';
import { useRights } from '../../context/rights.ts';
import { useSites } from '../../context/site.ts';
import { type Formats, useFormats } from '../../words/formats.ts';
import { useWords } from '../../words/language.tsx';
import styles from './configure.module.css';
import { configureWords } from './configure-words.ts';
import type { Options } from './draft-asked.ts';

type Props = {
  siteId: number;
  site: Site | undefined;
  options: Options;
  rows: number | null;
  onChange: (options: Partial<Options>) => void;
};

export function Safety({ siteId, site, options, rows, onChange }: Props) {
  const said = useWords(configureWords);
  const formats = useFormats();
  const { number } = formats;
  const { may } = useRights();
  const guards = useQuery({ ...safeguardsQuery(siteId), enabled: may('sites:read', siteId) }).data;
  const { expect = null, limits = {} } = options;
  const isOther = expect !== null && rows !== null && expect !== rows;
  const saying = useSites().find(({ id }) => id === guards?.effective.limits.fromSiteId) ?? site;
  const siteLimits = LIMITED.flatMap((name) => {
    const limit = guards?.effective.limits.value[name];
    return saysAnything(limit) && limit ? [said.limits[name](inWords(limit, formats))] : [];
  });
  const setPercent = (name: Limited, percent: number | null) => {
    const { [name]: _, ...others } = limits as Limits;
    onChange({
      limits: (percent === null
        ? others
        : { ...limits, [name]: { ...limits[name], percent } }) as NonNullable<Options['limits']>,
    });
  };
  return (
    <section className={styles['safety']}>
      <h3 className={styles['safetyTitle']}>
        <IconShieldCheck size={20} stroke={1.75} aria-hidden />
        {said.safety}
      </h3>
      <NumberInput
        id="expect"
        label={said.expect}
        description={said.expectAbout}
        value={expect ?? ''}
        onChange={(value) => onChange({ expect: typeof value === 'number' ? value : null })}
        min={0}
        allowDecimal={false}
        allowNegative={false}
        thousandSeparator={number(1000).charAt(1)}
        decimalSeparator={number(1000).charAt(1) === '.' ? ',' : '.'}
        hideControls
        error={isOther && said.notExpected(number(rows), number(expect))}
        rightSection={<span className={styles['unit']}>{said.people}</span>}
        rightSectionWidth={84}
        rightSectionPointerEvents="none"
      />
      <Share
        id="limit-archived"
        label={said.limitArchived}
        value={limits.archived?.percent}
        onChange={(value) => setPercent('archived', value)}
      />
      <Share
        id="limit-changed"
        label={said.limitChanged}
        value={limits.changed?.percent}
        onChange={(value) => setPercent('changed', value)}
      />
      {saying && siteLimits.length > 0 && (
        <p className={styles['about']}>{said.siteSays(saying.name, formats.list(siteLimits))}</p>
      )}
    </section>
  );
}

const inWords = ({ people, percent }: Limit, { number, percent: share }: Formats): string =>
  [...(percent == null ? [] : [share(percent)]), ...(people == null ? [] : [number(people)])].join(' / ');

type ShareProps = {
  id?: string;
  label: string;
  value: number | null | undefined;
  onChange: (value: number | null) => void;
};

function Share({ id: given, label, value, onChange }: ShareProps) {
  const own = useId();
  const id = given ?? own;
  return (
    <div className={styles['share']}>
      <label htmlFor={id}>{label}</label>
      <NumberInput
        id={id}
        className={styles['percent'] ?? ''}
        value={value ?? ''}
        onChange={(next) => onChange(typeof next === 'number' ? next : null)}
        min={0}
        max={100}
        clampBehavior="strict"
        hideControls
        placeholder="–"
        rightSection={<span className={styles['unit']}>%</span>}
        rightSectionWidth={28}
        rightSectionPointerEvents="none"
      />
    </div>
  );
}
