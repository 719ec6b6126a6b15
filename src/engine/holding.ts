import { sql } from 'kysely';
import { definitionsKey, type Definition } from '../kernel/definitions.js';
import { forbidden } from '../kernel/errors.js';
import type { GroupId, PrincipalId, RoleId } from '../kernel/ids.js';
import type { Tx } from '../store/tx.js';
import type { Access } from './access.js';
import { knowsVerb, type Catalogue } from './catalogue.js';
import { loadFacts } from './facts.js';
import { covers } from './matching.js';
import { Relation } from './relation.js';
import { reaches } from './reach.js';
import { isSeenThrough } from './showing.js';
import { loadSubjects } from './subject-loader.js';
import { idsOf, rowsOn, type RoleRow, type Subject } from './subject.js';

const CHUNK = 1_000;

/** A role row, as far as it matters who holds it; without a role when the caller has just sent it. */
export type Row = Pick<RoleRow, 'application' | 'resource' | 'verb' | 'permission' | 'definitionsKey'> & {
  readonly roleId?: RoleId;
};

/** A grant, or what a share gives, on one resource or (null) on all of a type; without a verb, that the resource is seen. */
export type ConveyedGrant = { readonly type: string; readonly verb: string | null; readonly resourceId: string | null };

/** What a change brings somebody into: role rows, grants, and the sight of every resource that a supergroup has. */
export type Conveyed = {
  readonly rows: readonly Row[];
  readonly grants: readonly ConveyedGrant[];
  readonly supergroup: boolean;
};

export const NOTHING_CONVEYED: Conveyed = { rows: [], grants: [], supergroup: false };

/** A row is held by one that covers it, without definitions or with the same ones. */
const holds = (subject: Subject, row: Row): boolean =>
  rowsOn(subject, row.application).some(
    own => covers(own, row) && (own.definitions.length === 0 || own.definitionsKey === row.definitionsKey),
  );

/**
 * The no-escalation rule of semantics section 7: whoever is no administrator hands out only what it holds itself, as
 * the transaction finds it. Throws FORBIDDEN naming what the caller lacks, as far as it may read the roles in question.
 */
export async function requireHeld(tx: Tx, access: Access, now: Date, conveyed: Conveyed): Promise<void> {
  if (access.isExempt) return;
  const { caller } = access;
  const ref = caller.kind === 'user' ? [{ by: 'principalId', value: caller.principalId } as const] : [];
  const [subject] = await loadSubjects(tx, ref, now);
  const missing = conveyed.rows.filter(row => !subject || !holds(subject, row));
  const lacksSupergroup = conveyed.supergroup && !subject?.supergroup;
  const lacksGrants = await missingGrants(tx, access, subject ?? null, conveyed.grants, now);
  if (missing.length === 0 && !lacksSupergroup && !lacksGrants) return;
  // Which roles a group has, and what they give, is for those to know who may read roles.
  const readable = access.reach('role', 'read');
  const named = missing.filter(({ roleId }) => roleId === undefined || reaches(readable, roleId));
  const lacks = new Set([
    ...named.map(row => row.permission),
    ...(lacksSupergroup ? ['membership of a supergroup'] : []),
  ]);
  throw forbidden(`Nobody can hand out what they do not hold${lacks.size > 0 ? `: ${[...lacks].join(', ')}` : ''}`);
}

/** Whether some of these grants are not held. On which resources they are is not for everybody to know. */
async function missingGrants(
  tx: Tx,
  { catalogue }: Access,
  subject: Subject | null,
  grants: readonly ConveyedGrant[],
  now: Date,
): Promise<boolean> {
  if (!subject) return grants.length > 0;
  const known = grants.flatMap(grant => {
    const type = catalogue.typeNamed(grant.type);
    const gives = type && (grant.verb === null || knowsVerb(type, grant.verb));
    return gives ? [{ ...grant, type }] : []; // others give nothing
  });
  const relation = new Relation(subject, catalogue);
  const open = known.filter(({ type, verb }) => verb === null || !relation.holdsAll(type, verb));
  if (open.some(({ resourceId }) => resourceId === null)) return true;
  for (let at = 0; at < open.length; at += CHUNK) {
    const some = open.slice(at, at + CHUNK);
    const keys = new Map(
      some.map(({ type, resourceId }) => [`${type.name} ${resourceId}`, { type: type.name, id: resourceId! }]),
    );
    const facts = await loadFacts({ scope: tx, catalogue, now }, [...keys.values()], idsOf(subject), true);
    const there = new Relation(subject, catalogue, facts);
    const isHeld = ({ type, verb, resourceId }: (typeof some)[number]) => {
      const resource = there.at({ type: type.name, id: resourceId! });
      return verb === null ? there.sees(resource) : there.allows(type, verb, resource);
    };
    if (!some.every(isHeld)) return true;
  }
  return false;
}

