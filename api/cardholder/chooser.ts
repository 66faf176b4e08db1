// How a photo comes onto the page: two buttons where the script runs, a plain form where it does not, and the view of the check.
import { randomBytes } from 'node:crypto';
import { type Html, html, NOTHING } from './html.ts';
import { type IconName, icon } from './icons.ts';
import { addressOf, dayIn, type Visit } from './visit.ts';
import { type Fault, filled } from './words/catalogue.ts';

const ACCEPT = 'image/jpeg,image/png';

export type Chooser = {
  token: string;
  expiresAt: Date;
  fault: Fault | undefined;
  /** What the button for the camera says. */
  take: string;
  isMain: boolean;
};

/** The buttons, the plain form, the limits and how the photo is used. */
export function chooser(visit: Visit, { token, expiresAt, fault, take, isMain }: Chooser): Html {
  const { words } = visit;
  const main = isMain ? ' primary' : '';
  return html`<div data-chooser>
<p class="problem" role="alert" tabindex="-1" data-unreadable hidden>${icon('warning')}<span>${words.faults['not-a-picture']}</span></p>
<div class="actions" data-enhanced hidden>
<button type="button" class="button on-phone${main}" data-pick="camera">${icon('camera')}${take}</button>
<button type="button" class="button on-phone" data-pick="library">${icon('picture')}${words.choose.fromPhone}</button>
<button type="button" class="button on-computer${main}" data-pick="library">${icon('picture')}${words.choose.fromComputer}</button>
<input type="file" accept="${ACCEPT}" capture="user" data-from="camera" aria-label="${take}" hidden>
<input type="file" accept="${ACCEPT}" data-from="library" aria-label="${words.choose.plainLabel}" hidden>
</div>
<form class="plain actions" method="post" enctype="multipart/form-data" action="${addressOf(visit, `${token}/photo`)}" data-plain>
<input type="hidden" name="upload" autocomplete="off" value="${randomBytes(16).toString('hex')}">
<label for="photo">${words.choose.plainLabel}</label>
<input type="file" id="photo" name="photo" accept="${ACCEPT}" required${fault ? html` aria-describedby="problem"` : NOTHING}>
<button class="button primary">${icon('send')}${words.choose.plainSend}</button>
</form>
<p class="small limits">${limitsText(visit)} ${untilText(visit, expiresAt)}</p>
<details class="use"><summary>${words.use.summary}</summary>${words.use.text.map((text) => html`<p class="small">${text}</p>`)}</details>
</div>${checkView(visit)}`;
}

/** A fault, said in place: above what is to be done about it. */
export const faultNote = (visit: Visit, fault: Fault | undefined): Html =>
  fault
    ? html`<p class="problem" role="alert" id="problem">${icon('warning')}<span>${faultText(visit, fault)}</span></p>`
    : NOTHING;

export const faultText = ({ words, limits }: Visit, fault: Fault): string =>
  filled(words.faults[fault], {
    megabytes: inMillions(limits.bytesMax / 2 ** 20),
    megapixels: inMillions(limits.pixelsMax / 1e6),
  });

const limitsText = ({ words, limits }: Visit): string =>
  filled(words.choose.limits, { megabytes: inMillions(limits.bytesMax / 2 ** 20) });

const inMillions = (millions: number): string => String(Number(millions.toFixed(1)));

const untilText = (visit: Visit, expiresAt: Date): Html =>
  withTime(visit.words.choose.until, dayTime(visit, expiresAt));

/** A day that the script may write as the reader's own. */
export const dayTime = (visit: Visit, at: Date): Html =>
  html`<time datetime="${at.toISOString()}" data-as="day">${dayIn(visit, at)}</time>`;

/** A text whose `{date}` is a piece of HTML. */
export function withTime(text: string, time: Html): Html {
  const [before, after] = text.split('{date}');
  return html`${before}${time}${after}`;
}

/** *Check your photo*, to be filled by the script: it brings no words of its own. */
function checkView({ words }: Visit): Html {
  const { check } = words;
  return html`<template id="check-view"><section class="view check">
<h1 tabindex="-1">${check.title}</h1>
<p class="lead" id="check-lead"><span class="on-phone">${check.lead.phone}</span><span class="on-computer">${check.lead.computer}</span></p>
<div class="stage" data-part="stage" role="group" tabindex="0" aria-label="${check.stage}" aria-describedby="check-lead stage-help"><canvas data-part="canvas"></canvas>${OVAL}</div>
<p class="visually-hidden" id="stage-help">${check.stageHelp}</p>
<p class="visually-hidden" role="status" data-part="zoom-is" data-words="${check.zoomIs}"></p>
<div class="controls" data-part="controls">
${control('zoom', 'out', 'minus', check.zoomOut)}${control('zoom', 'in', 'plus', check.zoomIn)}
${control('move', 'left', 'left', check.left)}${control('move', 'up', 'up', check.up)}${control('move', 'down', 'down', check.down)}${control('move', 'right', 'right', check.right)}
</div>
<div role="status"><ul class="checks" data-part="checks" aria-label="${check.checks}" hidden>
<li data-check="size">${result('fine', check.size.fine)}${result('warning', check.size.warning)}</li>
<li data-check="focus">${result('fine', check.focus.fine)}${result('warning', check.focus.warning)}</li>
<li data-check="light">${result('fine', check.light.fine)}${result('dark', check.light.dark)}${result('bright', check.light.bright)}</li>
</ul></div>
<p class="problem" role="alert" data-part="problem" data-otherwise="${words.faults.unavailable}" hidden>${icon('warning')}<span data-words></span></p>
<div class="sending" data-part="sending" hidden>
<p><span role="status" data-part="under-way" data-sending="${check.sending}" data-making="${check.making}" data-sent="${check.sent}" data-offline="${check.offline}" data-again="${check.again}"></span><span data-part="percent"></span></p>
<progress max="100" data-part="progress" aria-label="${check.sending}"></progress>
<button type="button" class="button" data-part="stop">${check.stop}</button>
</div>
<div class="actions" data-part="actions">
<button type="button" class="button primary" data-part="send">${icon('send')}${check.send}</button>
<button type="button" class="button" data-part="another"><span data-from="camera" hidden>${check.another.camera}</span><span data-from="library" hidden>${check.another.library}</span></button>
</div>
</section></template>`;
}

const control = (deed: 'move' | 'zoom', which: string, sign: IconName, words: string): Html =>
  html`<button type="button" data-${deed}="${which}" aria-label="${words}" title="${words}">${icon(sign)}</button>`;

const result = (which: string, words: string): Html =>
  html`<span data-result="${which}" class="${which === 'fine' ? 'is-fine' : 'is-warning'}" hidden>${icon(which === 'fine' ? 'good' : 'warning')}${words}</span>`;

/** Dims what is outside the oval that the face should fill. */
const OVAL = html`<svg viewBox="0 0 300 400" preserveAspectRatio="none" aria-hidden="true" focusable="false"><path fill="#11191d" fill-opacity=".45" fill-rule="evenodd" d="M0 0h300v400H0zM150 72c-54 0-92 42-92 106c0 66 40 120 92 120s92-54 92-120c0-64-38-106-92-106z"/><path fill="none" stroke="#fff" stroke-width="2.6" d="M150 72c-54 0-92 42-92 106c0 66 40 120 92 120s92-54 92-120c0-64-38-106-92-106z"/></svg>`;
