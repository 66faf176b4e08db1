// An address that leads nowhere.
import { Button } from '@mantine/core';
import { IconMapQuestion } from '@tabler/icons-react';
import { Link } from '@tanstack/react-router';
import type { ReactNode } from 'react';
import { Message } from '../kit/states.tsx';
import { useWords } from '../words/language.tsx';
import { frameWords } from './frame-words.ts';
import { Page } from './page.tsx';

export default function NotFoundPage(): ReactNode {
  const said = useWords(frameWords);
  return (
    <Page title={said.notFound}>
      <Message
        icon={IconMapQuestion}
        title={said.notFoundNote}
        action={
          <Button variant="default" component={Link} to="/">
            {said.toHome}
          </Button>
        }
      />
    </Page>
  );
}
