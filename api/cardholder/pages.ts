// The states of the cardholder's page, each with what is so and what to do next.
import type { CardholderPage, SentPhoto } from '../../db/queries/invitations/cardholder-page.ts';
import { CARDHOLDER_WORDS } from '../../domain/invitation-words.ts';
import { chooser, dayTime, faultNote, withTime } from './chooser.ts';
import { type Html, html, NOTHING } from './html.ts';
import { type IconName, icon } from './icons.ts';
import { busyWall, goodPhoto, tooDark, tooFar } from './illustrations.ts';
import { layout, type PageContent } from './layout.ts';
import type { PageState } from './page-state.ts';
import { addressOf, type Visit } from './visit.ts';
import { type Fault, filled, type Notice } from './words/catalogue.ts';

/** A page that is known, with the token that it was found by. */
export type KnownPage = CardholderPage & { token: string };

/** The page of a link. `fault`: what was wrong with the photo that was sent just now. */
export function statePage(
  visit: Visit,
  page: KnownPage | undefined,
  state: PageState,
  fault: Fault | undefined,
): string {
  return layout(visit, page, page ? contentOf(visit, page, state, fault) : unknownContent(visit));
}

function contentOf(visit: Visit, page: KnownPage, state: PageState, fault: Fault | undefined): PageContent {
  const { words } = visit;
  switch (state.kind) {
    case 'open':
      return { ...open(visit, page, fault), footer: unsubscribeLink(visit, page) };
    case 'sent-back':
      return { ...sentBack(visit, page, state.photo, fault), footer: unsubscribeLink(visit, page) };
    case 'waiting':
      return { ...waiting(visit, page, state, fault), footer: unsubscribeLink(visit, page) };
    case 'approved':
      return notice(words.approved, { sign: 'check', tone: 'ok' });
    case 'closed':
      return notice(words.closed, { sign: 'check', ask: ask(visit, page) });
    case 'expired': {
      const text = withTime(words.expired.text, dayTime(visit, page.expiresAt));
      return notice({ ...words.expired, text }, { sign: 'clock', tone: 'warn', ask: ask(visit, page) });
    }
    case 'unknown':
      return unknownContent(visit);
  }
}

const unknownContent = ({ words }: Visit): PageContent =>
  notice(words.unknown, { sign: 'link', tone: 'warn' });

function open(visit: Visit, page: KnownPage, fault: Fault | undefined): PageContent {
  const { words } = visit;
  const title = named(page, words.open);
  const main = html`<div class="view">${faultNote(visit, fault)}<h1>${title}</h1>
<p class="lead">${words.open.lead}</p>
${guide(visit)}
${chooser(visit, { ...page, fault, take: words.choose.take, isMain: true })}</div>`;
  return { title, main };
}

function sentBack(visit: Visit, page: KnownPage, photo: SentPhoto, fault: Fault | undefined): PageContent {
  const { words } = visit;
  const title = named(page, words.sentBack);
  const said = CARDHOLDER_WORDS[visit.language].reasons;
  const reasons = photo.declineReasons.map((reason) => ({
    what: said[reason],
    next: words.sentBack.advice[reason],
  }));
  const main = html`<div class="view">${faultNote(visit, fault)}<h1>${title}</h1>
<p class="lead">${words.sentBack.lead}</p>
${reasons.length > 0 && html`<ul class="reasons">${reasons.map(({ what, next }) => html`<li>${icon('warning')}<p><strong>${what}</strong> ${next}</p></li>`)}</ul>`}
${photo.note && html`<blockquote class="note"><p class="small">${words.sentBack.note}</p><p>${photo.note}</p></blockquote>`}
${guide(visit)}
${chooser(visit, { ...page, fault, take: words.choose.takeAnother, isMain: true })}</div>`;
  return { title, main };
}

function waiting(
  visit: Visit,
  page: KnownPage,
  { photo, canSend }: Extract<PageState, { kind: 'waiting' }>,
  fault: Fault | undefined,
): PageContent {
  const { words } = visit;
  const { title, next, another, expired } = words.waiting;
  const text = page.isUnsubscribed ? words.waiting.textUnsubscribed : words.waiting.text;
  const main = html`<div class="view notice">${faultNote(visit, fault)}<div class="sign accent">${icon('clock')}</div>
<h1>${title}</h1>
<p class="lead">${text}</p>
<p class="next">${next}</p>
${photo && sentPhoto(visit, page, photo)}
${
  canSend
    ? html`<details class="another"${fault ? html` open` : NOTHING}><summary class="button">${words.choose.another}</summary><p class="small">${another}</p>${chooser(visit, { ...page, fault, take: words.choose.take, isMain: false })}</details>`
    : html`<p class="next small">${expired}</p>`
}</div>`;
  return { title, main };
}

