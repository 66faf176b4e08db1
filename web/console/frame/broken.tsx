// A page that has failed, or could not be loaded: what is safe, and another try.
import { Button } from '@mantine/core';
import { IconCloudOff } from '@tabler/icons-react';
import type { ReactNode } from 'react';
import { ApiProblem } from '../client/client.ts';
import { Failure, Message } from '../kit/states.tsx';
import { useWords } from '../words/language.tsx';
import { frameWords } from './frame-words.ts';
import { Page } from './page.tsx';

const reload = () => location.reload();

export function BrokenPage({ error }: { error: unknown }): ReactNode {
  const said = useWords(frameWords);
  return (
    <Page title={said.broken}>
      {error instanceof ApiProblem ? (
        <Failure error={error} onRetry={reload} />
      ) : (
        <Message
          icon={IconCloudOff}
          isAlert
          title={said.brokenNote}
          action={
            <Button variant="default" onClick={reload}>
              {said.reload}
            </Button>
          }
        />
      )}
    </Page>
  );
}
