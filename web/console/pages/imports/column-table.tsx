// The columns of a file, line by line: two examples, the field, the value as Muster reads it, and how it was matched.
import { Button } from '@mantine/core';
import { IconArrowRight } from '@tabler/icons-react';
import { useMemo, useState } from 'react';
import type { FieldDefinitionWire } from '../../../../api/wire-org.ts';
import { useFormats } from '../../words/formats.ts';
import { useWords } from '../../words/language.tsx';
import styles from './column-table.module.css';
import { type ColumnLine, inOrder, letterOf } from './columns.ts';
import { configureWords } from './configure-words.ts';
import { FieldSelect } from './field-select.tsx';
import { MatchedMark } from './matched-mark.tsx';
import { useReading } from './read-value.tsx';
import type { FileColumns } from './use-columns.ts';

type Props = {
  columns: FileColumns;
  definitions: readonly FieldDefinitionWire[];
  cardIdType: 'decimal' | 'hex';
  /** Another one sorts the lines anew. */
  arrangement: number;
  onChoose: (line: ColumnLine, field: string | null) => void;
};

const EXAMPLES = 2;
/** Of a file of hundreds of columns most are left out: so many of those are shown, and the others on request. */
const LEFT_OUT_SHOWN = 20;

export const lineId = ({ slot, position }: Pick<ColumnLine, 'slot' | 'position'>): string =>
  `column-${slot}-${position}`;

export function ColumnTable({ columns, definitions, cardIdType, arrangement, onChoose }: Props) {
  const said = useWords(configureWords);
  const { number } = useFormats();
  const read = useReading(columns.preview);
  const { lines, fields } = columns;
  // As it was when the file was first shown so: nothing moves away from whoever is choosing.
  const order = lines.map(({ position }) => position).join();
  // biome-ignore lint/correctness/useExhaustiveDependencies: what is chosen does not count
  const positions = useMemo(
    () => inOrder(lines).map(({ position }) => position),
    [order, columns.file.id, arrangement],
  );
  const [isWhole, setWhole] = useState(false);
  const all = positions.flatMap((position) => lines.find((line) => line.position === position) ?? []);
  const hidden = isWhole ? [] : all.filter(({ matchedBy }) => matchedBy === 'left-out').slice(LEFT_OUT_SHOWN);
  const away = new Set(hidden);
  const table = (
    <table className={styles['table']} aria-label={said.match}>
      <thead className={styles['heads']}>
        <tr className={styles['row']}>
          <th scope="col">{said.column}</th>
          <th scope="col">{said.examples}</th>
          <th scope="col">{said.field}</th>
          <th scope="col">{said.readAs}</th>
          <th scope="col">{said.how}</th>
        </tr>
      </thead>
      <tbody>
        {all
          .filter((line) => !away.has(line))
          .map((line) => (
            <tr
              key={line.position}
              className={styles['row']}
              data-left={line.matchedBy === 'left-out' || undefined}
            >
              <th scope="row" className={styles['column']}>
                <span className={styles['letter']}>{letterOf(line.position)}</span>{' '}
                <span className={styles['name']}>{line.header || <em>{said.unnamed}</em>}</span>
              </th>
              <td className={styles['examples']} title={line.samples.join(' · ')}>
                {line.samples.length === 0 ? (
                  <em>{said.empty}</em>
                ) : (
                  line.samples.slice(0, EXAMPLES).join(' · ')
                )}
              </td>
              <td className={styles['field']}>
                <IconArrowRight size={16} stroke={1.5} aria-hidden className={styles['arrow']} />
                <FieldSelect
                  id={lineId(line)}
                  line={line}
                  fields={fields}
                  definitions={definitions}
                  cardIdType={cardIdType}
                  onChoose={(field) => onChoose(line, field)}
                />
              </td>
              <td className={styles['read']}>{read(line)}</td>
              <td className={styles['how']}>
                <MatchedMark line={line} fields={fields} />
              </td>
            </tr>
          ))}
      </tbody>
    </table>
  );
  return (
    <>
      {table}
      {hidden.length > 0 && (
        <Button variant="subtle" onClick={() => setWhole(true)}>
          {said.moreLeftOut(number(hidden.length))}
        </Button>
      )}
    </>
  );
}
