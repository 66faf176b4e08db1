// The left of the settings: what kind of file it is and what shall happen, then what keeps it from going wrong.
import { Select } from '@mantine/core';
import type { Site } from '../../../../api/wire-org.ts';
import { ABSENT_MODES, INVITE_MODES, type RunAction } from '../../../../domain/bulk-action.ts';
import type { Permission } from '../../../../domain/rights.ts';
import { useRights } from '../../context/rights.ts';
import { runWords } from '../../kit/run-words.ts';
import { useWords } from '../../words/language.tsx';
import { CardOptions } from './card-options.tsx';
import { Choice } from './choice.tsx';
import { letterOf } from './columns.ts';
import styles from './configure.module.css';
import { configureWords } from './configure-words.ts';
import { mayInvite, type Options, writes } from './draft-asked.ts';
import { Safety } from './safety.tsx';
import { uploadWords } from './upload-words.ts';
import type { Columns } from './use-columns.ts';

type Props = {
  site: Site | undefined;
  siteId: number;
  columns: Columns;
  rows: number | null;
  onChange: (options: Partial<Options>) => void;
  onPreset: (name: string) => void;
};

/** What each action takes; the API asks for the same. */
const RIGHTS: Readonly<Partial<Record<RunAction, readonly Permission[]>>> = {
  'create-or-update': ['people:create', 'people:update'],
  create: ['people:create'],
  update: ['people:update'],
  archive: ['people:archive'],
  restore: ['people:restore'],
  anonymize: ['people:anonymize'],
  delete: ['people:delete'],
  sync: ['people:create', 'people:update'],
};
const EXISTING = ['keep', 'overwrite', 'fill-missing'] as const;

export function ConfigureOptions({ site, siteId, columns, rows, onChange, onPreset }: Props) {
  const said = useWords(configureWords);
  const { may } = useRights();
  const { preset, options } = columns;
  const {
    action = 'create-or-update',
    existing = 'overwrite',
    invite = 'none',
    absent = 'archive',
  } = options;
  const words = useWords(runWords).action;
  const mapped = columns.files.flatMap(({ lines }) => lines);
  const ownAction = mapped.find(({ field }) => field === 'action');
  const hasCards = mapped.some(({ field }) => field === 'card_id');
  const actions = (preset?.actions ?? [action]).filter(
    (one) => one === action || RIGHTS[one]?.every((right) => may(right, siteId)),
  );
  const absents = ABSENT_MODES.filter(
    (one) =>
      one === absent || one === 'keep' || may(one === 'delete' ? 'people:delete' : 'people:archive', siteId),
  );
  return (
    <div className={styles['options']}>
      <h2 className="visually-hidden">{said.options}</h2>
      <PresetSelect site={site} columns={columns} onPreset={onPreset} />
      <Select
        label={said.action}
        description={ownAction ? said.ownAction(letterOf(ownAction.position)) : said.actionAbout[action]}
        data={actions.map((one) => ({ value: one, label: words[one] ?? one }))}
        value={action}
        allowDeselect={false}
        onChange={(value) => value && onChange({ action: value as NonNullable<Options['action']> })}
      />
      {action === 'sync' && (
        <Choice
          label={said.absent}
          about={said.absentAbout[absent]}
          value={absent}
          data={absents.map((value) => ({ value, label: said.absentModes[value] }))}
          onChange={(value) => onChange({ absent: value })}
        />
      )}
      {writes(action) && action !== 'create' && (
        <Choice
          label={said.existing}
          about={said.existingAbout[existing]}
          value={existing}
          data={EXISTING.map((value) => ({ value, label: said.existingModes[value] }))}
          onChange={(value) => onChange({ existing: value })}
        />
      )}
      {mayInvite(action) && may('invitations:write', siteId) && (
        <Choice
          label={said.invite}
          value={invite}
          data={INVITE_MODES.map((value) => ({ value, label: said.inviteModes[value] }))}
          onChange={(value) => onChange({ invite: value })}
        />
      )}
      {hasCards && <CardOptions options={options} onChange={onChange} />}
      <Safety siteId={siteId} site={site} options={options} rows={rows} onChange={onChange} />
    </div>
  );
}

function PresetSelect({ site, columns, onPreset }: Pick<Props, 'site' | 'columns' | 'onPreset'>) {
  const said = useWords(configureWords);
  const { templates } = useWords(uploadWords);
  const { presets, preset } = columns;
  const items = (isBuiltIn: boolean) =>
    presets
      .filter(({ siteId }) => (siteId === null) === isBuiltIn)
      .map(({ name, title }) => ({ value: name, label: templates[name] ?? title }));
  const saved = items(false);
  return (
    <Select
      label={said.preset}
      description={said.presetAbout}
      data={
        saved.length === 0
          ? items(true)
          : [
              { group: said.savedOn(site?.name ?? ''), items: saved },
              { group: said.builtIn, items: items(true) },
            ]
      }
      value={preset?.name ?? null}
      allowDeselect={false}
      onChange={(value) => value && onPreset(value)}
    />
  );
}
