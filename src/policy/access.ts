import { ArgsType, Field, InputType, ObjectType, registerEnumType } from 'type-graphql';
import { connection, type Connection } from '../api/connection.js';
import { connectionType, edgeType, ForwardPage } from '../api/connection-types.js';
import type { View } from '../api/context.js';
import { cursorOf, placeAt, sizeOf, type PageRequest } from '../api/cursor.js';
import { Direction } from '../api/enums.js';
import { rowsOf, type RoleRow, type Subject } from '../engine/subject.js';
import { badInput } from '../kernel/errors.js';
import type { RoleId } from '../kernel/ids.js';
import { ResourceDefinition, shown } from './resource-definition.js';
import type { Role } from './role.entity.js';
import { roleLoaders } from './role.loaders.js';

@ObjectType({ description: 'A permission that a principal has by roles, and where.' })
export class Access {
  @Field(() => String, { description: 'The permission; wildcards as they are stored.' })
  permission!: string;

  @Field(() => [ResourceDefinition], { description: 'Where it holds; everywhere when there are none.' })
  resourceDefinitions!: ResourceDefinition[];

  /** The roles that have the row. */
  readonly roleIds!: readonly RoleId[];
}

export const AccessEdge = edgeType('Access', () => Access);
export const AccessConnection = connectionType('Access', () => Access, AccessEdge);

export enum AccessOrderField {
  APPLICATION = 'APPLICATION',
  RESOURCE_TYPE = 'RESOURCE_TYPE',
  VERB = 'VERB',
}
registerEnumType(AccessOrderField, { name: 'AccessOrderField', description: 'What rows are sorted by first.' });

@InputType({ description: 'How rows are sorted; then by permission and definitions.' })
export class AccessOrder {
  @Field(() => AccessOrderField, { description: 'What to sort by.' })
  field!: AccessOrderField;

  @Field(() => Direction, { defaultValue: Direction.ASC, description: 'Which way.' })
  direction!: Direction;
}

@ArgsType()
export class AccessArgs extends ForwardPage {
  @Field(() => String, { description: 'Applications, exact, separated by commas; empty is all.' })
  application!: string;
}

const PART = {
  [AccessOrderField.APPLICATION]: 'application',
  [AccessOrderField.RESOURCE_TYPE]: 'resource',
  [AccessOrderField.VERB]: 'verb',
} as const;

const compare = (a: string, b: string) => (a < b ? -1 : a > b ? 1 : 0);

/** A page of the role rows of a subject, each permission with the same definitions once. None for no subject. */
export async function accessPage(
  subject: Subject | null,
  application: string,
  order: AccessOrder | null | undefined,
  request: PageRequest,
): Promise<Connection<Access>> {
  const listed = listedRows(subject, application, order);
  const list = `access ${subject?.principal?.id ?? ''} ${order?.field ?? ''} ${order?.direction ?? ''}`;
  const { limit } = sizeOf(request);
  const start = typeof request.after === 'string' ? behind(listed, request.after, list, order) : 0;
  const edges = listed
    .slice(start, start + limit)
    .map(rows => ({ cursor: cursorOf(list, keyOf(rows[0]!)), node: toAccess(rows) }));
  return connection(edges, request, start + limit < listed.length, async () => listed.length);
}

/** The roles of a row that the caller may read. */
export const rolesOfAccess = async ({ roleIds }: Access, view: View): Promise<Role[]> => {
  const roles = await Promise.all(roleIds.map(id => view.load(roleLoaders).byId.load(id)));
  return roles.filter(role => role !== null).sort((a, b) => compare(a.nameKey, b.nameKey));
};

type SortKey = [permission: string, definitions: string];
const keyOf = ({ permission, definitionsKey }: RoleRow): SortKey => [permission, definitionsKey];

function listedRows(subject: Subject | null, application: string, order: AccessOrder | null | undefined): RoleRow[][] {
  const names = application.split(',').map(name => name.trim());
  const wanted = application.trim() === '' ? null : new Set(names.filter(name => name !== ''));
  const rows = subject ? rowsOf(subject).filter(row => !wanted || wanted.has(row.application)) : [];
  // The oldest first: of rows that say the same, always the same one is shown.
  const same = Map.groupBy(
    rows.toSorted((a, b) => compare(a.id, b.id)),
    row => keyOf(row).join(' '),
  );
  return [...same.values()].sort((a, b) => inOrder(keyOf(a[0]!), keyOf(b[0]!), order));
}

/** Where two rows stand to each other, by their keys alone, so that a row which is gone still has its place. */
function inOrder(a: SortKey, b: SortKey, order: AccessOrder | null | undefined): number {
  const part = (key: SortKey) => {
    const [application, resource, verb] = key[0].split(':');
    return { application, resource, verb }[PART[order!.field]] ?? '';
  };
  const first = order ? compare(part(a), part(b)) * (order.direction === Direction.DESC ? -1 : 1) : 0;
  return first || compare(a[0], b[0]) || compare(a[1], b[1]);
}

function behind(
  listed: readonly RoleRow[][],
  cursor: string,
  list: string,
  order: AccessOrder | null | undefined,
): number {
  const [permission, definitions, ...rest] = placeAt('after', cursor, list);
  if (typeof permission !== 'string' || typeof definitions !== 'string' || rest.length > 0) {
    throw badInput('after', 'is not a cursor');
  }
  const index = listed.findIndex(rows => inOrder(keyOf(rows[0]!), [permission, definitions], order) > 0);
  return index < 0 ? listed.length : index;
}

const toAccess = (rows: readonly RoleRow[]): Access => ({
  permission: rows[0]!.permission,
  resourceDefinitions: shown(rows[0]!.definitions),
  roleIds: [...new Set(rows.map(({ roleId }) => roleId))],
});
