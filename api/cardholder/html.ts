// HTML as strings that are safe to send: whatever is put into a template is escaped, unless it was made by one.

const ESCAPES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};

/** A piece of HTML. Its constructor is private to this file in all but name: make one by `html`. */
export class Html {
  readonly text: string;

  constructor(text: string) {
    this.text = text;
  }

  toString(): string {
    return this.text;
  }
}

/** What a template takes: text, which is escaped; HTML, lists of it; and nothing at all. */
export type Insert = Html | string | number | false | null | undefined | readonly Insert[];

/** html`<p>${anything}</p>`: text is escaped, pieces of HTML are not. */
export function html(parts: TemplateStringsArray, ...inserts: readonly Insert[]): Html {
  return new Html(parts.map((part, index) => part + written(inserts[index])).join(''));
}

export const NOTHING = html``;

function written(insert: Insert): string {
  if (insert === undefined || insert === null || insert === false) return '';
  if (insert instanceof Html) return insert.text;
  if (Array.isArray(insert)) return insert.map(written).join('');
  return String(insert).replace(/[&<>"']/g, (character) => ESCAPES[character] ?? '');
}
