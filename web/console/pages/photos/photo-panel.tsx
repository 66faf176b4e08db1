// Beside the photo: why it is sent back, and the two answers. Or, of one that was decided about, by whom and why.
import { Button, TextInput } from '@mantine/core';
import { IconCheck, IconMailForward } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { type ReactNode, useId } from 'react';
import type { Photo } from '../../../../api/wire-photo-review.ts';
import { type DeclineReason, NOTE_LENGTH_MAX } from '../../../../domain/photo.ts';
import { declineReasonsQuery } from '../../client/photos.ts';
import { EditButton } from '../../kit/edit-button.tsx';
import { useFormats } from '../../words/formats.ts';
import { useWords } from '../../words/language.tsx';
import styles from './photo-panel.module.css';
import { photoWords } from './photo-words.ts';
import type { Review } from './use-review.ts';

/** The side of the page, whose answers stay in sight. */
export const PhotoPanel = ({ children, footer }: { children: ReactNode; footer?: ReactNode }) => (
  <aside className={styles['panel']}>
    {/* biome-ignore lint/a11y/noNoninteractiveTabindex: a region that scrolls is gone through by keys */}
    <div className={styles['content']} tabIndex={0}>
      {children}
    </div>
    {footer !== undefined && <div className={styles['footer']}>{footer}</div>}
  </aside>
);

export type Reasons = {
  reasons: ReadonlySet<DeclineReason>;
  toggle: (reason: DeclineReason) => void;
  note: string;
  setNote: (note: string) => void;
  /** True once somebody wanted to send back without saying why. */
  isMissing: boolean;
};

type WhyProps = { why: Reasons; title: string; noteLabel: string };

export function WhySentBack({ why, title, noteLabel }: WhyProps) {
  const said = useWords(photoWords);
  const id = useId();
  const { data: reasons = [] } = useQuery(declineReasonsQuery);
  return (
    // biome-ignore lint/a11y/useSemanticElements: a fieldset has no room for its heading
    <section className={styles['section']} role="group" aria-labelledby={id}>
      <h3 className={styles['title']} id={id}>
        {title}
      </h3>
      <div className={styles['reasons']}>
        {reasons.map(({ reason, label }, index) => (
          // biome-ignore lint/a11y/useSemanticElements: its number stands where a box would
          <button
            key={reason}
            type="button"
            role="checkbox"
            aria-checked={why.reasons.has(reason)}
            className={styles['reason']}
            onClick={() => why.toggle(reason)}
          >
            <span className={styles['key']}>{index + 1}</span> {label}
          </button>
        ))}
      </div>
      <TextInput
        aria-label={noteLabel}
        placeholder={noteLabel}
        value={why.note}
        maxLength={NOTE_LENGTH_MAX}
        autoComplete="off"
        onChange={(event) => why.setNote(event.currentTarget.value)}
        onKeyDown={(event) => {
          if (event.key === 'Escape') event.currentTarget.blur();
        }}
        error={why.isMissing && said.sayWhy}
      />
    </section>
  );
}

type AnswersProps = {
  review: Review;
  approveLabel: string;
  sendBackLabel: string;
  onApprove: () => void;
  onSendBack: () => void;
};

export function Answers({ review, approveLabel, sendBackLabel, onApprove, onSendBack }: AnswersProps) {
  return (
    <>
      <div className={styles['answers']}>
        <EditButton
          variant="default"
          size="md"
          leftSection={<IconMailForward size={18} stroke={1.75} aria-hidden />}
          rightSection={<kbd className={styles['kbd']}>R</kbd>}
          onClick={onSendBack}
        >
          {sendBackLabel}
        </EditButton>
        <EditButton
          size="md"
          leftSection={<IconCheck size={18} stroke={1.75} aria-hidden />}
          rightSection={<kbd className={styles['kbd']}>A</kbd>}
          onClick={onApprove}
        >
          {approveLabel}
        </EditButton>
      </div>
      <LastDecision review={review} />
    </>
  );
}

/** What was decided last, and how it is taken back while nobody has been told. */
export function LastDecision({ review: { last, takeBack } }: { review: Review }) {
  const said = useWords(photoWords);
  return (
    <div className={styles['last']}>
      <span role="status">{last?.words}</span>{' '}
      {last ? (
        <>
          <span className={styles['seconds']}>{said.mailIn(last.secondsLeft)}</span>
          <Button
            variant="subtle"
            size="compact-sm"
            rightSection={<kbd className={styles['kbd']}>Z</kbd>}
            onClick={() => void takeBack()}
          >
            {said.takeBack}
          </Button>
        </>
      ) : (
        <span className={styles['hint']}>
          {said.nextOpens} <kbd className={styles['kbd']}>Z</kbd> {said.takesBack}
        </span>
      )}
    </div>
  );
}

/** What somebody has said of a photo. */
export function WasDecided({ photo }: { photo: Photo }) {
  const said = useWords(photoWords);
  const formats = useFormats();
  const { data: reasons = [] } = useQuery(declineReasonsQuery);
  const by = photo.decidedBy ?? said.somebody;
  const at = photo.decidedAt === null ? '' : formats.dateTime(photo.decidedAt);
  return (
    <section className={styles['section']}>
      <p>{photo.state === 'approved' ? said.approvedBy(by, at) : said.sentBackBy(by, at)}</p>
      {photo.reasons.length > 0 && (
        <>
          <h3 className={styles['title']}>{said.reasons}</h3>
          <ul className={styles['given']}>
            {photo.reasons.map((given) => (
              <li key={given}>{reasons.find(({ reason }) => reason === given)?.label ?? given}</li>
            ))}
          </ul>
        </>
      )}
      {photo.note !== null && (
        <>
          <h3 className={styles['title']}>{said.noteWas}</h3>
          <p>{photo.note}</p>
        </>
      )}
    </section>
  );
}
