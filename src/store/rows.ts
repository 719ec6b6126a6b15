type Entity<T> = new (...args: never[]) => T;

const propertyOf = new Map<string, string>();
const camelCase = (column: string): string => {
  const known = propertyOf.get(column) ?? column.replace(/_([a-z])/g, (_, letter: string) => letter.toUpperCase());
  propertyOf.set(column, known);
  return known;
};

/** Makes a row read by SQL into an entity: `parent_id` goes to `parentId`. */
export function entity<T extends object>(type: Entity<T>, row: object): T {
  const made = Object.create(type.prototype as object) as Record<string, unknown>;
  for (const [column, value] of Object.entries(row)) made[camelCase(column)] = value;
  return made as T;
}
