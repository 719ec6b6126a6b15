/** `word`: an unquoted name or keyword, in lower case; `name`: a quoted one; `param`: `$1`, or `?` as the ORM logs it. */
export type Token = { readonly kind: 'word' | 'name' | 'param' | 'literal' | 'sign'; readonly text: string };
/** What stands between two parentheses. */
export type Group = { readonly kind: 'group'; readonly items: readonly Item[] };
export type Item = Token | Group;

const SKIPPED = /\s+|--[^\n]*|\/\*[\s\S]*?\*\//y;
const TOKENS: readonly (readonly [Token['kind'], RegExp])[] = [
  ['literal', /[eE]'(?:[^'\\]|\\[\s\S]|'')*'|'(?:[^']|'')*'|\$([A-Za-z_]*)\$[\s\S]*?\$\1\$|\d+(?:\.\d+)?/y],
  ['param', /\$\d+|\?(?![|&])/y],
  ['name', /"(?:[^"]|"")*"/y],
  ['word', /[A-Za-z_][A-Za-z0-9_$]*/y],
  ['sign', /::|\?[|&]|[-+*/<>=~!@#%^&|:]+|[.,;()[\]]/y],
];

/** Reads SQL as words, signs and nested parentheses. Throws on text that it cannot read. */
export function itemsOf(sql: string): Item[] {
  const open: Item[][] = [[]];
  for (const token of tokensOf(sql)) {
    if (token.text === '(' && token.kind === 'sign') open.push([]);
    else if (token.text === ')' && token.kind === 'sign') {
      const items = open.pop()!;
      if (open.length === 0) throw new Error(`A parenthesis too many: ${sql}`);
      open.at(-1)!.push({ kind: 'group', items });
    } else open.at(-1)!.push(token);
  }
  if (open.length !== 1) throw new Error(`A parenthesis is missing: ${sql}`);
  return open[0]!;
}

function* tokensOf(sql: string): Generator<Token> {
  for (let at = 0; at < sql.length;) {
    const skipped = matchAt(SKIPPED, sql, at);
    if (skipped) {
      at += skipped.length;
      continue;
    }
    const token = TOKENS.map(([kind, form]) => ({ kind, text: matchAt(form, sql, at) })).find(({ text }) => text);
    if (!token?.text) throw new Error(`Unreadable from here: ${sql.slice(at)}`);
    at += token.text.length;
    yield { kind: token.kind, text: spelled(token.kind, token.text) };
  }
}

const matchAt = (form: RegExp, sql: string, at: number) => {
  form.lastIndex = at;
  return form.exec(sql)?.[0];
};

const spelled = (kind: Token['kind'], text: string) => {
  if (kind === 'word') return text.toLowerCase();
  return kind === 'name' ? text.slice(1, -1).replaceAll('""', '"') : text;
};

export const isGroup = (item: Item | undefined): item is Group => item?.kind === 'group';

/** Whether the item is one of these keywords. */
export const isWord = (item: Item | undefined, ...words: string[]): item is Token =>
  item?.kind === 'word' && words.includes(item.text);

export const isSign = (item: Item | undefined, sign: string): item is Token =>
  item?.kind === 'sign' && item.text === sign;

/** The name of a table, column or alias, quoted or not. */
export const nameOf = (item: Item | undefined): string | undefined =>
  item?.kind === 'word' || item?.kind === 'name' ? item.text : undefined;

/** Whether a group is a query of its own. */
export const isQuery = (item: Item | undefined): boolean =>
  isGroup(item) && isWord(item.items[0], 'select', 'with', 'insert', 'update', 'delete', 'values', 'table');

/** Every item at every depth, each with what stands before and after it. */
export function* everyItem(items: readonly Item[]): Generator<{ item: Item; before?: Item; after: readonly Item[] }> {
  for (const [at, item] of items.entries()) {
    yield { item, before: items[at - 1], after: items.slice(at + 1, at + 5) };
    if (isGroup(item)) yield* everyItem(item.items);
  }
}

/** Cuts items where `cuts` says so; the item at a cut is left out. */
export function splitAt(items: readonly Item[], cuts: (item: Item) => boolean): Item[][] {
  const parts: Item[][] = [[]];
  for (const item of items) {
    if (cuts(item)) parts.push([]);
    else parts.at(-1)!.push(item);
  }
  return parts;
}
