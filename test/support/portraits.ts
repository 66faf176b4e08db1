// Faces for pictures of the console: drawn, so that nobody real is shown.
import sharp from 'sharp';

export type Face = {
  skin: string;
  hair: string;
  shirt: string;
  hasBeard?: boolean;
  hasGlasses?: boolean;
  isLong?: boolean;
  /** Something stands beside: the background is not plain. */
  isCluttered?: boolean;
  isDark?: boolean;
};

const [WIDTH, HEIGHT] = [436, 552];

/** Eight people of Northfield, in the order of their queue. */
export const FACES: readonly (Face & { name: string })[] = [
  {
    name: 'Yusuf Demir',
    skin: '#f2cdb0',
    hair: '#2b1d1a',
    shirt: '#44685b',
    hasBeard: true,
    isCluttered: true,
  },
  {
    name: 'Hannah O’Shea',
    skin: '#f0d4c3',
    hair: '#23262d',
    shirt: '#565c72',
    hasGlasses: true,
    isLong: true,
  },
  { name: 'Ana Costa', skin: '#dfa883', hair: '#241c1c', shirt: '#7a4747', isLong: true },
  {
    name: 'Ivan Petrov',
    skin: '#f0c9a8',
    hair: '#6b4a33',
    shirt: '#44685b',
    isCluttered: true,
    isDark: true,
  },
  { name: 'Priya Nair', skin: '#a06a42', hair: '#1d1716', shirt: '#9a6233', isLong: true },
  { name: 'Jun Tanaka', skin: '#e8b48c', hair: '#5b4030', shirt: '#7d5a50' },
  { name: 'Sara Lind', skin: '#f4d5bf', hair: '#8a4b22', shirt: '#3f6658', isLong: true },
  { name: 'Omar Aziz', skin: '#b98357', hair: '#1f1a1b', shirt: '#3c5f86', hasBeard: true, hasGlasses: true },
];

/** A JPEG of a face, `width` pixels wide. */
export function portraitOf(face: Face, width = 1600): Promise<Buffer> {
  return sharp(Buffer.from(drawing(face)), { density: 300 })
    .resize(width, Math.round((width * HEIGHT) / WIDTH), { fit: 'fill' })
    .jpeg({ quality: 90 })
    .toBuffer();
}

function drawing({ skin, hair, shirt, ...face }: Face): string {
  const shade = 'rgb(60 30 20 / 16%)';
  const parts = [
    face.isCluttered && '<rect x="356" width="80" height="552" fill="#9aa3a9"/>',
    face.isLong && `<path d="M130 230c0-140 176-140 176 0v180q0 40-30 40H160q-30 0-30-40z" fill="${hair}"/>`,
    `<path d="M36 552c6-84 62-120 128-138h108c66 18 122 54 128 138z" fill="${shirt}"/>`,
    `<path d="M176 352h84v76q-42 36-84 0z" fill="${skin}"/><path d="M176 372h84v20q-42 26-84 0z" fill="${shade}"/>`,
    '<path d="m156 420 22-14 40 66-24 26z" fill="#eef1f3"/><path d="m280 420-22-14-40 66 24 26z" fill="#eef1f3"/>',
    `<ellipse cx="127" cy="265" rx="14" ry="26" fill="${skin}"/><ellipse cx="309" cy="265" rx="14" ry="26" fill="${skin}"/>`,
    `<path d="M134 220c0-130 168-130 168 0v70c0 130-168 130-168 0z" fill="${skin}"/>`,
    `<path d="M128 236C112 72 324 72 308 236c-8-44-24-66-44-70-34-8-60-8-92 0-20 4-36 26-44 70z" fill="${hair}"/>`,
    `<path d="M160 236q20-12 40 0M236 236q20-12 40 0" fill="none" stroke="${hair}" stroke-width="8" stroke-linecap="round"/>`,
    '<circle cx="184" cy="258" r="8" fill="#231a18"/><circle cx="254" cy="258" r="8" fill="#231a18"/>',
    `<path d="M220 258q-12 40 2 46" fill="none" stroke="${shade}" stroke-width="7" stroke-linecap="round"/>`,
    face.hasBeard
      ? `<path d="M140 300c6 110 150 110 156 0-18 26-34 18-56 12q-22-6-44 0c-22 6-38 14-56-12z" fill="${hair}"/>`
      : '<path d="M194 330q24 18 48 0" fill="none" stroke="#a5524b" stroke-width="6" stroke-linecap="round"/>',
    face.hasGlasses &&
      '<g fill="none" stroke="#2b3238" stroke-width="5"><circle cx="184" cy="260" r="26"/><circle cx="254" cy="260" r="26"/><path d="M210 258h18"/></g>',
    face.isDark && '<rect width="436" height="552" fill="#0a0f14" opacity="0.76"/>',
  ];
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${HEIGHT}" width="${WIDTH}" height="${HEIGHT}">
    <defs><linearGradient id="wall" x2="0" y2="1"><stop stop-color="#e8edef"/><stop offset="1" stop-color="#d3dadf"/></linearGradient></defs>
    <rect width="${WIDTH}" height="${HEIGHT}" fill="url(#wall)"/>${parts.filter(Boolean).join('')}</svg>`;
}
