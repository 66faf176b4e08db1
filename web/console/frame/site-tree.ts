// The sites of an admin as a tree to choose from, and those of it whose name or id somebody types.
import type { Site } from '../../../api/wire-org.ts';

export type TreeLine = {
  site: Site;
  depth: number;
  /** Those above it, from the top. */
  above: readonly Site[];
};

/** Every site below those above it, names in the order of the language. */
export function treeOf(sites: readonly Site[], language: string): TreeLine[] {
  const { compare } = new Intl.Collator(language, { numeric: true });
  const known = new Set(sites.map(({ id }) => id));
  const below = new Map<number | null, Site[]>();
  for (const site of sites) {
    const parent = site.parentId !== null && known.has(site.parentId) ? site.parentId : null;
    below.set(parent, [...(below.get(parent) ?? []), site]);
  }
  const lines: TreeLine[] = [];
  const add = (parent: number | null, above: readonly Site[]) => {
    const children = [...(below.get(parent) ?? [])].sort((a, b) => compare(a.name, b.name));
    for (const site of children) {
      lines.push({ site, depth: above.length, above });
      add(site.id, [...above, site]);
    }
  };
  add(null, []);
  return lines;
}

/** Lines whose site is called so or has an id that begins so; all where nothing is typed. */
export function linesFor(lines: readonly TreeLine[], typed: string): readonly TreeLine[] {
  const wanted = plain(typed);
  if (wanted === '') return lines;
  return lines.filter(({ site }) => plain(site.name).includes(wanted) || String(site.id).startsWith(wanted));
}

/** Without case and accents: who looks for `zurich` means Zürich. */
const plain = (text: string): string => text.trim().normalize('NFD').replace(/\p{M}/gu, '').toLowerCase();
