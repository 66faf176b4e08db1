// The drawn signs of the cardholder's page: lines on a grid of 24, in the colour of the text beside them.
import { Html, html } from './html.ts';

const LINES = {
  face: 'M4 8V6a2 2 0 0 1 2-2h2M16 4h2a2 2 0 0 1 2 2v2M20 16v2a2 2 0 0 1-2 2h-2M8 20H6a2 2 0 0 1-2-2v-2M9 10h.01M15 10h.01M9 14.2c1.8 1.7 4.2 1.7 6 0',
  sun: 'M12 8.2a3.8 3.8 0 1 1 0 7.6a3.8 3.8 0 0 1 0-7.6M12 3v1M12 20v1M3 12h1M20 12h1M5.6 5.6l.7.7M17.7 17.7l.7.7M18.4 5.6l-.7.7M6.3 17.7l-.7.7',
  wall: 'M6 4h12a2 2 0 0 1 2 2v12a2 2 0 0 1-2 2H6a2 2 0 0 1-2-2V6a2 2 0 0 1 2-2',
  glasses:
    'M8 4H6L3 16M16 4h2l3 12M10.5 16.5a3.5 3.5 0 1 1-7 0h7zM20.5 16.5a3.5 3.5 0 1 1-7 0h7zM10.5 16.8h3M4.5 17l2.6 2.6M14.5 17l2.6 2.6',
  check: 'M5 12.5l4.5 4.5L19 7.5',
  cross: 'M6 6l12 12M18 6L6 18',
  camera:
    'M5 7h1.6a2 2 0 0 0 1.7-1l.4-.8a2 2 0 0 1 1.7-1h3.2a2 2 0 0 1 1.7 1l.4.8a2 2 0 0 0 1.7 1H19a2 2 0 0 1 2 2v9a2 2 0 0 1-2 2H5a2 2 0 0 1-2-2V9a2 2 0 0 1 2-2M12 10a3 3 0 1 1 0 6a3 3 0 0 1 0-6',
  picture:
    'M6 4h12a2 2 0 0 1 2 2v12a2 2 0 0 1-2 2H6a2 2 0 0 1-2-2V6a2 2 0 0 1 2-2M4 16l4.2-4.2c.9-.9 2.1-.9 3 0L19 19.6M14 14l.8-.8c.9-.9 2.1-.9 3 0L20 15.4M15.5 8.5h.01',
  language: 'M4 6h9M8.5 4v2M11 6c0 4-3 7-6.5 7.5M6 9.5c.8 2 2.8 3.6 5.5 4M11.5 20l4.25-9.5L20 20M13 17h5.5',
  good: 'M12 3a9 9 0 1 1 0 18a9 9 0 0 1 0-18M8.8 12.2l2.2 2.2l4.2-4.4',
  warning:
    'M10.4 4.7L3.1 17.3A1.85 1.85 0 0 0 4.7 20h14.6a1.85 1.85 0 0 0 1.6-2.7L13.6 4.7a1.85 1.85 0 0 0-3.2 0M12 9.5v3.5M12 16.5h.01',
  send: 'M21 3L10.5 13.5M21 3l-6.5 18a.55.55 0 0 1-1 0L10.5 13.5L3 10.5a.55.55 0 0 1 0-1L21 3',
  clock: 'M12 3a9 9 0 1 1 0 18a9 9 0 0 1 0-18M12 7.5v5l3 1.8',
  link: 'M9.5 14.5l5-5M11 6.5l.6-.7a4.2 4.2 0 0 1 6 6l-.8.7M13 17.5l-.6.7a4.2 4.2 0 0 1-6-6l.8-.7M4 4l16 16',
  letter: 'M5 5h14a2 2 0 0 1 2 2v10a2 2 0 0 1-2 2H5a2 2 0 0 1-2-2V7a2 2 0 0 1 2-2M3.5 7.5L12 13l8.5-5.5',
  back: 'M9 14l-4-4l4-4M5 10h9a5 5 0 0 1 0 10h-3',
  plus: 'M12 5v14M5 12h14',
  minus: 'M5 12h14',
  left: 'M19 12H5M11 6l-6 6l6 6',
  right: 'M5 12h14M13 6l6 6l-6 6',
  up: 'M12 19V5M6 11l6-6l6 6',
  down: 'M12 5v14M6 13l6 6l6-6',
  chevron: 'M7 10l5 5l5-5',
} as const;

export type IconName = keyof typeof LINES;

/** A sign beside words that say the same: it says nothing to who cannot see it. */
export const icon = (name: IconName): Html =>
  html`<svg class="icon" viewBox="0 0 24 24" fill="none" stroke="currentColor" stroke-width="1.75" stroke-linecap="round" stroke-linejoin="round" aria-hidden="true" focusable="false"><path d="${LINES[name]}"/></svg>`;

const MARK =
  '<rect width="30" height="30" rx="7" fill="#0b6377"/><circle cx="8.5" cy="9" r="2.1" fill="#fff"/><circle cx="8.5" cy="15" r="2.1" fill="#fff"/><circle cx="8.5" cy="21" r="2.1" fill="#9ccfda"/><path d="M14 9h9M14 15h9" stroke="#fff" stroke-width="2.6" stroke-linecap="round"/><path d="M14 21h5" stroke="#9ccfda" stroke-width="2.6" stroke-linecap="round"/>';

/** Stands where an organisation has no logo of its own. */
export const mark = new Html(
  `<svg class="logo" viewBox="0 0 30 30" aria-hidden="true" focusable="false">${MARK}</svg>`,
);

/** The same as the sign of the browser's tab, without a request. */
export const MARK_ADDRESS = `data:image/svg+xml,${encodeURIComponent(
  `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 30 30">${MARK}</svg>`,
)}`;
