import type { Database } from '../src/store/database.js';
import { newId, type TenantId } from '../src/kernel/ids.js';
import { createTenant } from '../src/directory/tenant.commands.js';
import { seedPlatform } from '../src/catalogue/seeding/seed-platform.js';
import { migrateUp } from '../src/store/migrate.js';
import {
  BUSY_GRANTS,
  CROWD_GRANTS,
  CROWD_GROUPS,
  CROWD_SIZE,
  idSql,
  resourceIdSql,
  typesOf,
  type Sizes,
} from './sizes.js';

type Run = (text: string, values?: readonly unknown[]) => Promise<unknown>;

const NOW = `timestamptz '2026-01-01 00:00:00Z'`;
const BATCH = 500_000;
const VERBS = ['view', 'change', 'manage'];
const TYPES: Record<string, Record<string, string>> = {
  document: { owner_verbs: `'{*}'`, shared_verbs: `'{view}'` },
  record: {},
  folder: { inherited_verbs: `'{view}'` },
  file: { inherited_verbs: `'{view}'` },
};

/** Fills an empty database with one tenant of these sizes: always the same, but for the id of the tenant. */
export async function generate(db: Database, sizes: Sizes): Promise<void> {
  await migrateUp(db);
  await seedPlatform(db);
  await catalogue(db);
  const tenantId = await db.writeCatalogue(tx => createTenant(tx, { slug: 'bench', name: 'Bench' }, new Date(0)));
  const run: Run = (text, values = []) => db.query({ text, values: [...values] });
  await people(run, tenantId, sizes);
  await roles(run, tenantId, sizes);
  await withoutIndexes(run, db, ['resource', 'grant'], async () => {
    await resources(run, tenantId, sizes);
    await grants(run, tenantId, sizes);
  });
  // As long after the load as autovacuum would: the index-only scans need it.
  await run('vacuum (analyze)');
}

/** Loads tables while they have their keys alone, and makes the other indexes afterwards: several times faster. */
async function withoutIndexes(run: Run, db: Database, tables: string[], load: () => Promise<void>): Promise<void> {
  const indexes = await db.query<{ name: string; definition: string }>({
    text: `select i.indexrelid::regclass::text as name, pg_get_indexdef(i.indexrelid) as definition from pg_index i
      where i.indrelid::regclass::text = any(select quote_ident(t) from unnest($1::text[]) t)
        and not exists (select 1 from pg_constraint c where c.conindid = i.indexrelid)`,
    values: [tables],
  });
  for (const { name } of indexes) await run(`drop index ${name}`);
  await load();
  for (const { definition } of indexes) await run(definition);
}

async function catalogue(db: Database): Promise<void> {
  for (const [type, options] of Object.entries(TYPES)) {
    for (const verb of VERBS) {
      await db.query({
        text: `insert into permission (id, permission, application, resource_type, verb, description)
          values ($1, $2, 'bench', $3, $4, '')`,
        values: [newId(), `bench:${type}:${verb}`, type, verb],
      });
    }
    const { owner_verbs = `'{}'`, shared_verbs = `'{}'`, inherited_verbs = `'{}'` } = options;
    await db.query({
      text: `insert into resource_type (id, name, application, resource_type, description, owner_verbs, shared_verbs, inherited_verbs,
          visibility, unshared_are_public, controlled_by, visible_without_related, open_verbs, ownable)
        values ($1, $2, 'bench', $3, '', ${owner_verbs}, ${shared_verbs}, ${inherited_verbs}, 'OPEN', false, 'NONE', true, false, true)`,
      values: [newId(), `bench:${type}`, type],
    });
  }
  await db.query({ text: 'update catalogue_revision set revision = revision + 1', values: [] });
}

