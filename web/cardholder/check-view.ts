// The view *Check your photo*: the part for the card is chosen, the pixels are looked at, and the photo is sent.

import { wholePixels } from '../shared/crop.ts';
import { type Checks, checksOf, LOOKED_AT } from './checks.ts';
import { type Picture, toSend } from './picture.ts';
import { type Direction, openStage, type Stage } from './stage.ts';
import { type Sent, send } from './upload.ts';

export type CheckView = { element: HTMLElement; start(): void; close(): void };

const CHECK_AFTER_MS = 180;
const SAY_AFTER_MS = 700;

/** What the page does when this view is done with, and `from` where the photo came. */
export type Deeds = { url: string; from: string; onAnother(): void; onSent(next: string): void };

/** `template` is the server's. `onAnother` is asked for another photo, `onSent` hears what became of this one. */
export function openCheckView(template: HTMLTemplateElement, picture: Picture, deeds: Deeds): CheckView {
  const element = (template.content.cloneNode(true) as DocumentFragment).firstElementChild as HTMLElement;
  const parts = partsOf(element);
  let stage: Stage | undefined;
  const sender = openSender(parts, picture, () => stage, deeds);
  showSource(parts.another, deeds.from);
  parts.send.addEventListener('click', () => void sender.send());
  parts.stop.addEventListener('click', sender.stop);
  parts.another.addEventListener('click', () => {
    if (!sender.isSending()) deeds.onAnother();
  });
  for (const button of element.querySelectorAll<HTMLElement>('[data-move], [data-zoom]'))
    button.addEventListener('click', () => {
      const { move, zoom } = button.dataset;
      if (move) stage?.move(move as Direction);
      if (zoom) stage?.zoom(zoom as 'in' | 'out');
    });
  const stay = (event: BeforeUnloadEvent) => {
    if (sender.isSending()) event.preventDefault();
  };
  window.addEventListener('beforeunload', stay);
  return {
    element,
    start() {
      stage = openStage(
        parts.stage,
        parts.canvas,
        picture,
        watcher(parts, picture, () => stage),
      );
    },
    close() {
      window.removeEventListener('beforeunload', stay);
      sender.stop();
      stage?.close();
      picture.close();
    },
  };
}

/** Looks at the pixels when the part has come to rest, and says how large it shows. */
function watcher({ checks, zoomIs }: Parts, picture: Picture, stageOf: () => Stage | undefined) {
  const checkSoon = delayed(CHECK_AFTER_MS);
  const saySoon = delayed(SAY_AFTER_MS);
  return (zoom: number) => {
    checkSoon(() => {
      const stage = stageOf();
      const pixels = stage?.pixels(LOOKED_AT.width, LOOKED_AT.height);
      if (stage && pixels) showChecks(checks, checksOf(wholePixels(stage.part, picture, 1), pixels));
    });
    const percent = String(Math.round(zoom * 100));
    saySoon(() => say(zoomIs, (zoomIs.dataset['words'] ?? '').replace('{percent}', percent)));
  };
}

/** Sends the chosen part, one try at a time: a second tap is the same wish. */
function openSender(
  parts: Parts,
  picture: Picture,
  stageOf: () => Stage | undefined,
  { url, onSent }: Deeds,
) {
  // One and the same for every try: however often it is sent, one photo arrives.
  const upload = randomId();
  let sending: AbortController | undefined;
  return {
    isSending: () => sending !== undefined,
    stop: () => sending?.abort(),
    async send() {
      const stage = stageOf();
      if (sending || !stage) return;
      const mine = new AbortController();
      sending = mine;
      showSending(parts, true);
      // A phone may have no memory for it; the server bounds what it gets, too.
      const { content, scale } = await toSend(picture).catch(() => ({ content: picture.file, scale: 1 }));
      const form = formOf(content, upload, wholePixels(stage.part, picture, scale), {
        width: Math.round(picture.width * scale),
        height: Math.round(picture.height * scale),
      });
      const sent = await send(sendingOf(parts, url, form), mine.signal);
      sending = undefined;
      settle(parts, sent, onSent);
    },
  };
}

type Parts = ReturnType<typeof partsOf>;

