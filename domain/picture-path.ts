// What the path of a file inside a zip says: whose picture it is, and whether it is one that people put there.

/** What systems put beside people's files, and folders of theirs. */
const PASSED_OVER = new Set(['.ds_store', 'thumbs.db', 'ehthumbs.db', 'desktop.ini', 'icon\r', '.localized']);
const PASSED_FOLDERS = new Set(['__macosx', '.trashes', '.spotlight-v100', '.fseventsd', '@eadir']);

/** The endings that are taken off a name even where it is an email, whose own end looks like one. */
const PICTURE_ENDING = /\.(jpe?g|jpe|jfif|png|gif|webp|hei[cf]|bmp|tiff?)$/i;
const ANY_ENDING = /\.[a-z0-9]{1,5}$/i;

/** With slashes between its parts, as some Windows tools don't write it, and letters put together as macOS takes them apart. */
export const tidyPath = (path: string): string => path.replace(/\\/g, '/').normalize('NFC');

/** True for a tidy path that leads out of the folder into which it would be unpacked, or could be read as another one. */
export function leadsOut(path: string): boolean {
  return (
    path.startsWith('/') || /^[a-z]:/i.test(path) || path.includes('\0') || path.split('/').includes('..')
  );
}

/** True for a tidy path of a folder, or of what macOS and Windows leave beside the files of people. */
export function isPassedOver(path: string): boolean {
  if (path.endsWith('/')) return true;
  const folders = path.split('/');
  const name = (folders.pop() ?? '').toLowerCase();
  return (
    name.startsWith('._') ||
    PASSED_OVER.has(name) ||
    folders.some((folder) => PASSED_FOLDERS.has(folder.toLowerCase()))
  );
}

/** What a tidy path is matched by: the name of the file without its ending and the blanks around it. */
export function matchOf(path: string): string {
  const name = (path.split('/').at(-1) ?? '').trim();
  if (PICTURE_ENDING.test(name)) return name.replace(PICTURE_ENDING, '').trim();
  return (name.includes('@') ? name : name.replace(ANY_ENDING, '')).trim();
}

/** The endings of archives: pictures are not looked for inside them. */
export const isArchiveName = (path: string): boolean =>
  /\.(zip|zipx|7z|rar|tar|t?gz|t?bz2?|t?xz|zst|lzma|lz4|cab|arj|jar)$/i.test(path);
