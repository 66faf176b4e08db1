// A cell of the plan is mended beside itself: what is wrong, what was probably meant, for this row or all like it.
import { Button, Modal, Popover, TextInput } from '@mantine/core';
import { IconExclamationCircle } from '@tabler/icons-react';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { type FormEvent, useEffect, useRef, useState } from 'react';
import type { BulkAction } from '../../../../api/wire.ts';
import type { MendingWire } from '../../../../api/wire-plans.ts';
import type { BulkRow } from '../../../../api/wire-rows.ts';
import { ruleOf } from '../../../../domain/mending.ts';
import { runQuery } from '../../client/bulk-actions.ts';
import { mendCells, mendingQuery } from '../../client/plans.ts';
import { sessionQuery } from '../../client/session.ts';
import { Failure, Waiting } from '../../kit/states.tsx';
import { useFormats } from '../../words/formats.ts';
import { useWords } from '../../words/language.tsx';
import styles from './preview.module.css';
import { previewWords } from './preview-words.ts';

export type MendPlace = { index: number; row: BulkRow; field: string; position: number };

type Props = {
  run: BulkAction;
  round: number;
  place: MendPlace;
  /** Which field of which row. */
  label: string;
  isMendable: boolean;
  /** The cell; null where there is no room beside it. */
  anchor: HTMLElement | null;
  onClose: () => void;
};

export function MendCell(props: Props) {
  const { anchor, label, onClose } = props;
  if (anchor === null)
    return (
      <Modal opened onClose={onClose} title={label} size="md">
        <Mend {...props} />
      </Modal>
    );
  const { left, top, width, height } = anchor.getBoundingClientRect();
  return (
    <Popover
      opened
      onDismiss={onClose}
      position="bottom-start"
      offset={8}
      width={420}
      trapFocus
      withRoles={false}
      closeOnEscape
      withinPortal
      shadow="md"
    >
      <Popover.Target>
        <div className={styles['anchor']} style={{ left, top, width, height }} />
      </Popover.Target>
      <Popover.Dropdown role="dialog" aria-label={label} className={styles['mend']}>
        <Mend {...props} />
      </Popover.Dropdown>
    </Popover>
  );
}

function Mend(props: Props) {
  const { run, round, place } = props;
  const said = useWords(previewWords);
  const { data: me } = useQuery(sessionQuery);
  const isOwn = run.startedById === null || me?.personId === run.startedById;
  const { data, error } = useQuery({
    ...mendingQuery(run.id, round, place.row.row, place.field),
    enabled: props.isMendable && isOwn,
  });
  if (!isOwn || !props.isMendable)
    return <p className={styles['mendNote']}>{isOwn ? said.unfit : said.others}</p>;
  if (error) return <Failure error={error} />;
  return data ? <MendForm {...props} cell={data} /> : <Waiting lines={3} />;
}

function MendForm({ run, round, place, label, cell, onClose }: Props & { cell: MendingWire }) {
  const said = useWords(previewWords);
  const { number } = useFormats();
  const client = useQueryClient();
  const [typed, setTyped] = useState(cell.suggestion ?? cell.value);
  const field = useRef<HTMLInputElement>(null);
  useEffect(() => field.current?.focus(), []);
  const { code } = cell;
  const isSame = typed === cell.value;
  const alike =
    code === null || isSame ? 1 : (cell.alike[ruleOf({ code, from: cell.value, to: typed })] ?? 1);
  const mending = useMutation({
    mutationFn: (isForAll: boolean) => {
      const one = { row: place.row.row, field: place.field, value: typed };
      return mendCells(
        run.id,
        isForAll && code !== null ? { round, like: { ...one, code } } : { round, cells: [one] },
      );
    },
    onSuccess: (changed) => {
      client.setQueryData(runQuery(run.id).queryKey, changed);
      onClose();
    },
  });
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (isSame) onClose();
    else if (!mending.isPending) mending.mutate(false);
  };
  return (
    <form onSubmit={submit} className={styles['mendForm']}>
      {cell.hint !== null && (
        <p className={styles['mendWhy']}>
          <IconExclamationCircle size={18} stroke={1.75} aria-hidden />
          <span>{cell.hint}</span>
        </p>
      )}
      <TextInput
        data-autofocus
        ref={field}
        autoComplete="off"
        spellCheck={false}
        aria-label={label}
        value={typed}
        onChange={(event) => setTyped(event.currentTarget.value)}
        error={mending.error?.message}
        rightSection={<kbd className={styles['key']}>Enter</kbd>}
        rightSectionWidth={64}
        rightSectionPointerEvents="none"
      />
      <p className={styles['mendNote']}>
        {cell.file === null ? said.stays : said.fileHad(cell.file === '' ? said.empty : cell.file)}
      </p>
      <div className={styles['mendAnswers']}>
        <Button type="submit" loading={mending.isPending}>
          {said.fix}
        </Button>
        {alike > 1 && (
          <Button variant="default" disabled={mending.isPending} onClick={() => mending.mutate(true)}>
            {said.fixAll(number(alike))}
          </Button>
        )}
      </div>
    </form>
  );
}
