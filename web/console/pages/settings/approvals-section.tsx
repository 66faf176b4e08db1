// When a run asks before it writes: limits, what another admin must approve, how long removals wait.
import { Checkbox, NumberInput, Radio, TagsInput } from '@mantine/core';
import { useForm } from '@mantine/form';
import { useQuery } from '@tanstack/react-query';
import type { SafeguardsPatch, SafeguardsWire } from '../../../../api/wire-safeguards.ts';
import { LIMITED, type Limited, type Limits } from '../../../../domain/limits.ts';
import { APPROVABLE, type Approvable } from '../../../../domain/safeguards.ts';
import { changeSafeguards, safeguardsQuery } from '../../client/safeguards.ts';
import { useRights } from '../../context/rights.ts';
import { useSites } from '../../context/site.ts';
import { useSaving } from '../../kit/saving.ts';
import { Loaded } from '../../kit/states.tsx';
import { useWords } from '../../words/language.tsx';
import styles from './approvals-section.module.css';
import { approvalsWords } from './approvals-words.ts';
import { SettingForm } from './form.tsx';
import type { SectionProps } from './settings.tsx';
import { settingsWords } from './settings-words.ts';

export default function ApprovalsSection({ siteId }: SectionProps) {
  const said = useWords(settingsWords);
  const query = useQuery(safeguardsQuery(siteId));
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: it scrolls, and who may not change anything has nothing in it to focus
    <section className={styles['section']} aria-label={said.sections.approvals.title} tabIndex={0}>
      <Loaded query={query}>
        {(safeguards) => <SafeguardsForm siteId={siteId} safeguards={safeguards} />}
      </Loaded>
    </section>
  );
}

type Numbers = Record<Limited, { people: number | ''; percent: number | '' }>;
type Kind = 'limits' | 'approvals' | 'graceMinutes' | 'stickyFields';

const numbersOf = (limits: Limits): Numbers =>
  Object.fromEntries(
    LIMITED.map((name) => [
      name,
      { people: limits[name]?.people ?? '', percent: limits[name]?.percent ?? '' },
    ]),
  ) as Numbers;

const limitsOf = (numbers: Numbers): Limits =>
  Object.fromEntries(
    LIMITED.map((name) => {
      const { people, percent } = numbers[name];
      return [name, { ...(people !== '' && { people }), ...(percent !== '' && { percent }) }] as const;
    }).filter(([, limit]) => Object.keys(limit).length > 0),
  );

function SafeguardsForm({ siteId, safeguards }: { siteId: number; safeguards: SafeguardsWire }) {
  const said = useWords(settingsWords);
  const own = useWords(approvalsWords);
  const { may } = useRights();
  const sites = useSites();
  const mayWrite = may('safeguards:write', siteId);
  const { effective } = safeguards;
  const form = useForm({
    initialValues: {
      isOwn: {
        limits: safeguards.own.limits !== null,
        approvals: safeguards.own.approvals !== null,
        graceMinutes: safeguards.own.graceMinutes !== null,
        stickyFields: safeguards.own.stickyFields !== null,
      } as Record<Kind, boolean>,
      limits: numbersOf(effective.limits.value),
      approvals: [...effective.approvals.value] as string[],
      graceHours: effective.graceMinutes.value / 60,
      stickyFields: [...effective.stickyFields.value],
    },
  });
  const { mutate, isPending } = useSaving({
    save: (body: SafeguardsPatch) => changeSafeguards(siteId, body),
    renews: ['safeguards'],
    done: said.saved,
  });
  const submit = form.onSubmit(({ isOwn, limits, approvals, graceHours, stickyFields }) =>
    mutate({
      limits: isOwn.limits ? limitsOf(limits) : null,
      approvals: isOwn.approvals ? (approvals as Approvable[]) : null,
      graceMinutes: isOwn.graceMinutes ? Math.round(graceHours * 60) : null,
      stickyFields: isOwn.stickyFields ? stickyFields : null,
    }),
  );
  const { isOwn } = form.values;
  /** Whether the site says it itself, and who does where it does not. */
  const whose = (kind: Kind) => {
    const from = effective[kind].fromSiteId;
    const name = sites.find(({ id }) => id === from)?.name;
    const above = from === null || from === siteId ? said.ofNobody : name ? said.saidBy(name) : '';
    return (
      <Radio.Group
        label={own.who[kind]}
        value={isOwn[kind] ? 'own' : 'above'}
        onChange={(value) => form.setFieldValue(`isOwn.${kind}`, value === 'own')}
        className={styles['whose'] ?? ''}
      >
        <Radio
          value="above"
          label={said.asAbove}
          description={isOwn[kind] ? undefined : above}
          disabled={!mayWrite}
        />
        <Radio value="own" label={own.ofThisSite} disabled={!mayWrite} />
      </Radio.Group>
    );
  };
  const isFixed = (kind: Kind) => !mayWrite || !isOwn[kind];
  return (
    <SettingForm
      title={said.sections.approvals.title}
      about={said.sections.approvals.about}
      onSave={mayWrite ? submit : undefined}
      isBusy={isPending}
    >
      <fieldset className={styles['group']}>
        <legend>{own.limits}</legend>
        <p className={styles['about']}>{own.limitsAbout}</p>
        {whose('limits')}
        <div className={styles['limits']}>
          {LIMITED.map((name) => (
            <div key={name} className={styles['limit']}>
              <span>{own.limited[name]}</span>
              <NumberInput
                aria-label={`${own.limited[name]} ${own.percent}`}
                suffix=" %"
                min={0}
                max={100}
                hideControls
                placeholder="– %"
                disabled={isFixed('limits')}
                {...form.getInputProps(`limits.${name}.percent`)}
              />
              <NumberInput
                aria-label={`${own.limited[name]} ${own.people}`}
                suffix={` ${own.people}`}
                min={0}
                hideControls
                allowDecimal={false}
                placeholder={`– ${own.people}`}
                disabled={isFixed('limits')}
                {...form.getInputProps(`limits.${name}.people`)}
              />
            </div>
          ))}
        </div>
      </fieldset>
      <fieldset className={styles['group']}>
        <legend>{own.approvals}</legend>
        <p className={styles['about']}>{own.approvalsAbout}</p>
        {whose('approvals')}
        <Checkbox.Group aria-label={own.approvals} {...form.getInputProps('approvals')}>
          <div className={styles['checks']}>
            {APPROVABLE.map((what) => (
              <Checkbox
                key={what}
                value={what}
                label={own.approvable[what]}
                disabled={isFixed('approvals')}
              />
            ))}
          </div>
        </Checkbox.Group>
      </fieldset>
      <fieldset className={styles['group']}>
        <legend>{own.grace}</legend>
        <p className={styles['about']}>{own.graceAbout}</p>
        {whose('graceMinutes')}
        <NumberInput
          label={own.hours}
          min={0}
          max={720}
          decimalScale={2}
          disabled={isFixed('graceMinutes')}
          {...form.getInputProps('graceHours')}
        />
      </fieldset>
      <fieldset className={styles['group']}>
        <legend>{own.sticky}</legend>
        <p className={styles['about']}>{own.stickyAbout}</p>
        {whose('stickyFields')}
        <TagsInput
          label={own.fields}
          acceptValueOnBlur
          disabled={isFixed('stickyFields')}
          {...form.getInputProps('stickyFields')}
        />
      </fieldset>
    </SettingForm>
  );
}
