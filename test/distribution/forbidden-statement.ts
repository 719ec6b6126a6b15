import { CATALOGUE_TABLES, TENANT_TABLES } from '../../src/store/registry.js';
import { blocksOf, type Block } from './sql-blocks.js';
import type { Condition, Reference } from './sql-from.js';
import { everyItem, isGroup, isQuery, isSign, isWord, itemsOf, nameOf, splitAt, type Item } from './sql-items.js';

const TENANT_OWNED: ReadonlySet<string> = new Set(TENANT_TABLES);
const KNOWN: ReadonlySet<string> = new Set([...TENANT_TABLES, ...CATALOGUE_TABLES]);
const STATEMENTS = ['select', 'with', 'insert', 'update', 'delete', 'values', 'table'];
// Time and ids are parameters; what differs from node to node, or lives in the session, is not used at all.
const CLOCKS = ['current_timestamp', 'current_date', 'current_time', 'localtimestamp', 'localtime'];
const UNSTABLE_FUNCTIONS = [
  ...[
    'now',
    'clock_timestamp',
    'statement_timestamp',
    'transaction_timestamp',
    'timeofday',
    'random',
    'gen_random_uuid',
  ],
  ...['uuidv4', 'uuidv7', 'nextval', 'setval', 'currval', 'txid_current', 'pg_current_xact_id', 'pg_sleep'],
  ...['current_setting', 'set_config'],
];
const AGGREGATES = [
  'count',
  'sum',
  'min',
  'max',
  'bool_or',
  'bool_and',
  'array_agg',
  'jsonb_agg',
  'json_agg',
  'string_agg',
];

/**
 * Why a statement could not run on a database that is distributed by tenant, or could reach another tenant; null when
 * it is fine. The rules are those of docs/decisions/0005-distribution-by-tenant.md.
 */
export function forbiddenStatement(sql: string): string | null {
  const statements = splitAt(itemsOf(sql), item => isSign(item, ';')).filter(items => items.length > 0);
  return statements.map(ofStatement).find(reason => reason !== null) ?? null;
}

function ofStatement(items: readonly Item[]): string | null {
  if (isWord(items[0], 'truncate', 'merge', 'copy') && namesTable(items))
    return `${nameOf(items[0])} is not used on tables`;
  if (!isWord(items[0], ...STATEMENTS) && !isQuery(items[0])) return null;
  const hidden = [...everyItem(items)].find(({ item, after }) => KNOWN.has(nameOf(item) ?? '') && namesQuery(after));
  if (hidden) return `${nameOf(hidden.item)}: a with clause needs a name of its own`;
  const blocks = blocksOf(items);
  if (!blocks.some(touchesTable)) return null;
  return construct(items) ?? blocks.map(ofBlock).find(reason => reason !== null) ?? null;
}

const namesTable = (items: readonly Item[]) => items.some(item => KNOWN.has(nameOf(item) ?? ''));
const touchesTable = ({ references, target }: Block) =>
  KNOWN.has(target ?? '') || references.some(({ table }) => KNOWN.has(table));

/** Constructs that are refused wherever they stand. */
function construct(items: readonly Item[]): string | null {
  for (const { item, before, after } of everyItem(items)) {
    const name = nameOf(item);
    if (isWord(item, ...CLOCKS) && !isSign(before, '.')) return `${name}: time is a parameter`;
    if (isWord(item, ...UNSTABLE_FUNCTIONS) && isGroup(after[0]))
      return `${name}(): time, ids and settings are parameters`;
    if (name && /^pg_(advisory|try_advisory|notify)/.test(name) && isGroup(after[0])) return `${name}() stands alone`;
    if (isWord(item, 'cycle') && isGroup(before)) return 'cycle: use union, or an array of the path';
    if (isWord(item, 'merge') && isWord(after[0], 'into')) return 'merge is not used';
    if (name === 'tenant_id' && (isSign(after[0], '::') || (isWord(after[0], 'as') && isCast(items, item)))) {
      return 'tenant_id is compared without a cast';
    }
  }
  return null;
}

/** `as (select …)` follows, perhaps after a list of columns: the table of that name would be hidden. */
const namesQuery = (after: readonly Item[]) => {
  const as = isGroup(after[0]) ? 1 : 0;
  return isWord(after[as], 'as') && after.slice(as + 1, as + 4).some(item => isQuery(item));
};

const isCast = (items: readonly Item[], tenantId: Item) =>
  [...everyItem(items)].some(
    ({ item, before }) => isGroup(item) && isWord(before, 'cast') && item.items.includes(tenantId),
  );

