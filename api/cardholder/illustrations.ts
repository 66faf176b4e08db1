// The drawings of the cardholder's page: a good photo, and three that are not.
import { Html } from './html.ts';

type Look = { skin: string; shade: string; hair: string; shirt: string; collar: string; mouth: string };

const PALE: Look = {
  skin: '#f3cdb1',
  shade: '#dcb096',
  hair: '#573a2b',
  shirt: '#45685b',
  collar: '#f4f7f8',
  mouth: '#8d3f36',
};
const BROWN: Look = {
  skin: '#c98f66',
  shade: '#b0774f',
  hair: '#2b201c',
  shirt: '#40597d',
  collar: '#40597d',
  mouth: '#8a3d3a',
};

/** Head and shoulders on a ground of 245 by 312, the face in its middle. */
const person = ({ skin, shade, hair, shirt, collar, mouth }: Look): string =>
  `<path d="M24 312C26 268 62 250 98 244h52c36 6 70 24 72 68z" fill="${shirt}"/>` +
  `<path d="M88 247l13-9h46l13 9l-18 21l-18-12l-18 12z" fill="${collar}"/>` +
  `<path d="M100 196h47v46c-8 13-15 19-23 24c-9-5-17-11-24-24z" fill="${skin}"/>` +
  `<path d="M100 200h47v20c-14 13-33 13-47 0z" fill="${shade}"/>` +
  `<ellipse cx="73" cy="150" rx="9.5" ry="14" fill="${skin}"/><ellipse cx="175" cy="150" rx="9.5" ry="14" fill="${skin}"/>` +
  `<path d="M76 104c0-26 20-36 48-36s48 10 48 36v52c0 36-23 59-48 59s-48-23-48-59z" fill="${skin}"/>` +
  `<path d="M71 137C64 88 80 61 124 61s60 27 53 76c-2-17-7-30-17-40c-24 15-57 7-80 16c-5 7-8 15-9 24z" fill="${hair}"/>` +
  `<path d="M92 134q10-7 21-2M136 132q11-5 21 2" fill="none" stroke="${hair}" stroke-width="4" stroke-linecap="round"/>` +
  `<ellipse cx="103" cy="147" rx="4.6" ry="5.4" fill="#2b201c"/><ellipse cx="143" cy="147" rx="4.6" ry="5.4" fill="#2b201c"/>` +
  `<path d="M122 148c-4 11-5 19-2 22q2 2 5 2" fill="none" stroke="${shade}" stroke-width="3.4" stroke-linecap="round"/>` +
  `<path d="M107 188q16 12 33 0" fill="none" stroke="${mouth}" stroke-width="4" stroke-linecap="round"/>`;

const drawing = (width: number, height: number, content: string): Html =>
  new Html(
    `<svg viewBox="0 0 ${width} ${height}" preserveAspectRatio="xMidYMid slice" aria-hidden="true" focusable="false">${content}</svg>`,
  );

const ground = (width: number, height: number, fill: string): string =>
  `<rect width="${width}" height="${height}" fill="${fill}"/>`;

const LIGHT_WALL =
  '<defs><linearGradient id="light-wall" x2="0" y2="1"><stop stop-color="#e7edef"/><stop offset="1" stop-color="#d3dce0"/></linearGradient></defs>';

export const goodPhoto = drawing(245, 312, LIGHT_WALL + ground(245, 312, 'url(#light-wall)') + person(PALE));

export const tooDark = drawing(
  200,
  170,
  ground(200, 170, '#c9d2d6') +
    `<g transform="translate(-1 -44) scale(.82)">${person(PALE)}</g>` +
    '<rect width="200" height="170" fill="#0d0d10" opacity=".72"/>',
);

export const tooFar = drawing(
  200,
  170,
  `${ground(200, 170, '#dbe2e5')}<g transform="translate(67 67) scale(.28)">${person(PALE)}</g>`,
);

const STRIPES = ['#3f9fb3', '#c98f66', '#e8b85c', '#c98f66'];
const STRIPE = 26;

const stripes = Array.from({ length: 16 }, (_, index) => {
  const x = -190 + index * STRIPE;
  return `<path d="M${x} 0h${STRIPE}l170 170h-${STRIPE}z" fill="${STRIPES[index % STRIPES.length]}"/>`;
}).join('');

export const busyWall = drawing(
  200,
  170,
  `${stripes}<g transform="translate(-1 -40) scale(.82)">${person(BROWN)}</g>`,
);