/** Users in three groups each; trees of four groups, of which every other shows what is below. The crowds stand by themselves. */
async function people(run: Run, tenantId: TenantId, { users, groups }: Sizes): Promise<void> {
  await run(
    `insert into principal (tenant_id, id, username, type, active, org_admin, superuser, created_at, modified_at)
     select $1::uuid, ${idSql('user', 'u')}, 'user-' || u, 'USER', true, false, false, ${NOW}, ${NOW} from generate_series(0, ${users - 1}) u`,
    [tenantId],
  );
  const parent = `case when g >= ${CROWD_GROUPS} and g % 4 <> 0 and g > ${CROWD_GROUPS} then ${idSql('group', 'g - 1')} end`;
  await run(
    `insert into "group" (tenant_id, id, name, name_key, parent_id, entities, platform_default, admin_default, anonymous_default,
       system, includes_subgroups, supergroup, shares_with_any, created_at, modified_at)
     select $1::uuid, ${idSql('group', 'g')}, 'group ' || g, 'group ' || g, ${parent}, '{}', false, false, false, false, g % 2 = 0, false,
       true, ${NOW}, ${NOW} from generate_series(0, ${groups - 1}) g`,
    [tenantId],
  );
  const others = groups - CROWD_GROUPS;
  await run(
    `insert into membership (tenant_id, group_id, principal_id, roles, added_at)
     select $1::uuid, ${idSql('group', `${CROWD_GROUPS} + (u * 7 + k * 131) % ${others}`)}, ${idSql('user', 'u')}, '{}'::text[], ${NOW}
       from generate_series(0, ${users - 1}) u, generate_series(0, 2) k
     union all
     select $1::uuid, ${idSql('group', 'g')}, ${idSql('user', `1000 + g * ${CROWD_SIZE} + k`)}, '{}'::text[], ${NOW}
       from generate_series(0, ${CROWD_GROUPS - 1}) g, generate_series(0, ${CROWD_SIZE - 1}) k`,
    [tenantId],
  );
}

/** A role for every fifth group or so: records of one team of fifty, and of some levels. */
async function roles(run: Run, tenantId: TenantId, { groups }: Sizes): Promise<void> {
  const every = `generate_series(${CROWD_GROUPS}, ${groups - 1}, 5) g`;
  await run(
    `insert into role (tenant_id, id, name, name_key, display_name, display_name_key, version, created_at, modified_at)
     select $1::uuid, ${idSql('role', 'g')}, 'role ' || g, 'role ' || g, 'role ' || g, 'role ' || g, 1, ${NOW}, ${NOW} from ${every}`,
    [tenantId],
  );
  const definitions = `json_build_array(
    json_build_object('key', 'team', 'operation', 'EQUAL', 'value', 'team ' || g % 50),
    json_build_object('key', 'level', 'operation', 'IN', 'value', json_build_array('1', '2', '3')))`;
  await run(
    `insert into role_access (tenant_id, id, role_id, permission_id, position, resource_definitions)
     select $1::uuid, ${idSql('access', 'g * 10 + row_number() over (partition by g order by p.permission)')}, ${idSql('role', 'g')}, p.id, 0,
       ${definitions} from ${every}, permission p where p.permission in ('bench:record:view', 'bench:record:change')`,
    [tenantId],
  );
  await run(
    `insert into policy (tenant_id, id, name, name_key, group_id, system, created_at, modified_at)
     select $1::uuid, ${idSql('policy', 'g')}, 'policy ' || g, 'policy ' || g, ${idSql('group', 'g')}, false, ${NOW}, ${NOW} from ${every}`,
    [tenantId],
  );
  await run(
    `insert into policy_role (tenant_id, id, policy_id, role_id)
     select $1::uuid, ${idSql('policyRole', 'g')}, ${idSql('policy', 'g')}, ${idSql('role', 'g')} from ${every}`,
    [tenantId],
  );
}

/** Each resource has an owner; records have attributes; folders stand in chains of five, with nineteen files in each. */
async function resources(run: Run, tenantId: TenantId, sizes: Sizes): Promise<void> {
  const { documents, records, folders, files } = typesOf(sizes);
  const insert = (type: string, first: number, count: number, attributes = 'null') =>
    run(
      `insert into resource (tenant_id, id, type, resource_id, owner_id, attributes, was_put, created_at, modified_at)
       select $1::uuid, ${idSql('resource', `${first} + i`)}, 'bench:${type}', ${resourceIdSql(type, 'i')},
         ${idSql('user', `i * 13 % ${sizes.users}`)}, ${attributes}, true, ${NOW}, ${NOW} from generate_series(0, ${count - 1}) i`,
      [tenantId],
    );
  await insert('document', 0, documents);
  const attributes = `jsonb_build_object('team', 'team ' || i % 50, 'level', (i / 50 % 7)::text)`;
  await insert('record', documents, records, attributes);
  await insert('folder', documents + records, folders);
  await insert('file', documents + records + folders, files);
  await run(
    `insert into resource_parent (tenant_id, type, resource_id, parent_type, parent_resource_id)
     select $1::uuid, 'bench:folder', ${resourceIdSql('folder', 'i')}, 'bench:folder', ${resourceIdSql('folder', 'i - 1')}
       from generate_series(0, ${folders - 1}) i where i % 5 <> 0
     union all
     select $1::uuid, 'bench:file', ${resourceIdSql('file', 'i')}, 'bench:folder', ${resourceIdSql('folder', `i % ${folders}`)}
       from generate_series(0, ${files - 1}) i`,
    [tenantId],
  );
  await run(
    `insert into resource_share (tenant_id, group_id, type, resource_id)
     select $1::uuid, ${idSql('group', `i % ${sizes.groups}`)}, 'bench:document', ${resourceIdSql('document', 'i')}
       from generate_series(0, ${documents - 1}, 5) i`,
    [tenantId],
  );
}