function ofBlock(block: Block): string | null {
  const { clauses } = block;
  if (splitAt(clauses.get('set') ?? [], item => isSign(item, ',')).some(([column]) => nameOf(column) === 'tenant_id')) {
    return 'tenant_id is never updated';
  }
  const values = clauses.get('values') ?? [];
  if (block.verb === 'insert' && [...everyItem(values)].some(({ item }) => isQuery(item)))
    return 'a subquery in values';
  return ofConflict(clauses.get('on') ?? []) ?? ofReferences(block);
}

/** `on conflict … do update set` takes `excluded.*`, constants and parameters. */
function ofConflict(items: readonly Item[]): string | null {
  const set = items.findIndex(item => isWord(item, 'set'));
  const where = items.findIndex((item, at) => at > set && isWord(item, 'where'));
  if (set < 0) return null;
  for (const assignment of splitAt(items.slice(set + 1, where < 0 ? undefined : where), item => isSign(item, ','))) {
    const [column, , ...value] = assignment;
    if (nameOf(column) === 'tenant_id') return 'tenant_id is never updated';
    if (!isPlainValue(value))
      return `on conflict sets ${nameOf(column)} to more than excluded, a constant or a parameter`;
  }
  return null;
}

const isPlainValue = (value: readonly Item[]) =>
  value.every((item, at) => {
    const before = value[at - 1];
    if (isGroup(item)) return false;
    const name = nameOf(item);
    return (
      !name ||
      isWord(item, 'excluded', 'null', 'true', 'false', 'default') ||
      isSign(before, '.') ||
      isSign(before, '::')
    );
  });

function ofReferences(block: Block): string | null {
  const owned = block.references.filter(({ table }) => TENANT_OWNED.has(table));
  const kinds = owned.map(reference => filterOf(reference, owned.length === 1, block));
  const open = owned.find((_, at) => kinds[at] === null);
  if (open) return `${open.table}${open.alias === open.table ? '' : ` ${open.alias}`} without tenant_id = a parameter`;
  return block.verb !== 'select' && kinds.includes('any') ? `${block.verb} writes more than one tenant` : null;
}

/** How a table of a block is held to its tenant: `one`, `any` of a list or of the tenants joined, or not at all. */
function filterOf(reference: Reference, alone: boolean, block: Block): 'one' | 'any' | null {
  const mayJoin = block.clauses.has('group') || hasAggregate(block.clauses.get('select') ?? []);
  const tenants = mayJoin ? block.references.filter(({ table }) => table === 'tenant').map(({ alias }) => alias) : [];
  const kinds = block.conditions
    .filter(({ restricts }) => restricts === 'all' || restricts.includes(reference.alias))
    .flatMap((condition: Condition) => conjuncts(condition.items))
    .map(conjunct => tenantFilter(conjunct, reference.alias, alone, tenants));
  return kinds.find(kind => kind === 'one') ?? kinds.find(kind => kind === 'any') ?? null;
}

const hasAggregate = (items: readonly Item[]) =>
  [...everyItem(items)].some(({ item, after }) => isWord(item, ...AGGREGATES) && isGroup(after[0]));

/** The parts of a condition that all have to hold; of an `or`, none has to. */
function conjuncts(items: readonly Item[]): (readonly Item[])[] {
  if (items.some(item => isWord(item, 'or', 'case'))) return [];
  return splitAt(items, item => isWord(item, 'and')).flatMap(part => {
    const [only] = part;
    return part.length === 1 && isGroup(only) && !isQuery(only) ? conjuncts(only.items) : [part];
  });
}

/** Reads `[alias.]tenant_id = $1`, `= any($1)`, and `= t.id` where t is the table of tenants. */
function tenantFilter(
  items: readonly Item[],
  alias: string,
  alone: boolean,
  tenants: readonly string[],
): 'one' | 'any' | null {
  const qualified = isSign(items[1], '.');
  const rest = items.slice(qualified ? 2 : 0);
  if (qualified ? nameOf(items[0]) !== alias : !alone) return null;
  if (nameOf(rest[0]) !== 'tenant_id' || !isSign(rest[1], '=')) return null;
  const value = rest.slice(2);
  if (isParameter(value)) return 'one';
  const [first, group, third] = value;
  if (isWord(first, 'any') && value.length === 2 && isGroup(group) && isParameter(group.items)) return 'any';
  const joins =
    tenants.includes(nameOf(first) ?? '') && isSign(group, '.') && nameOf(third) === 'id' && value.length === 3;
  return joins ? 'any' : null;
}

/** A parameter by itself, or with its type. */
const isParameter = ([value, cast, type, ...rest]: readonly Item[]): boolean => {
  if (value?.kind !== 'param') return false;
  return (
    cast === undefined ||
    (isSign(cast, '::') && nameOf(type) !== undefined && rest.every(item => /^[[\]]$/.test(textOf(item))))
  );
};

const textOf = (item: Item) => (isGroup(item) ? '' : item.text);