/** The live grants to some principals and groups, and what the shares with these groups give. */
export async function grantsConveyedTo(
  tx: Tx,
  { catalogue }: Access,
  ids: readonly (GroupId | PrincipalId)[],
  now: Date,
): Promise<ConveyedGrant[]> {
  const granted = await tx.query<ConveyedGrant>(sql`
    select g.type, g.verb, g.resource_id as "resourceId" from unnest(${ids}::uuid[]) as s (id)
      join "grant" g on g.tenant_id = ${tx.tenantId} and (g.principal_id = s.id or g.group_id = s.id)
     where g.expires_at is null or g.expires_at > ${now}::timestamptz`);
  const shared = await tx.query<Related>(sql`
    select s.type, s.resource_id as "resourceId", ${isSeenThrough(tx, catalogue, 's')} as through from resource_share s
     where s.tenant_id = ${tx.tenantId} and s.group_id = any(${ids}::uuid[])`);
  return [...granted, ...shared.flatMap(share => givenBySight(catalogue, share))];
}

type Related = { readonly type: string; readonly resourceId: string; readonly through: boolean };

/** What a principal has by owning resources. */
export async function ownedBy(tx: Tx, { catalogue }: Access, id: PrincipalId): Promise<ConveyedGrant[]> {
  const owned = await tx.query<Related>(sql`
    select r.type, r.resource_id as "resourceId", ${isSeenThrough(tx, catalogue, 'r')} as through from resource r
     where r.tenant_id = ${tx.tenantId} and r.owner_id = ${id}`);
  return owned.flatMap(one => {
    const verbs = catalogue.typeNamed(one.type)?.ownerVerbs ?? [];
    return [...verbs.map(verb => ({ ...one, verb })), ...givenBySight(catalogue, one)];
  });
}

/** What seeing a resource gives: the shared verbs; and sight itself, where role rows or other resources go by it. */
function givenBySight(catalogue: Catalogue, { type: name, resourceId, through }: Related): ConveyedGrant[] {
  const type = catalogue.typeNamed(name);
  if (!type) return [];
  const sight = through || type.visibility === 'SHARED' ? [null] : [];
  return [...type.sharedVerbs, ...sight].map(verb => ({ type: name, resourceId, verb }));
}

/** What being in these groups gives, beside what every group above them gives. */
export async function conveyedBy(tx: Tx, access: Access, groupIds: readonly GroupId[], now: Date): Promise<Conveyed> {
  const groups = await loadSubjects(
    tx,
    groupIds.map(value => ({ by: 'groupId', value })),
    now,
  );
  return {
    rows: groups.flatMap(group => [...(group?.rows.values() ?? [])].flat()),
    grants: access.isExempt ? [] : await grantsConveyedTo(tx, access, groupIds, now),
    supergroup: groups.some(group => group?.supergroup),
  };
}

/** The rows of roles, of the tenant or of the system. */
export async function rowsOfRoles(tx: Tx, roleIds: readonly RoleId[]): Promise<Row[]> {
  type Stored = Omit<Row, 'definitionsKey'> & { definitions: Definition[] };
  const rows = await tx.query<Stored>(sql`
    select a.role_id as "roleId", p.permission, p.application, p.resource_type as resource, p.verb,
      a.resource_definitions as definitions
      from (
        select ra.role_id, ra.permission_id, ra.resource_definitions from role_access ra
         where ra.tenant_id = ${tx.tenantId} and ra.role_id = any(${roleIds}::uuid[])
        union all
        select sa.system_role_id, sa.permission_id, sa.resource_definitions from system_role_access sa
         where sa.system_role_id = any(${roleIds}::uuid[])
      ) a join permission p on p.id = a.permission_id`);
  return rows.map(({ definitions, ...row }) => ({ ...row, definitionsKey: definitionsKey(definitions) }));
}

/** A group, and the groups above it that its members count as members of. */
export async function withIncluding(tx: Tx, groupId: GroupId): Promise<GroupId[]> {
  const rows = await tx.query<{ id: GroupId }>(sql`
    with recursive up (id) as (
      select ${groupId}::uuid
      union
      select above.id
        from up
        join "group" g on g.tenant_id = ${tx.tenantId} and g.id = up.id
        join "group" above on above.tenant_id = ${tx.tenantId} and above.id = g.parent_id and above.includes_subgroups
    )
    select id from up`);
  return rows.map(({ id }) => id);
}
