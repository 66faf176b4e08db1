// A value over time, as an area: drawn when it is first needed, and said in a sentence and a table to those who do not see it.
import { lazy, Suspense, useId } from 'react';
import { useFormats } from '../words/formats.ts';
import styles from './time-chart.module.css';

const Drawing = lazy(() => import('./time-chart-drawing.tsx'));

export type TimePoint = { at: string; value: number };

type Props = {
  /** What is shown, such as *Photos received*. */
  label: string;
  points: readonly TimePoint[];
  /** What there is to see in it, as a sentence. */
  summary: string;
  height?: number;
  /** How a time and a value are written; left out: its day, and the number. */
  xOf?: (at: string) => string;
  yOf?: (value: number) => string;
};

export function TimeChart({ label, points, summary, height = 160, xOf, yOf }: Props) {
  const { shortDate, number } = useFormats();
  const id = useId();
  const [toX, toY] = [xOf ?? ((at: string) => shortDate(at)), yOf ?? number];
  return (
    <figure className={styles['chart']} aria-labelledby={id} style={{ height }}>
      <figcaption id={id} className="visually-hidden">
        {label}: {summary}
      </figcaption>
      <div aria-hidden className={styles['drawing']}>
        <Suspense fallback={null}>
          <Drawing label={label} points={points} height={height} xOf={toX} yOf={toY} />
        </Suspense>
      </div>
      {/* A table is as tall as its rows, whatever is said of its height: what is around it is not. */}
      <div className="visually-hidden">
        <table>
          <caption>{label}</caption>
          <tbody>
            {points.map(({ at, value }) => (
              <tr key={at}>
                <th scope="row">{toX(at)}</th>
                <td>{toY(value)}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
    </figure>
  );
}
