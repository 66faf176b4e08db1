// The cardholder's page with a script: a photo is taken or chosen, checked and sent without leaving the page.
import './page.css';
import { type CheckView, openCheckView } from './check-view.ts';
import { openPicture } from './picture.ts';

document.documentElement.classList.add('enhanced');
if (document.readyState === 'loading') document.addEventListener('DOMContentLoaded', begin, { once: true });
else begin();

function begin(): void {
  localiseDates();
  const chooser = document.querySelector<HTMLElement>('[data-chooser]');
  if (chooser) enhance(chooser);
}

/** The server knows neither the reader's clock nor their country. */
function localiseDates(): void {
  const { locale } = document.documentElement.dataset;
  for (const element of document.querySelectorAll<HTMLTimeElement>('time[data-as]')) {
    const at = new Date(element.dateTime);
    const isMoment = element.dataset['as'] === 'moment';
    const isThisYear = at.getFullYear() === new Date().getFullYear();
    element.textContent = new Intl.DateTimeFormat(locale, {
      day: 'numeric',
      month: 'long',
      ...(!isThisYear && { year: 'numeric' }),
      ...(isMoment && { hour: '2-digit', minute: '2-digit' }),
    }).format(at);
  }
}

type Source = 'camera' | 'library';

/** The parts of the server's page that the script works with; undefined where one is missing. */
function partsOf(chooser: HTMLElement) {
  const main = document.querySelector<HTMLElement>('main');
  const template = document.querySelector<HTMLTemplateElement>('#check-view');
  const form = chooser.querySelector<HTMLFormElement>('[data-plain]');
  const enhanced = chooser.querySelector<HTMLElement>('[data-enhanced]');
  const unreadable = chooser.querySelector<HTMLElement>('[data-unreadable]');
  const camera = chooser.querySelector<HTMLInputElement>('input[data-from="camera"]');
  const library = chooser.querySelector<HTMLInputElement>('input[data-from="library"]');
  const page = main?.firstElementChild;
  if (!main || !template || !form || !enhanced || !unreadable || !camera || !library) return undefined;
  // What is shown while no photo is checked: what leads away from the page would lose the chosen photo.
  const guide = [page, ...document.querySelectorAll('footer, details.language')].filter(
    (part) => part instanceof HTMLElement,
  );
  return { main, template, form, enhanced, unreadable, inputs: { camera, library }, guide };
}

function enhance(chooser: HTMLElement): void {
  const parts = partsOf(chooser);
  if (!parts) return;
  const { form, enhanced, inputs } = parts;
  const checking = openChecking(chooser, parts);
  form.hidden = true;
  enhanced.hidden = false;
  for (const button of chooser.querySelectorAll<HTMLElement>('[data-pick]'))
    button.addEventListener('click', () => pick(inputs[button.dataset['pick'] as Source]));
  for (const from of ['camera', 'library'] as const)
    inputs[from].addEventListener('change', () => {
      const file = inputs[from].files?.[0];
      if (file) void checking.check(file, from);
    });
  // The way back from the check leads to the guide, not out of the page.
  addEventListener('popstate', () => {
    if (history.state === 'check' || !checking.leave()) return;
    [...enhanced.querySelectorAll<HTMLElement>('[data-pick]')].find((one) => one.offsetParent)?.focus();
  });
}

function pick(input: HTMLInputElement): void {
  // The same file again is a choice as well.
  input.value = '';
  input.click();
}

/** Goes between the guide and the check of a photo. */
function openChecking(chooser: HTMLElement, parts: NonNullable<ReturnType<typeof partsOf>>) {
  const { main, template, form, unreadable, inputs, guide } = parts;
  let view: CheckView | undefined;
  /** Whether there was one. */
  const leave = (): boolean => {
    const wasOpen = view !== undefined;
    view?.element.remove();
    view?.close();
    view = undefined;
    for (const part of guide) part.hidden = false;
    return wasOpen;
  };
  const check = async (file: File, from: Source) => {
    chooser.setAttribute('aria-busy', 'true');
    const picture = await openPicture(file);
    chooser.removeAttribute('aria-busy');
    leave();
    unreadable.hidden = picture !== undefined;
    if (!picture) return unreadable.focus();
    view = openCheckView(template, picture, {
      url: form.action,
      from,
      onAnother: () => pick(inputs[from]),
      onSent(next) {
        view?.close();
        location.replace(next);
      },
    });
    for (const part of guide) part.hidden = true;
    main.append(view.element);
    view.start();
    if (history.state !== 'check') history.pushState('check', '');
    scrollTo(0, 0);
    view.element.querySelector<HTMLElement>('h1')?.focus();
  };
  return { check, leave };
}
