// Beside the upload: which kind of file it is, empty ones to fill in, and what Muster does with it.
import { Select } from '@mantine/core';
import { IconCheck, IconDownload } from '@tabler/icons-react';
import { saverOf } from '../../client/draft-saver.ts';
import type { ImportDraft } from '../../client/imports.ts';
import { type PresetWire, templateAddress } from '../../client/presets.ts';
import { useWords } from '../../words/language.tsx';
import styles from './upload.module.css';
import { uploadWords } from './upload-words.ts';

export function UploadBeside({ draft, presets }: { draft: ImportDraft; presets: readonly PresetWire[] }) {
  const said = useWords(uploadWords);
  const { settings, siteId } = draft;
  const nameOf = ({ name, title }: PresetWire) => said.templates[name] ?? title;
  const choose = (name: string | null) => {
    const preset = presets.find((one) => one.name === name);
    if (!preset || name === null || name === settings.preset) return;
    const isMany = preset.templates.length > 1;
    const files = draft.files.slice(0, isMany ? 3 : 1).map((file, at) => ({
      ...file,
      slot: isMany ? (preset.templates[at] ?? null) : null,
    }));
    saverOf(draft.id).change({ settings: { preset: name, choices: {}, rows: null }, files });
  };
  return (
    <aside className={styles['beside']}>
      <Select
        label={said.kind}
        data={presets.map((preset) => ({ value: preset.name, label: nameOf(preset) }))}
        value={settings.preset}
        allowDeselect={false}
        onChange={choose}
      />
      <section>
        <h2>{said.noFileYet}</h2>
        <ul className={styles['templates']}>
          {presets.map((preset) => {
            const { file, href } = templateAddress(preset, siteId);
            return (
              <li key={preset.name}>
                <a href={href} download={file}>
                  <IconDownload size={18} stroke={1.75} aria-hidden />
                  <span>{nameOf(preset)}</span> <span className={styles['file']}>{file}</span>
                </a>
              </li>
            );
          })}
          {settings.preset === 'user-update' && (
            <li>
              <a href="/v1/sites.csv" download="sites.csv">
                <IconDownload size={18} stroke={1.75} aria-hidden />
                <span>{said.accounts}</span> <span className={styles['file']}>sites.csv</span>
              </a>
            </li>
          )}
        </ul>
      </section>
      <section>
        <h2>{said.does}</h2>
        <ul className={styles['doing']}>
          {said.doing.map(([what, how]) => (
            <li key={what}>
              <IconCheck size={20} stroke={1.75} aria-hidden />
              <span>
                <strong>{what}</strong>
                {how}
              </span>
            </li>
          ))}
        </ul>
      </section>
    </aside>
  );
}
