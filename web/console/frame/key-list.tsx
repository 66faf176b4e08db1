// All keys, by where they hold.
import { Kbd, Modal } from '@mantine/core';
import { useKeys } from '../context/keys.ts';
import { usePreferences } from '../context/preferences.tsx';
import { dictionary, useWords } from '../words/language.tsx';
import styles from './key-list.module.css';

/** Each line: the keys, of which those in one string are pressed one after the other, and what they do. */
type Line = readonly [keys: readonly string[], does: string];
type Words = {
  title: string;
  close: string;
  off: string;
  after: string;
  groups: readonly [string, readonly Line[]][];
};

const words = dictionary<Words>({
  en: {
    title: 'Keys',
    close: 'Close',
    off: 'Single keys are off. Your menu at the bottom of the sidebar turns them on.',
    after: 'then',
    groups: [
      [
        'Everywhere',
        [
          [['Ctrl+K'], 'Search'],
          [['?'], 'This list'],
          [['/'], 'Find on the page'],
          [['Ctrl+Enter'], 'The primary button'],
          [['E'], 'Edit'],
          [['Esc'], 'Back'],
        ],
      ],
      [
        'Go to',
        [
          [['G H'], 'Home'],
          [['G P'], 'People'],
          [['G I'], 'Import users'],
          [['G R'], 'Runs'],
          [['G A'], 'Approvals'],
          [['G O'], 'Photos'],
          [['G S'], 'Sources'],
        ],
      ],
      [
        'Lists',
        [
          [['J', 'K'], 'Next and previous row'],
          [['X'], 'Select the row'],
          [['Shift+X'], 'Select up to the row'],
          [['Enter'], 'Open the row'],
        ],
      ],
      [
        'Preview',
        [
          [['↑', '↓', '←', '→'], 'Move between cells'],
          [['Enter'], 'Edit the cell'],
          [['F'], 'Next problem'],
        ],
      ],
      [
        'Photos',
        [
          [['A'], 'Approve'],
          [['R'], 'Send back'],
          [['1', '2', '3', '4'], 'Choose a reason'],
          [['Z'], 'Take it back'],
          [['←', '→'], 'Previous and next photo'],
        ],
      ],
    ],
  },
  de: {
    title: 'Tasten',
    close: 'Schließen',
    off: 'Einzelne Tasten sind aus. Ihr Menü unten in der Seitenleiste schaltet sie ein.',
    after: 'dann',
    groups: [
      [
        'Überall',
        [
          [['Strg+K'], 'Suchen'],
          [['?'], 'Diese Liste'],
          [['/'], 'Auf der Seite finden'],
          [['Strg+Enter'], 'Der wichtigste Knopf'],
          [['E'], 'Bearbeiten'],
          [['Esc'], 'Zurück'],
        ],
      ],
      [
        'Gehen zu',
        [
          [['G H'], 'Start'],
          [['G P'], 'Personen'],
          [['G I'], 'Personen importieren'],
          [['G R'], 'Läufe'],
          [['G A'], 'Genehmigungen'],
          [['G O'], 'Fotos'],
          [['G S'], 'Quellen'],
        ],
      ],
      [
        'Listen',
        [
          [['J', 'K'], 'Nächste und vorige Zeile'],
          [['X'], 'Zeile auswählen'],
          [['Umschalt+X'], 'Bis zur Zeile auswählen'],
          [['Enter'], 'Zeile öffnen'],
        ],
      ],
      [
        'Vorschau',
        [
          [['↑', '↓', '←', '→'], 'Zwischen Zellen bewegen'],
          [['Enter'], 'Zelle bearbeiten'],
          [['F'], 'Nächstes Problem'],
        ],
      ],
      [
        'Fotos',
        [
          [['A'], 'Annehmen'],
          [['R'], 'Zurückschicken'],
          [['1', '2', '3', '4'], 'Grund wählen'],
          [['Z'], 'Zurücknehmen'],
          [['←', '→'], 'Voriges und nächstes Foto'],
        ],
      ],
    ],
  },
});

export default function KeyList({ onClose }: { onClose: () => void }) {
  const said = useWords(words);
  const { hasSingleKeys } = usePreferences();
  useKeys({ '?': onClose }, { isInDialog: true });
  return (
    <Modal
      opened
      onClose={onClose}
      title={said.title}
      size={720}
      closeButtonProps={{ 'aria-label': said.close }}
    >
      {!hasSingleKeys && <p className={styles['off']}>{said.off}</p>}
      <div className={styles['groups']}>
        {said.groups.map(([group, lines]) => (
          <section key={group} className={styles['group']}>
            <h3 className={styles['name']}>{group}</h3>
            <dl className={styles['lines']}>
              {lines.map(([keys, does]) => (
                <div key={does} className={styles['line']}>
                  <dt className={styles['keys']}>
                    {keys.map((key) => (
                      <Sequence key={key} keys={key.split(' ')} after={said.after} />
                    ))}
                  </dt>
                  <dd className={styles['does']}>{does}</dd>
                </div>
              ))}
            </dl>
          </section>
        ))}
      </div>
    </Modal>
  );
}

const Sequence = ({ keys, after }: { keys: readonly string[]; after: string }) => (
  <>
    {keys.map((key, place) => (
      <span key={key}>
        {place > 0 && <span className={styles['then']}> {after} </span>}
        {key.split('+').map((part, at) => (
          <span key={part}>
            {at > 0 && ' '}
            <Kbd>{part}</Kbd>
          </span>
        ))}{' '}
      </span>
    ))}
  </>
);
