// The named places of a preset with several files, each with its file or with what belongs there.
import { IconFilePlus } from '@tabler/icons-react';
import type { ReactNode } from 'react';
import type { ImportDraft } from '../../client/imports.ts';
import { useWords } from '../../words/language.tsx';
import styles from './upload.module.css';
import { uploadWords } from './upload-words.ts';

type File = ImportDraft['files'][number];
type Props = {
  templates: readonly string[];
  files: readonly File[];
  card: (file: File, label: string) => ReactNode;
};

export function Slots({ templates, files, card }: Props) {
  const said = useWords(uploadWords);
  return (
    <ol className={styles['slots']}>
      {templates.map((template, at) => {
        const file = files.find(({ slot }) => slot === template);
        const { name, about } = said.slots[template] ?? { name: template, about: '' };
        return (
          <li key={template} className={styles['slot']}>
            <h2 className={styles['slotName']}>
              {name} <span className={styles['slotNeed']}>{at === 0 ? said.needed : said.optional}</span>
            </h2>
            {file ? (
              card(file, name)
            ) : (
              <p className={styles['slotOpen']}>
                <IconFilePlus size={20} stroke={1.5} aria-hidden />
                {about}
              </p>
            )}
          </li>
        );
      })}
    </ol>
  );
}