/** The part that was chosen for the card, cut out by the browser: no style and no script is needed for it. */
function sentPhoto(visit: Visit, page: KnownPage, { crop, width, height, sentAt }: SentPhoto): Html {
  const whole = { left: 0, top: 0, width: width ?? 300, height: height ?? 400 };
  const part = crop ?? whole;
  const at = html`<time datetime="${sentAt.toISOString()}" data-as="moment">${dayTime(visit, sentAt)}</time>`;
  return html`<div class="sent"><svg role="img" aria-label="${visit.words.waiting.yours}" viewBox="${part.left} ${part.top} ${part.width} ${part.height}" preserveAspectRatio="xMidYMid slice"><image href="${addressOf(visit, `${page.token}/picture`)}" width="${whole.width}" height="${whole.height}"/></svg><p class="small">${withTime(visit.words.waiting.sentOn, at)}</p></div>`;
}

function guide({ words }: Visit): Html {
  const { hints, ...guided } = words.guide;
  const hint = (sign: IconName, text: string) => html`<li>${icon(sign)}${text}</li>`;
  const bad = (drawing: Html, text: string) =>
    html`<figure class="bad">${drawing}<figcaption>${icon('cross')}${text}</figcaption></figure>`;
  return html`<section class="guide" aria-labelledby="guide-title"><h2 class="visually-hidden" id="guide-title">${guided.heading}</h2>
<div class="example"><figure class="good"><span class="visually-hidden">${guided.illustration}. </span>${goodPhoto}<figcaption>${icon('check')}${guided.likeThis}</figcaption></figure>
<ul class="hints">${hint('face', hints.ahead)}${hint('sun', hints.light)}${hint('wall', hints.wall)}${hint('glasses', hints.hat)}</ul></div>
<p class="small">${guided.headCoverings}</p>
<div class="bads"><h3 class="visually-hidden">${guided.notLikeThis}</h3>${bad(tooDark, guided.tooDark)}${bad(tooFar, guided.tooFar)}${bad(busyWall, guided.busyWall)}</div></section>`;
}

/** Asks before it does it: whoever opens the link, a mail program or a scanner among them, changes nothing. */
export function unsubscribePage(visit: Visit, page: KnownPage, isDone: boolean): string {
  const { words } = visit;
  const back = html`<a class="link tall" href="${addressOf(visit, page.token)}">${words.unsubscribed.back}</a>`;
  if (isDone)
    return layout(visit, page, notice(words.unsubscribed, { sign: 'letter', tone: 'ok', ask: back }));
  const { title, text, confirm, keep } = words.unsubscribe;
  const main = html`<div class="view notice"><div class="sign">${icon('letter')}</div><h1>${title}</h1><p class="lead">${text}</p>
<form class="actions" method="post" action="${addressOf(visit, `${page.token}/unsubscribe`)}"><button class="button primary">${confirm}</button><a class="button" href="${addressOf(visit, page.token)}">${keep}</a></form></div>`;
  return layout(visit, page, { title, main });
}

/** When nothing can be told but that it went wrong: no address, no name. */
export function faultPage(visit: Visit, fault: Fault): string {
  const { words } = visit;
  const main = html`<div class="view notice"><div class="sign warn">${icon('warning')}</div><h1>${words.faults[fault]}</h1></div>`;
  return layout(visit, undefined, { title: words.choose.heading, main });
}

function notice(
  { title, text, next }: Omit<Notice, 'text'> & { text: string | Html },
  { sign, tone, ask }: { sign: IconName; tone?: 'ok' | 'warn'; ask?: Html },
): PageContent {
  const main = html`<div class="view notice"><div class="sign ${tone ?? ''}">${icon(sign)}</div><h1>${title}</h1><p class="lead">${text}</p><p class="next">${next}</p>${ask && html`<p>${ask}</p>`}</div>`;
  return { title, main };
}

const unsubscribeLink = (visit: Visit, page: KnownPage): Html | undefined =>
  page.isUnsubscribed
    ? undefined
    : html`<a class="tall" href="${addressOf(visit, `${page.token}/unsubscribe`)}">${visit.words.unsubscribe.link}</a>`;

/** The office's own address, where the site has set one. */
const ask = ({ words }: Visit, { replyTo }: KnownPage): Html =>
  replyTo === null
    ? NOTHING
    : html`<a class="link tall" href="mailto:${replyTo}">${filled(words.ask, { address: replyTo })}</a>`;

const named = (
  { firstName }: KnownPage,
  { title, titleUnnamed }: { title: string; titleUnnamed: string },
): string =>
  firstName === null || firstName.trim() === '' ? titleUnnamed : filled(title, { name: firstName.trim() });
