// How the follow-up of a run ended, in words.
import type { FollowUpCounts } from '../../domain/follow-up.ts';
import type { FollowUpMail, MailBody } from './run-mail-facts.ts';
import type { FollowUpLine, MailWords } from './words/catalogue.ts';

export function followUpWordsOf(mail: FollowUpMail, words: MailWords): MailBody {
  const { followed, because } = mail;
  const { followUp, facts, formats } = words;
  const needed = followed.photosMissing + followed.toReview + followed.cardsMissing;
  return {
    subject: followUp.subject(followed),
    headline: followUp.headline[because],
    sentences: [
      followUp.causes[because],
      ...(followed.invited > 0 ? [followUp.photos(followed.received, followed.invited)] : []),
      ...(followed.cards > 0 ? [followUp.cards(followed.cardsIssued, followed.cards)] : []),
    ],
    why: null,
    counts: { title: null, lines: linesOf(followed, followUp.lines) },
    need:
      needed === 0
        ? null
        : {
            title: followUp.need.title(followed),
            advice: followUp.need.advice,
            link: { words: followUp.need.link, url: mail.runUrl },
          },
    commands:
      needed === 0
        ? []
        : [{ does: followUp.whoIsMissing, command: `muster follow-up ${mail.runId} --people` }],
    moment: {
      name: facts.waited,
      value: formats.duration(mail.endedAt.getTime() - mail.followedFrom.getTime()),
    },
    closing: 'starter',
  };
}

/** What there is none of is left out. The bar shows photos, or cards where no photo was asked for. */
function linesOf(counts: FollowUpCounts, words: MailWords['followUp']['lines']) {
  const { approved, toReview, photosMissing, unreachable, cardsIssued, cardsMissing, gone, invited } = counts;
  const isOfPhotos = invited > 0;
  const all: [FollowUpLine, number, boolean][] = [
    ['approved', approved, isOfPhotos],
    ['to-review', toReview, isOfPhotos],
    ['photos-missing', photosMissing, isOfPhotos],
    ['unreachable', unreachable, false],
    ['cards-issued', cardsIssued, !isOfPhotos],
    ['cards-missing', cardsMissing, !isOfPhotos],
    ['gone', gone, false],
  ];
  return all
    .filter(([, rows]) => rows > 0)
    .map(([outcome, rows, isInBar]) => ({ outcome, ...words[outcome], rows, isInBar }));
}
