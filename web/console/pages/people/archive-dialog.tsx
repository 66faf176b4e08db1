// The question before one person is archived: on their own page, and in the list.
import { Button, Group, Modal } from '@mantine/core';
import { EditButton } from '../../kit/edit-button.tsx';
import { useWords } from '../../words/language.tsx';
import { personWords } from './person-words.ts';

type Props = {
  isOpen: boolean;
  siteId: number;
  name: string;
  isBusy: boolean;
  onKeep: () => void;
  onDo: () => void;
};

export function ArchiveDialog({ isOpen, siteId, name, isBusy, onKeep, onDo }: Props) {
  const words = useWords(personWords);
  return (
    <Modal
      opened={isOpen}
      onClose={onKeep}
      title={words.archiveTitle(name)}
      closeButtonProps={{ 'aria-label': words.keep }}
    >
      <p>{words.archiveText}</p>
      <Group justify="flex-end" mt="xl">
        <Button variant="default" onClick={onKeep}>
          {words.keep}
        </Button>
        <EditButton data-autofocus siteId={siteId} loading={isBusy} onClick={onDo}>
          {words.archiveDo}
        </EditButton>
      </Group>
    </Modal>
  );
}
