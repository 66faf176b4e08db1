// The photo of a person: shown, replaced by another file, deleted; and how far it is where there is none.
import { Button, FileButton, Group, Modal } from '@mantine/core';
import {
  IconPhotoCheck,
  IconPhotoOff,
  IconPhotoQuestion,
  IconPhotoShare,
  IconUser,
} from '@tabler/icons-react';
import { useMutation, useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { useState } from 'react';
import type { Person } from '../../../../api/wire-person.ts';
import { deletePhoto, invitationOfPersonQuery, peopleChanged, setPhoto } from '../../client/person.ts';
import { useRights } from '../../context/rights.ts';
import { Badge } from '../../kit/badge.tsx';
import { EditButton, useEditReason } from '../../kit/edit-button.tsx';
import { toast, toastProblem } from '../../kit/toast.ts';
import { useWords } from '../../words/language.tsx';
import styles from './person.module.css';
import { personWords } from './person-words.ts';

export function PersonPhoto({ person, name }: { person: Person; name: string }) {
  const words = useWords(personWords).photo;
  return (
    <div className={styles['photo']}>
      {person.photo ? (
        <img src={person.photo.pictureUrl} alt={words.alt(name)} />
      ) : (
        <IconUser size={40} stroke={1.25} role="img" aria-label={words.none} />
      )}
    </div>
  );
}

export function PhotoState({ person }: { person: Person }) {
  const words = useWords(personWords).photo;
  const { may } = useRights();
  const reason = useEditReason(person.siteId);
  const [isDeleting, setDeleting] = useState(false);
  const setting = useMutation({
    mutationFn: (picture: File) => setPhoto(person.id, picture),
    onSuccess: async () => {
      toast(words.set);
      await peopleChanged();
    },
    onError: toastProblem,
  });
  const deleting = useMutation({
    mutationFn: () => deletePhoto(person.id),
    onSuccess: async () => {
      setDeleting(false);
      toast(words.removed);
      await peopleChanged();
    },
    onError: toastProblem,
  });
  const isOpen = person.status === 'active' && may('photos:write', person.siteId);
  return (
    <>
      <StateOfPhoto person={person} />
      {isOpen && (
        <div className={styles['photoActions']}>
          <FileButton
            accept="image/jpeg,image/png"
            inputProps={{ 'aria-label': words.formats }}
            onChange={(picture) => picture && setting.mutate(picture)}
          >
            {({ onClick }) => (
              <button
                type="button"
                className={styles['textButton']}
                aria-disabled={reason !== undefined || setting.isPending}
                title={reason}
                onClick={() => reason === undefined && onClick()}
              >
                {person.photo ? words.replace : words.add}
              </button>
            )}
          </FileButton>
          {person.photo && (
            <button
              type="button"
              className={styles['textButton']}
              aria-disabled={reason !== undefined}
              title={reason}
              onClick={() => reason === undefined && setDeleting(true)}
            >
              {words.remove}
            </button>
          )}
        </div>
      )}
      <Modal
        opened={isDeleting}
        onClose={() => setDeleting(false)}
        title={words.removeTitle}
        closeButtonProps={{ 'aria-label': words.keep }}
      >
        <p>{words.removeText}</p>
        <Group justify="flex-end" mt="xl">
          <Button variant="default" data-autofocus onClick={() => setDeleting(false)}>
            {words.keep}
          </Button>
          <EditButton
            color="red"
            siteId={person.siteId}
            loading={deleting.isPending}
            onClick={() => deleting.mutate()}
          >
            {words.remove}
          </EditButton>
        </Group>
      </Modal>
    </>
  );
}

function StateOfPhoto({ person }: { person: Person }) {
  const words = useWords(personWords).photo;
  const { data: invitation } = useQuery(invitationOfPersonQuery(person.id));
  if (invitation?.state === 'answered')
    return (
      <Link to="/photos" className={styles['waiting']}>
        <Badge icon={IconPhotoQuestion} tone="warn" isPlain>
          {words.waiting}
        </Badge>
      </Link>
    );
  if (person.photo)
    return (
      <Badge icon={IconPhotoCheck} tone="ok" isPlain>
        {words.approved}
      </Badge>
    );
  return invitation?.state === 'open' ? (
    <Badge icon={IconPhotoShare} tone="neutral" isPlain>
      {words.invited}
    </Badge>
  ) : (
    <Badge icon={IconPhotoOff} tone="neutral" isPlain>
      {words.none}
    </Badge>
  );
}
