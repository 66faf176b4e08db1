// What keeps a source from going wrong: how much of a file may change or be missing, and how a file says how long it is.
import { NumberInput, Select, TextInput } from '@mantine/core';
import { useWords } from '../../words/language.tsx';
import styles from './source-form.module.css';
import type { FieldsProps } from './source-form.tsx';
import { formWords } from './source-form-words.ts';
import type { SourceValues } from './source-values.ts';

const ROW_COUNTS = ['none', 'trailer', 'file'] as const satisfies readonly SourceValues['rowCount'][];

type Props = FieldsProps & {
  /** Of a source with several runs for each set, each has limits of its own. */
  hasOneRun: boolean;
};

export function SafetyFields({ values, set, faultAt, hasOneRun }: Props) {
  const said = useWords(formWords);
  return (
    <div className={styles['fields']}>
      <div className={styles['pair']}>
        {hasOneRun && (
          <>
            <NumberInput
              label={said.maxChange}
              description={said.maxChangeNote}
              value={values.maxChange}
              min={0}
              max={100}
              suffix=" %"
              error={faultAt('parts.0.options.maxChangePercent')}
              onChange={(value) => set({ maxChange: typeof value === 'number' ? value : '' })}
            />
            <NumberInput
              label={said.rowsMin}
              description={said.rowsMinNote}
              value={values.rowsMin}
              min={0}
              allowDecimal={false}
              error={faultAt('parts.0.options.rowsMin')}
              onChange={(value) => set({ rowsMin: typeof value === 'number' ? value : '' })}
            />
          </>
        )}
        <NumberInput
          label={said.fewerRows}
          description={said.fewerRowsNote}
          value={values.fewerRows}
          min={0}
          max={100}
          allowDecimal={false}
          suffix=" %"
          error={faultAt('fewerRowsPercentMax')}
          onChange={(value) => set({ fewerRows: typeof value === 'number' ? value : '' })}
        />
      </div>
      <div className={styles['pair']}>
        <Select
          label={said.rowCount}
          data={ROW_COUNTS.map((value) => ({ value, label: said.rowCounts[value] }))}
          value={values.rowCount}
          allowDeselect={false}
          error={values.rowCount === 'none' && faultAt('rowCount')}
          onChange={(value) => set({ rowCount: ROW_COUNTS.find((one) => one === value) ?? 'none' })}
        />
        {values.rowCount === 'trailer' && (
          <TextInput
            label={said.trailerWord}
            description={said.trailerNote}
            value={values.trailerWord}
            maxLength={40}
            spellCheck={false}
            error={faultAt('rowCount')}
            onChange={(event) => set({ trailerWord: event.currentTarget.value })}
          />
        )}
        {values.rowCount === 'file' && (
          <TextInput
            label={said.countSuffix}
            description={said.countNote}
            value={values.countSuffix}
            maxLength={40}
            spellCheck={false}
            error={faultAt('rowCount')}
            onChange={(event) => set({ countSuffix: event.currentTarget.value })}
          />
        )}
      </div>
    </div>
  );
}
