// The draft of a step, once it is there; in the import's frame while it is not, or is gone.
import { Button } from '@mantine/core';
import { IconFileOff } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { Link, useParams } from '@tanstack/react-router';
import type { ReactNode } from 'react';
import type { Site } from '../../../../api/wire-org.ts';
import { ApiProblem } from '../../client/client.ts';
import { draftQuery, type ImportDraft } from '../../client/imports.ts';
import { useSites } from '../../context/site.ts';
import { Wizard } from '../../frame/wizard.tsx';
import type { StepNumber } from '../../frame/wizard-words.ts';
import { Loaded, Message } from '../../kit/states.tsx';
import { useWords } from '../../words/language.tsx';
import { uploadWords } from './upload-words.ts';

type Props = {
  step: StepNumber;
  /** The site is the draft's; undefined until the sites are known. */
  children: (draft: ImportDraft, site: Site | undefined) => ReactNode;
};

export function DraftGate({ step, children }: Props) {
  const said = useWords(uploadWords);
  const { draft: id = '' } = useParams({ strict: false }) as { draft?: string };
  const query = useQuery(draftQuery(id));
  const sites = useSites();
  if (query.data)
    return children(
      query.data,
      sites.find((site) => site.id === query.data.siteId),
    );
  const isGone = query.error instanceof ApiProblem && query.error.status === 404;
  return (
    <Wizard title={said.title} step={step} onCloseTo="/import">
      <h1 className="visually-hidden">{said.title}</h1>
      {isGone ? (
        <Message
          icon={IconFileOff}
          isAlert
          title={said.gone}
          action={
            <Button component={Link} to="/import">
              {said.toImports}
            </Button>
          }
        />
      ) : (
        <Loaded query={query}>{() => null}</Loaded>
      )}
    </Wizard>
  );
}