function partsOf(element: HTMLElement) {
  const part = <Kind extends HTMLElement>(name: string): Kind => {
    const found = element.querySelector<Kind>(`[data-part="${name}"]`);
    if (!found) throw new Error(`the page has no ${name}`);
    return found;
  };
  return {
    stage: part('stage'),
    canvas: part<HTMLCanvasElement>('canvas'),
    zoomIs: part('zoom-is'),
    checks: part('checks'),
    controls: part('controls'),
    problem: part('problem'),
    actions: part('actions'),
    send: part<HTMLButtonElement>('send'),
    another: part<HTMLButtonElement>('another'),
    stop: part<HTMLButtonElement>('stop'),
    sending: part('sending'),
    progress: part<HTMLProgressElement>('progress'),
    percent: part('percent'),
    under: part('under-way'),
  };
}

/** The words of a button that fit where the photo came from. */
function showSource(button: HTMLElement, from: string): void {
  for (const words of button.querySelectorAll<HTMLElement>('[data-from]'))
    words.hidden = words.dataset['from'] !== from;
}

/** Each check has its words for every result in the page already: one of them is shown. */
function showChecks(list: HTMLElement, checks: Checks): void {
  for (const item of list.querySelectorAll<HTMLElement>('[data-check]')) {
    const result = checks[item.dataset['check'] as keyof Checks];
    for (const words of item.querySelectorAll<HTMLElement>('[data-result]'))
      words.hidden = words.dataset['result'] !== result;
  }
  list.hidden = false;
}

function showSending(
  { actions, sending, problem, stop, percent, progress, stage, controls }: Parts,
  isSending: boolean,
): void {
  actions.hidden = isSending;
  sending.hidden = !isSending;
  controls.hidden = isSending;
  stage.inert = isSending;
  if (!isSending) return;
  problem.hidden = true;
  percent.textContent = '';
  progress.removeAttribute('value');
  stop.focus();
}

function sendingOf({ percent, progress, under }: Parts, url: string, form: FormData) {
  let told = '';
  /** What goes on, told once each time that it changes. */
  const tell = (what: 'sending' | 'making' | 'offline' | 'again') => {
    if (told === what) return;
    told = what;
    say(under, under.dataset[what] ?? '');
    under.classList.toggle('held-up', what === 'offline' || what === 'again');
  };
  tell('sending');
  return {
    url,
    form,
    onProgress(share: number) {
      const whole = Math.round(share * 100);
      // A bar at its end that does not move on would look stuck: the server is at work then.
      if (whole === 100) progress.removeAttribute('value');
      else progress.value = whole;
      percent.textContent = whole === 100 ? '' : `${whole} %`;
      tell(whole === 100 ? 'making' : 'sending');
    },
    onHeldUp(why: 'offline' | 'again') {
      progress.value = 0;
      percent.textContent = '';
      tell(why);
    },
  };
}

function settle(parts: Parts, sent: Sent, onSent: (next: string) => void): void {
  if (sent.is === 'sent' || sent.is === 'over') {
    if (sent.is === 'sent') say(parts.under, parts.under.dataset['sent'] ?? '');
    onSent(sent.next);
    return;
  }
  showSending(parts, false);
  parts.send.focus();
  if (sent.is === 'stopped') return;
  parts.problem.hidden = false;
  const words = parts.problem.querySelector('[data-words]');
  if (words) words.textContent = sent.words ?? parts.problem.dataset['otherwise'] ?? '';
}

function formOf(
  content: Blob,
  upload: string,
  part: Readonly<Record<'left' | 'top' | 'width' | 'height', number>>,
  picture: { width: number; height: number },
): FormData {
  const form = new FormData();
  form.set('upload', upload);
  for (const name of ['left', 'top', 'width', 'height'] as const) form.set(name, String(part[name]));
  form.set('pictureWidth', String(picture.width));
  form.set('pictureHeight', String(picture.height));
  form.set('photo', content, 'photo');
  return form;
}

/** Changes what a live region says; the same words again are not said again. */
function say(region: HTMLElement, words: string): void {
  if (region.textContent !== words) region.textContent = words;
}

function delayed(ms: number): (work: () => void) => void {
  let timer: ReturnType<typeof setTimeout> | undefined;
  return (work) => {
    clearTimeout(timer);
    timer = setTimeout(work, ms);
  };
}

/** Not `randomUUID`: that one wants HTTPS. */
const randomId = (): string =>
  Array.from(crypto.getRandomValues(new Uint8Array(16)), (byte) => byte.toString(16).padStart(2, '0')).join(
    '',
  );
