import { sql } from 'kysely';
import type { Access } from '../engine/access.js';
import { takeBack } from '../engine/claims.js';
import { grantsConveyedTo, ownedBy, requireHeld } from '../engine/holding.js';
import { loadSubjects } from '../engine/subject-loader.js';
import { hasScope } from '../kernel/caller.js';
import { badInput, conflict, forbidden, notFound } from '../kernel/errors.js';
import { newId, type GroupId, type PrincipalId } from '../kernel/ids.js';
import { nameKey, validName, validText } from '../kernel/text.js';
import { entity } from '../store/rows.js';
import type { Tx } from '../store/tx.js';
import { flag } from './group.checks.js';
import { Principal, PrincipalType } from './principal.entity.js';
import type { CreatePrincipalInput, UpdatePrincipalInput } from './principal.inputs.js';

const LONGEST_EMAIL = 320;

/** Creates a principal. BAD_USER_INPUT or CONFLICT naming the argument; FORBIDDEN for flags the caller may not set. */
export async function createPrincipal(
  tx: Tx,
  access: Access,
  input: CreatePrincipalInput,
  now: Date,
): Promise<PrincipalId> {
  const id = newId<PrincipalId>();
  const username = await freeUsername(tx, id, input.username);
  const principal = {
    ...{ active: true, orgAdmin: false, superuser: false, type: PrincipalType.USER, email: null, externalId: null },
    ...fieldsOf(input),
  };
  requireMaySet(access, principal, { orgAdmin: false, superuser: false });
  await tx.insert(Principal, [{ id, username, ...principal, createdAt: now, modifiedAt: now }]);
  return id;
}

/** Changes what is given. Errors as `createPrincipal`; NOT_FOUND naming `input.id`. */
export async function updatePrincipal(
  tx: Tx,
  access: Access,
  id: PrincipalId,
  input: UpdatePrincipalInput,
  now: Date,
): Promise<void> {
  const principal = await principalById(tx, id);
  const changes = {
    ...(input.username !== undefined && { username: await freeUsername(tx, id, input.username) }),
    ...fieldsOf(input),
  };
  requireMaySet(access, { ...principal, ...changes }, principal);
  const renamed = changes.username !== undefined && changes.username !== principal.username;
  const reactivated = changes.active === true && !principal.active;
  const becomesUser = changes.type === PrincipalType.USER && principal.type !== PrincipalType.USER;
  if (renamed || reactivated || becomesUser) await requireHoldsAllOf(tx, access, principal, now);
  await tx.update(Principal, { id }, { ...changes, modifiedAt: now });
  tx.raise();
}

/** Deletes a principal with its memberships, grants and assignments; what it owned has no owner any more. NOT_FOUND naming `input.id`. */
export async function deletePrincipal(tx: Tx, id: PrincipalId): Promise<void> {
  await principalById(tx, id);
  await takeBack(tx, { principalId: id });
  await tx.query(sql`update resource set owner_id = null where tenant_id = ${tx.tenantId} and owner_id = ${id}`);
  await tx.remove(Principal, { id });
  tx.raise();
}

async function principalById(tx: Tx, id: PrincipalId): Promise<Principal> {
  const [row] = await tx.query<object>(sql`select * from principal where tenant_id = ${tx.tenantId} and id = ${id}`);
  if (!row) throw notFound('input.id');
  return entity(Principal, row);
}

async function freeUsername(tx: Tx, id: PrincipalId, text: string | null): Promise<string> {
  const username = validName('input.username', nameKey(text ?? ''));
  const taken = await tx.query(
    sql`select 1 from principal where tenant_id = ${tx.tenantId} and username = ${username} and id <> ${id}`,
  );
  if (taken.length > 0) throw conflict(`There is a principal called ${username} already`, 'input.username');
  return username;
}

function fieldsOf({
  type,
  email,
  externalId,
  active,
  orgAdmin,
  superuser,
}: Omit<UpdatePrincipalInput, 'id' | 'username'>) {
  if (type === null) throw badInput('input.type', 'must be USER or SERVICE_ACCOUNT');
  return {
    ...(type !== undefined && { type }),
    ...(email !== undefined && { email: email === null ? null : validName('input.email', email, LONGEST_EMAIL) }),
    ...(externalId !== undefined && { externalId: validText('input.externalId', externalId, 255) }),
    ...(active !== undefined && { active: flag('input.active', active)! }),
    ...(orgAdmin !== undefined && { orgAdmin: flag('input.orgAdmin', orgAdmin)! }),
    ...(superuser !== undefined && { superuser: flag('input.superuser', superuser)! }),
  };
}

/**
 * Whoever signs in under a new name, or again after it was inactive, comes into all that the principal holds: so the
 * caller has to hold it too, beside what everybody has in any case.
 */
async function requireHoldsAllOf(tx: Tx, access: Access, principal: Principal, now: Date): Promise<void> {
  requireMaySet(access, principal, { orgAdmin: false, superuser: false });
  if (access.isExempt) return;
  const [subject] = await loadSubjects(tx, [{ by: 'principalId', value: principal.id }], now);
  const everybodys = await tx.query<{ id: GroupId }>(sql`select id from "group"
    where tenant_id = ${tx.tenantId} and (platform_default or anonymous_default)`);
  const common = new Set(everybodys.map(group => group.id));
  const rows = [...(subject?.rows.values() ?? [])].flat().filter(row => !common.has(row.groupId));
  const groups = [...(subject?.groups ?? [])].filter(id => !common.has(id));
  const granted = await grantsConveyedTo(tx, access, [principal.id, ...groups], now);
  const grants = [...granted, ...(await ownedBy(tx, access, principal.id))];
  await requireHeld(tx, access, now, { rows, grants, supergroup: subject?.supergroup ?? false });
}

type Flags = { orgAdmin: boolean; superuser: boolean };

/** `superuser` is a superuser's or an operator's to set; `orgAdmin` also an organisation administrator's. */
function requireMaySet({ caller, subject }: Access, after: Flags, before: Flags): void {
  const operates = hasScope(caller, 'operate') || !!subject?.principal?.superuser;
  if (after.superuser !== before.superuser && !operates) {
    throw forbidden('Only a superuser, or a client with the scope operate, sets superuser');
  }
  if (after.orgAdmin !== before.orgAdmin && !operates && !subject?.principal?.orgAdmin) {
    throw forbidden('Only an organisation administrator or a superuser sets orgAdmin');
  }
}
