// Which roles are given and which are taken away: each role of the site, in two columns of checkboxes.
import { Checkbox } from '@mantine/core';
import type { Role } from '../../../../api/wire-org.ts';
import { useRights } from '../../context/rights.ts';
import { useWords } from '../../words/language.tsx';
import styles from './roles.module.css';
import { rolesWords } from './roles-words.ts';

export type RolesChosen = { add: readonly number[]; remove: readonly number[] };

type Props = {
  siteId: number;
  roles: readonly Role[];
  chosen: RolesChosen;
  onChosen: (chosen: RolesChosen) => void;
};

/** Those that allow more than the admin may are shown, and why they cannot be chosen. */
export function RolesChoice({ siteId, roles, chosen, onChosen }: Props) {
  const words = useWords(rolesWords);
  const { may } = useRights();
  if (roles.length === 0) return <p className={styles['note']}>{words.none}</p>;
  const columns = [
    { which: 'add', title: words.add, hint: words.addHint },
    { which: 'remove', title: words.take, hint: words.takeHint },
  ] as const;
  return (
    <div className={styles['columns']}>
      {columns.map(({ which, title, hint }) => (
        <Checkbox.Group
          key={which}
          label={title}
          description={hint}
          value={chosen[which].map(String)}
          onChange={(ids) => onChosen({ ...chosen, [which]: ids.map(Number) })}
        >
          <div className={styles['roles']}>
            {roles.map(({ id, name, permissions }) => {
              const isMine = permissions.every((permission) => may(permission, siteId));
              return (
                <Checkbox
                  key={id}
                  value={String(id)}
                  label={name}
                  disabled={!isMine}
                  {...(!isMine && { description: words.more })}
                />
              );
            })}
          </div>
        </Checkbox.Group>
      ))}
    </div>
  );
}
