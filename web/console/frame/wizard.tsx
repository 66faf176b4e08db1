// The frame of an import: what it is of, its five steps, the step's content, and what is next at the bottom.
import { ActionIcon } from '@mantine/core';
import { IconCheck, IconX } from '@tabler/icons-react';
import { Link } from '@tanstack/react-router';
import { type ReactNode, useEffect } from 'react';
import { useWords } from '../words/language.tsx';
import { MenuButton } from './menu-button.tsx';
import styles from './wizard.module.css';
import { type StepNumber, wizardWords } from './wizard-words.ts';

const STEPS: readonly StepNumber[] = [1, 2, 3, 4, 5];

type Props = {
  /** What is done: Import users. It is no heading: the step has one of its own. */
  title: string;
  /** What it is done with: the file and its rows, or the site. */
  note?: ReactNode;
  step: StepNumber;
  /** Where the other steps are, as far as one may go there. */
  links?: Partial<Record<StepNumber, string>>;
  /** Beside the way out: whether the draft is saved. */
  status?: ReactNode;
  onCloseTo: string;
  /** Stays at the bottom whatever is scrolled. */
  footer?: ReactNode;
  /** `full` where the content reaches the edges and scrolls inside. */
  width?: 'wide' | 'full';
  children: ReactNode;
};

export function Wizard(props: Props) {
  const { title, note, step, links = {}, status, onCloseTo, footer, width = 'wide', children } = props;
  const said = useWords(wizardWords);
  useEffect(() => {
    document.title = `${said.steps[step]} · ${title} · Muster`;
  }, [said, step, title]);
  return (
    <>
      <header className={styles['bar']}>
        <div className={styles['what']}>
          <MenuButton />
          <span className={styles['title']}>{title}</span>
          {note !== undefined && (
            <>
              <span aria-hidden className={styles['dot']}>
                ·
              </span>
              <span className={styles['note']}>{note}</span>
            </>
          )}
        </div>
        <Steps step={step} links={links} />
        <div className={styles['end']}>
          {status}
          <ActionIcon
            component={Link}
            to={onCloseTo}
            aria-label={said.close}
            title={said.close}
            className={styles['close']}
          >
            <IconX size={20} stroke={1.75} aria-hidden />
          </ActionIcon>
        </div>
      </header>
      <main id="main" tabIndex={-1} className={styles['main']} data-width={width}>
        {children}
      </main>
      {footer !== undefined && <footer className={styles['footer']}>{footer}</footer>}
    </>
  );
}

function Steps({ step, links }: { step: StepNumber; links: Partial<Record<StepNumber, string>> }) {
  const said = useWords(wizardWords);
  return (
    <nav aria-label={said.progress} className={styles['steps']}>
      <ol>
        {STEPS.map((one) => {
          const to = one === step ? undefined : links[one];
          const isDone = one < step;
          const inside = (
            <>
              <span className={styles['number']} aria-hidden>
                {isDone ? <IconCheck size={16} stroke={2} /> : one}
              </span>
              <span className={styles['name']}>
                {said.steps[one]}
                {isDone && <span className="visually-hidden"> ({said.done})</span>}
              </span>
            </>
          );
          return (
            <li
              key={one}
              className={styles['step']}
              data-state={one === step ? 'here' : isDone ? 'done' : 'ahead'}
              aria-current={one === step ? 'step' : undefined}
            >
              {to === undefined ? inside : <Link to={to}>{inside}</Link>}
            </li>
          );
        })}
      </ol>
    </nav>
  );
}
