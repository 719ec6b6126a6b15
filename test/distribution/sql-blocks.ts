import { fromList, referenceAt, type Condition, type Reference } from './sql-from.js';
import { isGroup, isQuery, isSign, isWord, nameOf, splitAt, type Item } from './sql-items.js';

/** One select, insert, update or delete: a leg of a union, a part of a `with`, or a subquery counts as one of its own. */
export type Block = {
  readonly verb: string;
  /** The tables it reads or changes; common table expressions are left out, and so is the target of an insert. */
  readonly references: readonly Reference[];
  readonly conditions: readonly Condition[];
  readonly clauses: ReadonlyMap<string, readonly Item[]>;
  /** The table it writes. */
  readonly target?: string;
};

const CLAUSES: Readonly<Record<string, readonly string[]>> = {
  select: ['from', 'where', 'group', 'having', 'window', 'order', 'limit', 'offset', 'fetch', 'for', 'into'],
  update: ['set', 'from', 'where', 'returning'],
  delete: ['from', 'using', 'where', 'returning'],
  insert: ['into', 'select', 'with', 'values', 'on', 'returning'],
};

/** All blocks of a statement, at every depth. Throws what is wrong when a statement cannot be taken apart. */
export function blocksOf(items: readonly Item[], outer: ReadonlySet<string> = new Set()): Block[] {
  const { common, groups, rest } = withClause(items);
  const known = new Set([...outer, ...common]);
  const inWith = groups.flatMap(group => blocksOf(group, known));
  const legs = splitAt(rest, item => isWord(item, 'union', 'intersect', 'except'));
  return [...inWith, ...legs.flatMap(leg => legBlocks(leg, known))];
}

function legBlocks(leg: readonly Item[], known: ReadonlySet<string>): Block[] {
  const items = isWord(leg[0], 'all', 'distinct') ? leg.slice(1) : leg;
  const block = blockOf(items, known);
  return block ? [block, ...innerBlocks(items, known, block)] : innerBlocks(items, known);
}

/** Subqueries, and the query that an insert takes its rows from. */
function innerBlocks(items: readonly Item[], known: ReadonlySet<string>, block?: Block): Block[] {
  const at = block?.verb === 'insert' ? items.findIndex(item => isWord(item, 'select', 'with')) : -1;
  const end = items.findIndex(
    (item, index) => index > at && isWord(item, 'on', 'returning') && isInsertEnd(items, index),
  );
  const rows = at < 0 ? [] : blocksOf(items.slice(at, end < 0 ? undefined : end), known);
  const nested = (at < 0 ? items : items.slice(0, at)).filter(isGroup);
  const beside = at < 0 || end < 0 ? [] : items.slice(end).filter(isGroup);
  return [
    ...rows,
    ...[...nested, ...beside].flatMap(group =>
      isQuery(group) ? blocksOf(group.items, known) : innerBlocks(group.items, known),
    ),
  ];
}

const isInsertEnd = (items: readonly Item[], at: number) =>
  isWord(items[at], 'returning') || isWord(items[at + 1], 'conflict');

/** Takes `with a as (…), b as (…)` off the front. */
function withClause(items: readonly Item[]) {
  const common: string[] = [];
  const groups: (readonly Item[])[] = [];
  if (!isWord(items[0], 'with')) return { common, groups, rest: items };
  let at = isWord(items[1], 'recursive') ? 2 : 1;
  for (;;) {
    common.push(nameOf(items[at]) ?? '');
    while (at < items.length && !isQuery(items[at])) at += 1;
    const query = items[at];
    if (!isGroup(query)) throw new Error('a with clause that cannot be read');
    groups.push(query.items);
    at += 1;
    if (!isSign(items[at], ',')) return { common, groups, rest: items.slice(at) };
    at += 1;
  }
}

function blockOf(items: readonly Item[], known: ReadonlySet<string>): Block | null {
  const verb = nameOf(items[0]);
  if (verb === 'table') return tableBlock(items, known);
  if (verb === undefined || !isWord(items[0], ...Object.keys(CLAUSES))) return null;
  const clauses = clausesOf(verb, items);
  const where = clauses.get('where');
  const from = fromList(tables(verb, clauses));
  const target = targetOf(verb, items, clauses);
  const own = verb === 'update' && target ? [target] : [];
  return {
    verb,
    clauses,
    references: [...own, ...from.references].filter(({ table }) => !known.has(table)),
    conditions: [...from.conditions, ...(where ? [{ items: where, restricts: 'all' as const }] : [])],
    ...(target && { target: target.table }),
  };
}

/** `table x` reads all of x. */
const tableBlock = (items: readonly Item[], known: ReadonlySet<string>): Block => ({
  verb: 'select',
  references: [referenceAt(items, 1).reference].filter(({ table }) => !known.has(table)),
  conditions: [],
  clauses: new Map(),
});

/** What stands where a from list can stand; the target of a delete is one as well. */
const tables = (verb: string, clauses: ReadonlyMap<string, readonly Item[]>): Item[] => {
  const comma: Item = { kind: 'sign', text: ',' };
  const lists = verb === 'insert' ? [] : [clauses.get('from') ?? [], clauses.get('using') ?? []];
  return lists.flatMap(list => [...list, comma]);
};

function targetOf(verb: string, items: readonly Item[], clauses: ReadonlyMap<string, readonly Item[]>) {
  const place = { update: items.slice(1), delete: clauses.get('from'), insert: clauses.get('into') }[verb];
  return place ? referenceAt(place, isWord(place[0], 'only') ? 1 : 0).reference : undefined;
}

function clausesOf(verb: string, items: readonly Item[]): Map<string, readonly Item[]> {
  const clauses = new Map<string, Item[]>([[verb, []]]);
  let current = verb;
  for (const [at, item] of items.entries()) {
    if (at === 0) continue;
    const starts = isWord(item, ...CLAUSES[verb]!) && !clauses.has(item.text) && !isWord(items[at - 1], 'distinct');
    if (starts) clauses.set((current = item.text), []);
    else clauses.get(current)!.push(item);
  }
  return clauses;
}
