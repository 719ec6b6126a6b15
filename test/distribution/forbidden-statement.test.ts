import { forbiddenStatement } from './forbidden-statement.js';

const WITHOUT = (table: string) => `${table} without tenant_id = a parameter`;

describe('a statement that fits distribution by tenant', () => {
  it.each([
    [`select 1`],
    [`begin`],
    [`select pg_advisory_xact_lock(1)`],
    [`select pg_notify('grantry', $1)`],
    [`select revision from catalogue_revision where id = 1 for update`],
    [`select * from permission p join permission_requires r on r.permission_id = p.id`],
    [`select revision from tenant_revision where tenant_id = $1 for update`],
    [`select "g0".* from "group" as "g0" where "g0"."tenant_id" = ? and "g0"."id" in (?, ?)`],
    [`update "tenant_revision" set "revision" = ? where "revision" in (?, ?) and "tenant_id" = ?`],
    [`update tenant_revision set revision = revision + 1 where tenant_id = $1`],
    [`delete from "group_auto_share" where "group_id" in (?, ?) and "target_id" is null and "tenant_id" = ?`],
    [`delete from membership m using "group" g where m.tenant_id = $1 and g.tenant_id = $1 and g.id = m.group_id`],
    [
      `update membership m set roles = $2 from principal p where m.tenant_id = $1 and p.tenant_id = $1 and p.id = m.principal_id`,
    ],
    [`insert into "group" ("tenant_id", "id") values (?, ?), (?, ?)`],
    [
      `insert into membership (tenant_id, group_id, principal_id) select tenant_id, $2, id from principal where tenant_id = $1`,
    ],
    [
      `insert into principal (tenant_id, id) values ($1, $2) on conflict (tenant_id, id) do update set email = excluded.email, active = true, type = $3`,
    ],
    [
      `insert into principal (tenant_id, id) select $1, $2 where not exists (select 1 from principal where tenant_id = $1) on conflict do nothing returning id`,
    ],
    [`select * from "group" g join membership m on m.tenant_id = $1 and m.group_id = g.id where g.tenant_id = $1`],
    [
      `select * from "group" g left join membership m on (m.tenant_id = $1 and m.group_id = g.id) where (g.tenant_id = $1 and g.id = $2)`,
    ],
    [`select * from "group" g, membership m where g.tenant_id = $1 and m.tenant_id = $1`],
    [`select * from "group" where tenant_id = $1 and (name = $2 or id = $3)`],
    [`select * from "group" where tenant_id = $1::uuid and parent_id is not distinct from $2`],
    [
      `select g.id, (select count(*) from membership m where m.tenant_id = $1 and m.group_id = g.id) from "group" g where g.tenant_id = $1`,
    ],
    [
      `select * from "group" g, lateral (select * from membership m where m.tenant_id = $1 and m.group_id = g.id limit 2) m where g.tenant_id = $1`,
    ],
    [`select id from role where tenant_id = $1 union all select id from system_role order by 1`],
    [
      `with recursive up (id) as (select $2::uuid union select g.parent_id from "group" g join up on g.id = up.id where g.tenant_id = $1) select id from up`,
    ],
    [
      `with mine as materialized (select group_id from membership where tenant_id = $1), x as (select 1) select * from mine join x on true`,
    ],
    [
      `select * from unnest($2::uuid[]) with ordinality as t(id, at) join principal p on p.tenant_id = $1 and p.id = t.id`,
    ],
    [`select count(*) from principal where tenant_id = any($1)`],
    [`select tenant_id, count(*) from principal where tenant_id = any($1::uuid[]) group by tenant_id`],
    [`select t.slug, count(*) from tenant t join principal p on p.tenant_id = t.id group by t.slug`],
    [`select left(name, 3), substring(name from 2) from "group" where tenant_id = $1 -- where tenant_id`],
    [`select 'from membership; now()' from "group" where tenant_id = $1`],
  ])('%s', sql => expect(forbiddenStatement(sql)).toBeNull());
});

