import { sql } from 'kysely';
import type { Access } from '../engine/access.js';
import { Standing } from '../engine/administering.js';
import type { TypeOptions } from '../engine/catalogue.js';
import { badInput, tooMany } from '../kernel/errors.js';
import { newId, type GrantId } from '../kernel/ids.js';
import { validText } from '../kernel/text.js';
import type { Tx } from '../store/tx.js';
import { authorName, givenPermissions, MOST_WRITTEN, placeIn, validResourceIds } from './checks.js';
import type { Grant } from './grant.entity.js';
import type { GrantPermissionsInput, RevokePermissionsInput } from './grant.inputs.js';
import { dropExpired, writeGrants, type Wanted } from './grant.rows.js';
import { register } from './resource.commands.js';
import { namedSubjects, type Grantee } from './subjects.js';

const LONGEST_REASON = 1_000;
const NONE = { grants: [], created: 0 };

/**
 * Gives permissions to subjects, on resources or on all of a type: all of it or nothing. Giving again answers the same
 * grant, with what is given of `expiresAt` and `reason`; an expired one starts anew. BAD_USER_INPUT, NOT_FOUND or
 * LIMIT_EXCEEDED naming the argument; FORBIDDEN by the no-escalation rule.
 */
export async function grantPermissions(
  tx: Tx,
  access: Access,
  input: GrantPermissionsInput,
  now: Date,
): Promise<{ grants: Grant[]; created: number }> {
  const { expiresAt, reason } = input;
  const asked = checkedCombinations(access, input);
  if (expiresAt && expiresAt <= now) throw badInput('input.expiresAt', 'must be in the future');
  const why = validText('input.reason', reason, LONGEST_REASON);
  if (!asked) return NONE;
  const { type, verbs, ids } = asked;
  const standing = await Standing.of(tx, access, type, ids ?? [], now);
  if (ids) standing?.requireAdministers(ids, placeIn('input.resourceIds', input.resourceIds!), verbs);
  else standing?.requireAdministersAll(verbs);
  const subjects = await namedSubjects(tx, 'input.subjects', input.subjects);
  if (subjects.length === 0) return NONE;
  await register(
    tx,
    (ids ?? []).map(resourceId => ({ type: type.name, resourceId })),
    now,
  );
  const wanted: Wanted = { type: type.name, combinations: combined(verbs, subjects, ids) };
  await dropExpired(tx, wanted, now);
  if (isPartOfSubjects(type, ids)) tx.raise();
  return writeGrants(tx, wanted, {
    ...{ now, grantedBy: authorName(access.caller), byHand: true, expiresAt: expiresAt ?? null, reason: why },
    setsExpiry: expiresAt !== undefined,
    setsReason: reason !== undefined,
  });
}

/** Takes permissions from subjects. What is not there is no error; answers how many live grants went. */
export async function revokePermissions(
  tx: Tx,
  access: Access,
  input: RevokePermissionsInput,
  now: Date,
): Promise<number> {
  const asked = checkedCombinations(access, input);
  if (!asked) return 0;
  const { type, verbs, ids } = asked;
  const standing = await Standing.of(tx, access, type, ids ?? [], now);
  if (ids) standing?.requireAdministers(ids, placeIn('input.resourceIds', input.resourceIds!));
  else standing?.requireAdministersAll([]);
  const subjects = await namedSubjects(tx, 'input.subjects', input.subjects);
  const gone = await tx.query<{ is_live: boolean }>(sql`delete from "grant" g
    where g.tenant_id = ${tx.tenantId} and g.type = ${type.name} and g.verb = any(${verbs}::text[])
      and g.subject_id = any(${subjects.map(idOf)}::uuid[])
      and ${ids ? sql`g.resource_id = any(${ids}::text[])` : sql`g.resource_id is null`}
    returning g.expires_at is null or g.expires_at > ${now}::timestamptz as is_live`);
  if (isPartOfSubjects(type, ids)) tx.raise();
  return gone.filter(grant => grant.is_live).length;
}

/** Type-wide grants, and those on objects of the management API, are part of what a subject is. */
const isPartOfSubjects = ({ application }: TypeOptions, ids: readonly string[] | null) =>
  ids === null || application === 'rbac';

/** What is given or taken; null when that is nothing: some list is empty. */
function checkedCombinations(access: Access, input: RevokePermissionsInput) {
  const { permissions, subjects, resourceIds } = input;
  if (permissions.length * subjects.length * (resourceIds?.length ?? 1) > MOST_WRITTEN) {
    throw tooMany('input', MOST_WRITTEN);
  }
  const given = givenPermissions(access.catalogue, 'input.permissions', permissions);
  const ids = resourceIds ? validResourceIds('input.resourceIds', resourceIds) : null;
  return given && ids?.length !== 0 ? { ...given, ids } : null;
}

const combined = (verbs: readonly string[], subjects: readonly Grantee[], ids: readonly string[] | null) =>
  verbs.flatMap(verb =>
    subjects.flatMap(subject =>
      (ids ?? [null]).map(resourceId => ({ id: newId<GrantId>(), verb, resourceId, ...subject })),
    ),
  );

const idOf = ({ principalId, groupId }: Grantee) => principalId ?? groupId;
