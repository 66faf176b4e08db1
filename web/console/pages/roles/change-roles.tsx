// Roles given to many people at once, or taken from them, with a plan before.
import { Button } from '@mantine/core';
import { useMutation, useQuery } from '@tanstack/react-query';
import { Link, useNavigate, useSearch } from '@tanstack/react-router';
import { useEffect, useRef, useState } from 'react';
import type { NewRolesRun } from '../../../../api/wire-roles.ts';
import type { SelectionAsked } from '../../../../api/wire-selection.ts';
import { newKey } from '../../client/client.ts';
import { beginRolesRun, rolesAtQuery } from '../../client/roles.ts';
import { readSelection } from '../../client/selections.ts';
import { useKeys } from '../../context/keys.ts';
import { useRights } from '../../context/rights.ts';
import { useSite, useSites } from '../../context/site.ts';
import { Page } from '../../frame/page.tsx';
import { Panel } from '../../kit/panel.tsx';
import { RunPlan } from '../../kit/run-plan.tsx';
import { Forbidden, Loaded } from '../../kit/states.tsx';
import { useFormats } from '../../words/formats.ts';
import { useWords } from '../../words/language.tsx';
import { PeopleChoice } from './people-choice.tsx';
import styles from './roles.module.css';
import { RolesChoice, type RolesChosen } from './roles-choice.tsx';
import { rolesWords } from './roles-words.ts';

export default function ChangeRolesPage() {
  const words = useWords(rolesWords);
  const { may } = useRights();
  const here = useSite();
  const sites = useSites();
  const { selection: key } = useSearch({ strict: false }) as { selection?: string };
  const [kept, setKept] = useState(() => readSelection(key));
  const site = kept ? sites.find(({ id }) => id === kept.siteId) : here;
  const mayChange = site && may('roles:write', site.id) && may('bulk-actions:run', site.id);
  return (
    <Page title={words.title} crumbs={<Link to="/people">{words.people}</Link>} width="reading">
      {site && !mayChange && <Forbidden>{words.forbidden}</Forbidden>}
      {site && mayChange && (
        <ChangeRoles
          key={site.id}
          siteId={site.id}
          siteName={site.name}
          kept={kept}
          onOther={() => setKept(undefined)}
        />
      )}
    </Page>
  );
}

type Props = {
  siteId: number;
  siteName: string;
  kept: ReturnType<typeof readSelection>;
  onOther: () => void;
};

function ChangeRoles({ siteId, siteName, kept, onOther }: Props) {
  const words = useWords(rolesWords);
  const { number } = useFormats();
  const navigate = useNavigate();
  const runId = (useSearch({ strict: false }) as { run?: string }).run;
  const roles = useQuery(rolesAtQuery(siteId));
  const [chosen, setChosen] = useState<SelectionAsked>();
  const [wanted, setWanted] = useState<RolesChosen>({ add: [], remove: [] });
  const [fault, setFault] = useState<string>();
  const key = useRef(newKey());
  const keep = (run: string | undefined) =>
    navigate({ to: '/roles', search: run === undefined ? {} : { run }, replace: true });
  const planning = useMutation({
    mutationFn: (body: NewRolesRun) => beginRolesRun(body, key.current),
    onSuccess: ({ id }) => keep(id),
    onError: (error) => setFault(error.message),
    onSettled: () => {
      key.current = newKey();
    },
  });
  const whom = (next: SelectionAsked | undefined) => {
    setChosen(next);
    setFault(undefined);
  };
  const which = (next: RolesChosen) => {
    setWanted(next);
    setFault(undefined);
  };
  const selection = kept ? kept.selection : chosen;
  const show = () => {
    const both = roles.data?.find(({ id }) => wanted.add.includes(id) && wanted.remove.includes(id));
    const first =
      selection === undefined
        ? words.nobody
        : wanted.add.length + wanted.remove.length === 0
          ? words.nothing
          : both && words.both(both.name);
    setFault(first);
    if (first === undefined && selection !== undefined)
      planning.mutate({
        site: siteId,
        kind: 'roles',
        selection,
        options: { add: [...wanted.add], remove: [...wanted.remove] },
        dryRun: true,
      });
  };
  useKeys({ 'ctrl+enter': show }, { isOff: runId !== undefined });
  if (runId !== undefined) return <Plan runId={runId} onDropped={() => void keep(undefined)} />;
  return (
    <div className={styles['steps']}>
      <Panel title={words.whom}>
        {kept ? (
          <div className={styles['kept']}>
            <div>
              <strong>{words.selected(number(kept.people), kept.people === 1)}</strong>
              <p className={styles['note']}>{words.selectedNote}</p>
            </div>
            <Button variant="default" onClick={onOther}>
              {words.other}
            </Button>
          </div>
        ) : (
          <PeopleChoice siteId={siteId} siteName={siteName} onChosen={whom} />
        )}
      </Panel>
      <Panel title={words.which}>
        <Loaded query={roles}>
          {(there) => <RolesChoice siteId={siteId} roles={there} chosen={wanted} onChosen={which} />}
        </Loaded>
      </Panel>
      <div className={styles['foot']}>
        {fault !== undefined && (
          <p role="alert" className={styles['fault']}>
            {fault}
          </p>
        )}
        <Button loading={planning.isPending} onClick={show}>
          {words.show}
        </Button>
      </div>
    </div>
  );
}

/** The plan in the place of what was chosen: whoever works by keys goes on from it. */
function Plan(props: { runId: string; onDropped: () => void }) {
  const place = useRef<HTMLDivElement>(null);
  useEffect(() => place.current?.focus(), []);
  return (
    <div ref={place} tabIndex={-1} className={styles['steps']}>
      <RunPlan {...props} />
    </div>
  );
}
