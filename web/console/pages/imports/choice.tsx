// One of a few answers, all of which are seen.
import { SegmentedControl } from '@mantine/core';
import { type ReactNode, useId } from 'react';
import styles from './configure.module.css';

type ChoiceProps<Value extends string> = {
  label: string;
  about?: ReactNode;
  value: Value;
  data: { value: Value; label: string }[];
  onChange: (value: Value) => void;
};

export function Choice<Value extends string>({ label, about, value, data, onChange }: ChoiceProps<Value>) {
  const id = useId();
  return (
    <div>
      <div id={id} className={styles['label']}>
        {label}
      </div>
      <SegmentedControl
        fullWidth
        aria-labelledby={id}
        data={data}
        value={value}
        onChange={(one) => onChange(one as Value)}
      />
      {about !== undefined && <p className={styles['about']}>{about}</p>}
    </div>
  );
}
