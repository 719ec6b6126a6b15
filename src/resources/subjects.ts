import { sql } from 'kysely';
import { keyOf } from '../api/ids.js';
import { badInput, notFound } from '../kernel/errors.js';
import type { GroupId, PrincipalId } from '../kernel/ids.js';
import { askedKey, isStorable } from '../kernel/text.js';
import { wayOf, type SubjectWay } from '../policy/subjects.js';
import type { SubjectInput } from '../policy/decision.types.js';
import type { Tx } from '../store/tx.js';

/** Who is given something: a principal or a group. */
export type Grantee = { readonly principalId: PrincipalId | null; readonly groupId: GroupId | null };

/**
 * The principals and groups that an argument names, each once. Whoever knows a name may use it, without being able to
 * read what it is of. BAD_USER_INPUT, or NOT_FOUND, naming the one that is wrong.
 */
export async function namedSubjects(tx: Tx, field: string, inputs: readonly SubjectInput[]): Promise<Grantee[]> {
  const ways = inputs.map((input, at) => grantedWay(`${field}.${at}`, input));
  const values = (by: SubjectWay['way']) =>
    ways.flatMap(({ way, value }) => (way === by && value !== null && isStorable(value) ? [value] : []));
  type Row = Grantee & { way: SubjectWay['way']; value: string };
  const rows = await tx.query<Row>(sql`
    select 'username' as way, p.username as value, p.id as "principalId", null::uuid as "groupId" from principal p
     where p.tenant_id = ${tx.tenantId} and p.username = any(${values('username')}::text[])
    union all
    select 'principalId', p.id::text, p.id, null from principal p
     where p.tenant_id = ${tx.tenantId} and p.id = any(${values('principalId')}::uuid[])
    union all
    select 'groupName', g.name_key, null, g.id from "group" g
     where g.tenant_id = ${tx.tenantId} and g.name_key = any(${values('groupName')}::text[])
    union all
    select 'groupId', g.id::text, null, g.id from "group" g
     where g.tenant_id = ${tx.tenantId} and g.id = any(${values('groupId')}::uuid[])`);
  const found = new Map(rows.map(row => [`${row.way} ${row.value}`, row]));
  const named = ways.map(({ way, value }, at) => {
    const row = found.get(`${way} ${value}`);
    if (!row) throw notFound(`${field}.${at}.${way}`);
    return row;
  });
  return [...new Map(named.map(one => [one.principalId ?? one.groupId, one])).values()];
}

function grantedWay(field: string, input: SubjectInput): { way: SubjectWay['way']; value: string | null } {
  const { way, value } = wayOf(field, input);
  if (way === 'anonymous') throw badInput(`${field}.anonymous`, 'grant to a group that is marked anonymousDefault');
  if (way === 'principalId') return { way, value: keyOf(`${field}.${way}`, value, 'Principal') };
  if (way === 'groupId') return { way, value: keyOf(`${field}.${way}`, value, 'Group') };
  return { way, value: askedKey(value) };
}
