// What can be done to one card, behind a button with three dots.
import { ActionIcon, Button, Group, Menu, Modal } from '@mantine/core';
import { IconArrowsExchange, IconBan, IconCalendar, IconCards, IconDots } from '@tabler/icons-react';
import { useMutation } from '@tanstack/react-query';
import { useState } from 'react';
import type { Card } from '../../../api/wire-cards.ts';
import { issueCard, revokeCard } from '../client/cards.ts';
import { peopleChanged } from '../client/person.ts';
import { useWords } from '../words/language.tsx';
import type { CardAsked } from './card-dialog.tsx';
import { cardWords } from './card-words.ts';
import { EditButton, useEditReason } from './edit-button.tsx';
import { toast, toastProblem } from './toast.ts';

type Props = { card: Card; onAsk: (asked: CardAsked) => void };

/** Nothing for a card that is out of use. While a run holds the site, its items say so. */
export function CardMenu({ card, onAsk }: Props) {
  const words = useWords(cardWords);
  const reason = useEditReason(card.siteId);
  const [isRevoking, setRevoking] = useState(false);
  const number = card.number.decimal;
  const doing = useMutation({
    mutationFn: (what: 'issue' | 'revoke') => (what === 'issue' ? issueCard : revokeCard)(card.id),
    onSuccess: async (_card, what) => {
      setRevoking(false);
      toast(words.done[what](number));
      await peopleChanged();
    },
    onError: toastProblem,
  });
  if (card.status !== 'pending' && card.status !== 'issued') return null;
  const item = { disabled: reason !== undefined };
  return (
    <>
      <Menu position="bottom-end" withinPortal>
        <Menu.Target>
          <ActionIcon aria-label={words.actions(number)}>
            <IconDots size={18} stroke={1.75} aria-hidden />
          </ActionIcon>
        </Menu.Target>
        <Menu.Dropdown>
          {reason !== undefined && <Menu.Label>{reason}</Menu.Label>}
          {card.status === 'pending' && (
            <Menu.Item
              {...item}
              leftSection={<IconCards size={16} aria-hidden />}
              onClick={() => doing.mutate('issue')}
            >
              {words.issue}
            </Menu.Item>
          )}
          <Menu.Item
            {...item}
            leftSection={<IconArrowsExchange size={16} aria-hidden />}
            onClick={() => onAsk({ what: 'replace', card, siteId: card.siteId })}
          >
            {words.replace}
          </Menu.Item>
          <Menu.Item
            {...item}
            leftSection={<IconCalendar size={16} aria-hidden />}
            onClick={() => onAsk({ what: 'days', card, siteId: card.siteId })}
          >
            {words.days}
          </Menu.Item>
          <Menu.Item
            {...item}
            leftSection={<IconBan size={16} aria-hidden />}
            onClick={() => setRevoking(true)}
          >
            {words.revoke}
          </Menu.Item>
        </Menu.Dropdown>
      </Menu>
      <Modal
        opened={isRevoking}
        onClose={() => setRevoking(false)}
        title={words.revokeTitle(number)}
        closeButtonProps={{ 'aria-label': words.keep }}
        size={460}
      >
        <p>{words.revokeText}</p>
        <Group justify="flex-end" mt="xl">
          <Button variant="default" data-autofocus onClick={() => setRevoking(false)}>
            {words.keep}
          </Button>
          <EditButton
            color="red"
            siteId={card.siteId}
            loading={doing.isPending}
            onClick={() => doing.mutate('revoke')}
          >
            {words.revoke}
          </EditButton>
        </Group>
      </Modal>
    </>
  );
}
