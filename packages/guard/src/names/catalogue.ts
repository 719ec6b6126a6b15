import { noAnswer, setup } from '../errors.js';
import { isPermission } from '../permission-names.js';
import { send } from '../transport.js';

/** The names that can be asked about, in order; `application:resource:*` for a type that takes verbs of anybody's choice. */
export type Names = readonly string[];

export type CatalogueOptions = {
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  /** Only these applications; all unless told. */
  readonly applications?: readonly string[];
};

const PAGE = 1000;
const LONGEST_MS = 30_000;
const PERMISSIONS = `query Permissions($first: Int!, $after: String) {
  permissions(first: $first, after: $after) {
    nodes { permission }
    pageInfo { hasNextPage endCursor }
  }
}`;
const TYPES = `query Types {
  viewer { kind can(permission: "rbac:permission:read") }
  resourceTypes { name openVerbs }
}`;

type Page = {
  readonly nodes: readonly { readonly permission: string }[];
  readonly pageInfo: { readonly hasNextPage: boolean; readonly endCursor: string | null };
};
type Catalogue = {
  readonly viewer: { readonly kind: string; readonly can: boolean | null };
  readonly resourceTypes: readonly { readonly name: string; readonly openVerbs: boolean }[] | null;
};

/** Reads the names of a running Grantry, whatever their number. Rejects unless it has all of them. */
export async function namesOf(options: CatalogueOptions): Promise<Names> {
  const { applications } = options;
  const { viewer, resourceTypes } = await ask<Catalogue>(options, TYPES, {});
  const permissions = await permissionsOf(options);
  // Whoever may not read them gets an empty list, or those few that it may read by themselves.
  if (permissions.length === 0 || (viewer.kind === 'USER' && viewer.can !== true))
    throw setup('The catalogue cannot be read: a user needs rbac:permission:read, a client the scope read');
  if (!resourceTypes) throw noAnswer('the types are missing');
  const open = resourceTypes.filter(({ openVerbs }) => openVerbs).map(({ name }) => `${name}:*`);
  const names = [...new Set([...permissions.filter(name => !name.includes('*')), ...open])].sort();
  // They become part of a program.
  const odd = names.find(name => !isPermission(name.replace(/:\*$/, ':any')));
  if (odd !== undefined) throw noAnswer(`${JSON.stringify(odd)} is no permission`);
  return applications ? namesIn(applications, names) : names;
}

function namesIn(applications: readonly string[], names: Names): Names {
  const applicationOf = (name: string) => name.split(':')[0]!;
  const there = new Set(names.map(applicationOf));
  const unknown = applications.find(application => !there.has(application));
  if (unknown !== undefined) throw setup(`There are no permissions of an application '${unknown}'`);
  return names.filter(name => applications.includes(applicationOf(name)));
}

async function permissionsOf(options: CatalogueOptions): Promise<string[]> {
  const found: string[] = [];
  let after: string | null = null;
  do {
    const data: { permissions: Page | null } = await ask(options, PERMISSIONS, { first: PAGE, after });
    if (!data.permissions) throw noAnswer('the permissions are missing');
    const { nodes, pageInfo } = data.permissions;
    found.push(...nodes.map(({ permission }) => permission));
    const { hasNextPage, endCursor } = pageInfo;
    if (hasNextPage && (endCursor === null || endCursor === after)) throw noAnswer('the pages go in a circle');
    after = hasNextPage ? endCursor : null;
  } while (after !== null);
  return found;
}

async function ask<Data>({ url, headers }: CatalogueOptions, query: string, variables: object): Promise<Data> {
  const sent = { ...headers, accept: 'application/json', 'content-type': 'application/json' };
  const body = JSON.stringify({ query, variables });
  const { status, text } = await send({ url, timeoutMs: LONGEST_MS, fetch }, sent, body);
  const { data, errors } = replyIn<Data>(text);
  if (errors?.length || !data) throw noAnswer(errors?.map(({ message }) => message).join('; ') ?? `status ${status}`);
  return data;
}

type Reply<Data> = { readonly data?: Data | null; readonly errors?: readonly { readonly message: string }[] };

function replyIn<Data>(text: string): Reply<Data> {
  try {
    return (JSON.parse(text) as Reply<Data> | null) ?? {};
  } catch {
    return {};
  }
}
