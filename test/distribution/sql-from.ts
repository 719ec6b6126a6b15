import { isGroup, isQuery, isSign, isWord, nameOf, type Item } from './sql-items.js';

/** A table as a statement names it. */
export type Reference = { readonly table: string; readonly alias: string };
/** A condition that restricts every table of its block, or only those with these aliases. */
export type Condition = { readonly items: readonly Item[]; readonly restricts: 'all' | readonly string[] };
export type From = { readonly references: Reference[]; readonly conditions: Condition[] };

const NO_ALIAS = [
  ...['join', 'inner', 'left', 'right', 'full', 'cross', 'natural', 'on', 'using', 'lateral', 'tablesample', 'with'],
  ...['set', 'where', 'returning', 'values', 'default', 'select', 'overriding'],
];
const SIDES = ['inner', 'left', 'right', 'full', 'cross', 'natural'];

/** Reads a table name with its schema and alias at `at`; answers where it ends. */
export function referenceAt(items: readonly Item[], at: number): { reference: Reference; end: number } {
  let end = at + 1;
  if (isSign(items[end], '.')) end += 2;
  const table = nameOf(items[end - 1]) ?? '';
  const alias = aliasAt(items, end);
  return { reference: { table, alias: alias.name ?? table }, end: alias.end };
}

/** Reads `[as] alias [(columns)]`. */
function aliasAt(items: readonly Item[], at: number): { name?: string; end: number } {
  const start = isWord(items[at], 'as') ? at + 1 : at;
  const item = items[start];
  if (!nameOf(item) || isWord(item, ...NO_ALIAS)) return { end: start };
  return { name: nameOf(item), end: isGroup(items[start + 1]) ? start + 2 : start + 1 };
}

/** The tables of a from list, and the conditions of its joins. */
export function fromList(items: readonly Item[]): From {
  const from: From = { references: [], conditions: [] };
  let side = 'inner';
  let joined: string[] = [];
  for (let at = 0; at < items.length;) {
    const item = items[at]!;
    if (isSign(item, ',')) [side, at] = ['inner', at + 1];
    else if (startsJoin(items, at)) [side, at] = joinAt(items, at);
    else if (isWord(item, 'lateral', 'only', 'outer')) at += 1;
    else if (isWord(item, 'on')) {
      const end = endOfCondition(items, at + 1);
      from.conditions.push({ items: items.slice(at + 1, end), restricts: restrictedBy(side, joined) });
      at = end;
    } else if (isWord(item, 'using')) at += 2;
    else {
      const source = sourceAt(items, at);
      from.references.push(...source.references);
      from.conditions.push(...source.conditions);
      joined = source.references.map(({ alias }) => alias);
      at = source.end;
    }
  }
  return from;
}

/** A condition of an outer join removes no row of the side that is kept whole. */
const restrictedBy = (side: string, joined: readonly string[]) => {
  if (side === 'inner') return 'all' as const;
  return side === 'left' ? joined : [];
};

/** `left` and `right` are functions as well. */
const startsJoin = (items: readonly Item[], at: number) =>
  isWord(items[at], 'join') || (isWord(items[at], ...SIDES) && !isGroup(items[at + 1]));

function joinAt(items: readonly Item[], at: number): [side: string, end: number] {
  let side = 'inner';
  let end = at;
  while (isWord(items[end], 'join', 'outer', ...SIDES)) {
    if (isWord(items[end], 'left', 'right', 'full')) side = nameOf(items[end])!;
    end += 1;
  }
  return [side, end];
}

function endOfCondition(items: readonly Item[], at: number): number {
  let end = at;
  while (end < items.length && !isSign(items[end], ',') && !startsJoin(items, end)) end += 1;
  return end;
}

/** One table, function, subquery or parenthesised join of a from list. */
function sourceAt(items: readonly Item[], at: number): From & { end: number } {
  const nothing = { references: [], conditions: [] };
  const item = items[at];
  if (isGroup(item)) {
    const inner = isQuery(item) || isGroup(item.items[0]) ? nothing : fromList(item.items);
    return { ...inner, end: aliasAt(items, at + 1).end };
  }
  const callEnd = isSign(items[at + 1], '.') ? at + 3 : at + 1;
  if (isGroup(items[callEnd])) {
    const ordinality = isWord(items[callEnd + 1], 'with') ? callEnd + 3 : callEnd + 1;
    return { ...nothing, end: aliasAt(items, ordinality).end };
  }
  const { reference, end } = referenceAt(items, at);
  return { references: [reference], conditions: [], end };
}
