// What holds for the cards that a file brings: how their numbers are written, and from when until when they are valid.
import '@mantine/dates/styles.layer.css';
import 'dayjs/locale/de';
import { DateInput } from '@mantine/dates';
import { IconCalendar } from '@tabler/icons-react';
import { CARD_ID_TYPES } from '../../../../domain/bulk-action.ts';
import { useLanguage, useWords } from '../../words/language.tsx';
import { Choice } from './choice.tsx';
import styles from './configure.module.css';
import { configureWords } from './configure-words.ts';
import type { Options } from './draft-asked.ts';

type Props = { options: Options; onChange: (options: Partial<Options>) => void };

/** True where the days are in the wrong order: no run takes them so. */
export const areDaysReversed = ({ cardValidFrom, cardValidUntil }: Options): boolean =>
  cardValidFrom != null && cardValidUntil != null && cardValidFrom > cardValidUntil;

export function CardOptions({ options, onChange }: Props) {
  const said = useWords(configureWords);
  const language = useLanguage();
  const common = {
    locale: language,
    valueFormat: language === 'de' ? 'D. MMM YYYY' : 'D MMM YYYY',
    // Emptied, it names no day.
    allowDeselect: true,
    rightSection: <IconCalendar size={16} stroke={1.75} aria-hidden />,
    rightSectionPointerEvents: 'none',
  } as const;
  return (
    <>
      <Choice
        label={said.cardIds}
        value={options.cardIdType ?? 'decimal'}
        data={CARD_ID_TYPES.map((value) => ({ value, label: said.cardIdTypes[value] }))}
        onChange={(value) => onChange({ cardIdType: value })}
      />
      <div>
        <div className={styles['days']}>
          <DateInput
            {...common}
            label={said.validFrom}
            value={options.cardValidFrom ?? null}
            onChange={(value) => onChange({ cardValidFrom: value })}
          />
          <DateInput
            {...common}
            id="card-valid-until"
            label={said.validUntil}
            value={options.cardValidUntil ?? null}
            error={areDaysReversed(options) && said.daysReversed}
            onChange={(value) => onChange({ cardValidUntil: value })}
          />
        </div>
        <p className={styles['about']}>{said.validAbout}</p>
      </div>
    </>
  );
}