describe('a reference without its tenant is refused', () => {
  it.each([
    ['alone', `select * from "group"`, 'group'],
    ['by another column', `select * from "group" where id = $1`, 'group'],
    ['by a constant', `select * from "group" where tenant_id = '0193'`, 'group'],
    ['by a subquery', `select * from "group" where tenant_id = (select id from tenant where slug = $1)`, 'group'],
    ['by inequality', `select * from "group" where tenant_id <> $1`, 'group'],
    ['as one alternative', `select * from "group" where tenant_id = $1 or id = $2`, 'group'],
    ['as one alternative in parentheses', `select * from "group" where (tenant_id = $1 or id = $2) and true`, 'group'],
    ['negated', `select * from "group" where not tenant_id = $1`, 'group'],
    ['negated in parentheses', `select * from "group" where not (tenant_id = $1)`, 'group'],
    ['compared again', `select * from "group" where tenant_id = $1 is null`, 'group'],
    ['inside a function', `select * from "group" where coalesce(tenant_id = $1, true)`, 'group'],
    ['in the select list only', `select tenant_id = $1 from "group"`, 'group'],
    ['with a schema', `select * from public."group"`, 'group'],
    ['of another alias', `select * from "group" g, membership m where g.tenant_id = $1`, 'membership m'],
    [
      'unqualified beside another table',
      `select * from "group" g, membership m where tenant_id = $1 and g.tenant_id = $1`,
      'membership m',
    ],
    [
      'through the other table',
      `select * from "group" g join membership m on m.tenant_id = g.tenant_id where g.tenant_id = $1`,
      'membership m',
    ],
    [
      'in an outer join of another table',
      `select * from "group" g left join membership m on g.tenant_id = $1 and m.tenant_id = $1`,
      'group g',
    ],
    [
      'in a parenthesised join',
      `select * from ("group" g join membership m on m.tenant_id = $1) where true`,
      'group g',
    ],
    [
      'in a subquery',
      `select * from "group" where tenant_id = $1 and exists (select 1 from membership where group_id = id)`,
      'membership',
    ],
    [
      'in the select list',
      `select (select count(*) from membership m) from "group" where tenant_id = $1`,
      'membership m',
    ],
    ['in a with', `with m as (select * from membership) select * from "group" where tenant_id = $1`, 'membership'],
    ['in one leg of a union', `select id from role where tenant_id = $1 union all select id from policy`, 'policy'],
    [
      'in a recursive leg',
      `with recursive up as (select id from "group" where tenant_id = $1 union select g.id from "group" g join up on g.parent_id = up.id) select * from up`,
      'group g',
    ],
    [
      'in a lateral',
      `select * from "group" g, lateral (select * from membership m where m.tenant_id = g.tenant_id) m where g.tenant_id = $1`,
      'membership m',
    ],
    ['in an update', `update "group" set name = $1`, 'group'],
    ['in the from of an update', `update "group" g set name = p.name from policy p where g.tenant_id = $1`, 'policy p'],
    ['in a delete', `delete from membership where group_id = $1`, 'membership'],
    ['in the using of a delete', `delete from membership m using "group" g where m.tenant_id = $1`, 'group g'],
    ['in what an insert selects', `insert into membership (tenant_id) select tenant_id from principal`, 'principal'],
    ['in a delete within a with', `with gone as (delete from membership returning *) select * from gone`, 'membership'],
    ['as a whole table', `table membership`, 'membership'],
    ['in a second statement', `select 1; delete from role`, 'role'],
    [
      'through tenants without an aggregate',
      `select p.* from tenant t join principal p on p.tenant_id = t.id`,
      'principal p',
    ],
  ])('%s', (_, sql, table) => expect(forbiddenStatement(sql)).toBe(WITHOUT(table)));
});

describe('a construct that a distributed database refuses is refused', () => {
  it.each([
    [`update principal set modified_at = now() where tenant_id = $1`, 'now()'],
    [`update tenant set modified_at = current_timestamp where id = $1`, 'current_timestamp'],
    [`insert into "group" (tenant_id, id) values ($1, gen_random_uuid())`, 'gen_random_uuid()'],
    [`select * from membership where tenant_id = $1 and expires_at > now()`, 'now()'],
    [`select * from "group" where tenant_id = $1 and name = current_setting('x')`, 'current_setting()'],
    [`select * from "group" where tenant_id::text = $1`, 'without a cast'],
    [`select * from "group" where cast(tenant_id as text) = $1`, 'without a cast'],
    [
      `insert into "group" (tenant_id, name) values ($1, (select name from role where tenant_id = $1))`,
      'a subquery in values',
    ],
    [`merge into "group" using role on true when matched then delete`, 'merge'],
    [`with role as (select * from role) select * from role`, 'a name of its own'],
    [`with role (a) as materialized (select 1) select * from role`, 'a name of its own'],
    [`truncate "group"`, 'truncate'],
    [
      `with recursive up as (select id from "group" where tenant_id = $1) cycle id set c using p select * from up`,
      'cycle',
    ],
    [`update "group" set tenant_id = $2 where tenant_id = $1`, 'never updated'],
    [`update "group" set name = $2 where tenant_id = any($1)`, 'more than one tenant'],
    [`delete from "group" where tenant_id = any($1)`, 'more than one tenant'],
    [
      `insert into principal (id) values ($1) on conflict (id) do update set email = lower(excluded.email)`,
      'more than excluded',
    ],
    [
      `insert into principal (id) values ($1) on conflict (id) do update set version = principal.version + 1`,
      'more than excluded',
    ],
    [
      `insert into principal (id) values ($1) on conflict (id) do update set tenant_id = excluded.tenant_id`,
      'never updated',
    ],
    [
      `insert into membership (tenant_id) select g.tenant_id from "group" g join principal p on p.tenant_id = $1
       where g.tenant_id = $1 on conflict (tenant_id) do update set roles = membership.roles`,
      'more than excluded',
    ],
    [`select pg_advisory_lock(1), id from "group" where tenant_id = $1`, 'stands alone'],
    [`select pg_notify('x', name) from "group" where tenant_id = $1`, 'stands alone'],
  ])('%s', (sql, reason) => expect(forbiddenStatement(sql)).toContain(reason));
});
