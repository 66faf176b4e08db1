// Who holds the site's lock, above every page of the site.

export function LockBanner() {
  return null;
}
