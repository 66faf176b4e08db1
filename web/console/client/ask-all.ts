// Lists that are short enough to be had whole.
import type { Page } from '../../../api/wire.ts';
import { type Asked, ask } from './client.ts';

const PAGE = 1000;

/** All items of a list, page after page. */
export async function askAll<Item>(
  path: string,
  asked: Pick<Asked, 'query' | 'signal'> = {},
): Promise<Item[]> {
  const items: Item[] = [];
  for (let cursor: string | null = ''; cursor !== null; ) {
    const page: Page<Item> = await ask('GET', path, {
      ...asked,
      query: { ...asked.query, limit: PAGE, cursor },
    });
    items.push(...page.items);
    cursor = page.next;
  }
  return items;
}
