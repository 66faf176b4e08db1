// A place of the console that the admin has no right to.
import { IconLock } from '@tabler/icons-react';
import { Message } from '../kit/states.tsx';
import { useWords } from '../words/language.tsx';
import { frameWords } from './frame-words.ts';
import { Page } from './page.tsx';
import { type Place, placeWords } from './places.ts';

export function ForbiddenPage({ place: { name, permissions } }: { place: Place }) {
  const said = useWords(frameWords);
  return (
    <Page title={useWords(placeWords)[name]}>
      <Message icon={IconLock} title={said.forbidden(permissions[0] ?? '')} />
    </Page>
  );
}