/** The busy user's, the crowds' on one document, and the rest evenly: of ten, two to groups; one on a folder, nine on documents. */
async function grants(run: Run, tenantId: TenantId, sizes: Sizes): Promise<void> {
  const { documents, folders } = typesOf(sizes);
  const insert = (select: string) =>
    run(
      `insert into "grant" (tenant_id, id, type, resource_id, verb, subject_id, principal_id, group_id, by_hand, granted_by, created_at)
       select $1::uuid, ${idSql('grant', 'x.n')}, x.type, x.resource_id, x.verb, coalesce(x.principal_id, x.group_id), x.principal_id,
         x.group_id, true, 'bench', ${NOW} from (${select}) x`,
      [tenantId],
    );
  await insert(`select n, 'bench:document' as type, ${resourceIdSql('document', 'n')} as resource_id, 'view' as verb,
    ${idSql('user', '0')} as principal_id, null::uuid as group_id from generate_series(0, ${BUSY_GRANTS - 1}) n`);
  await insert(`select ${BUSY_GRANTS} + n as n, 'bench:document' as type, ${resourceIdSql('document', '0')} as resource_id, 'view' as verb,
    null::uuid as principal_id, ${idSql('group', 'n')} as group_id from generate_series(0, ${CROWD_GRANTS - 1}) n`);
  const first = BUSY_GRANTS + CROWD_GRANTS;
  const rest = sizes.grants - first;
  const [users, groups] = [sizes.users - 1, sizes.groups - CROWD_GROUPS];
  // The k-th grant of a subject: on another resource than its others.
  const place = (subject: string, k: string) => ({
    type: `case when ${k} % 10 = 9 then 'bench:folder' else 'bench:document' end`,
    id: `case when ${k} % 10 = 9 then ${resourceIdSql('folder', `(${subject} * 31 + ${k}) % ${folders}`)}
      else ${resourceIdSql('document', `(${subject} * 31 + ${k}) % ${documents}`)} end`,
  });
  const toUser = place('(n % ' + users + ')', '(n / ' + users + ')');
  const toGroup = place('(n % ' + groups + ')', '(n / ' + groups + ')');
  const verb = (k: string) => `(array['view', 'change', 'manage'])[1 + ${k} % 3]`;
  const ofUsers = Math.floor(rest * 0.8);
  const insertBatches = async (from: number, count: number, select: (range: string) => string) => {
    for (let at = 0; at < count; at += BATCH)
      await insert(
        select(`generate_series(${at}::bigint, ${Math.min(at + BATCH, count) - 1}) n`).replaceAll(
          '$first',
          String(from),
        ),
      );
  };
  await insertBatches(
    first,
    ofUsers,
    range => `select $first + n as n, ${toUser.type} as type, ${toUser.id} as resource_id,
    ${verb(`(n / ${users})`)} as verb, ${idSql('user', `1 + n % ${users}`)} as principal_id, null::uuid as group_id from ${range}`,
  );
  await insertBatches(
    first + ofUsers,
    rest - ofUsers,
    range => `select $first + n as n, ${toGroup.type} as type, ${toGroup.id} as resource_id,
    ${verb(`(n / ${groups})`)} as verb, null::uuid as principal_id, ${idSql('group', `${CROWD_GROUPS} + n % ${groups}`)} as group_id from ${range}`,
  );
}
