/** How much there is in the tenant. */
export type Sizes = {
  readonly users: number;
  readonly groups: number;
  readonly resources: number;
  readonly grants: number;
};

const ONCE: Sizes = { users: 10_000, groups: 500, resources: 100_000, grants: 450_000 };

/** The sizes of the measured tenant, times `scale`. */
export const sizesTimes = (scale: number): Sizes => ({
  users: Math.round(ONCE.users * scale),
  groups: Math.round(ONCE.groups * scale),
  resources: Math.round(ONCE.resources * scale),
  grants: Math.round(ONCE.grants * scale),
});

/** How many grants the busy user has, and how many principals the popular document. The same at every size. */
export const BUSY_GRANTS = 10_000;
export const CROWD_GROUPS = 10;
export const CROWD_SIZE = 100;
export const CROWD_GRANTS = CROWD_GROUPS;

/** How many resources there are of each type: of a hundred, 60 documents, 20 records, 1 folder and 19 files. */
export const typesOf = ({ resources }: Sizes) => {
  const documents = Math.floor(resources * 0.6);
  const records = Math.floor(resources * 0.2);
  const folders = Math.floor(resources * 0.01);
  return { documents, records, folders, files: resources - documents - records - folders };
};

const KINDS = { user: 1, group: 2, resource: 3, grant: 4, role: 5, policy: 6, policyRole: 7, access: 8 } as const;
type Kind = keyof typeof KINDS;

/** The id of the n-th of a kind, in SQL: they ascend, as the ids of the application do. */
export const idSql = (kind: Kind, n: string) =>
  `(lpad(to_hex(${KINDS[kind]}), 8, '0') || lpad(to_hex((${n})::bigint), 24, '0'))::uuid`;

/** The same id as text. */
export const idOf = (kind: Kind, n: number) => {
  const hex = KINDS[kind].toString(16).padStart(8, '0') + n.toString(16).padStart(24, '0');
  return hex.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5');
};

/** The id that its service gave the n-th resource of a type, in SQL: in no order. */
export const resourceIdSql = (type: string, n: string) => `md5('${type} ' || (${n})::text)`;
