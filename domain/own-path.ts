// Addresses of Muster's own pages, as somebody else may have written them into a link: never a way to another site.

const HERE = 'http://muster.invalid';

/** The path to go to, with its query; `/` where it is none of ours. */
export function ownPathOf(text: string | undefined): string {
  if (text === undefined || !/^\/(?![/\\])[^\\\p{Cc}]*$/u.test(text) || !URL.canParse(text, HERE)) return '/';
  const { origin, pathname, search, hash } = new URL(text, HERE);
  return origin === HERE && !pathname.startsWith('//') ? `${pathname}${search}${hash}` : '/';
}
