import { graphql, type GraphQLError } from 'graphql';
import { pino } from 'pino';
import { isRoleApplication } from '../../src/api/role-applications.js';
import type { AppError } from '../../src/kernel/errors.js';
import { contextMaker } from '../../src/server/context.js';
import type { Gate, World } from '../world.js';
import { openPolicyGate } from './asking.js';

let gate: Gate;
let w: World;
beforeAll(async () => {
  gate = await openPolicyGate();
  w = await gate.tenant();
  await w.admin.get('{ viewer { kind } }');
});
afterAll(() => gate.close());

/** Asks as the administrator of the tenant, of a gateway with this setting. */
async function ask(roleApplications: readonly string[], source: string, variableValues: Record<string, unknown> = {}) {
  const contextOf = contextMaker({
    engine: gate.engine,
    authenticate: async () => ({
      kind: 'user',
      tenant: { by: 'slug', value: w.slug },
      username: 'admin',
      serviceAccount: false,
    }),
    settings: { roleApplications },
    createTenants: false,
    log: pino({ level: 'silent' }),
  });
  const contextValue = await contextOf({}, 'test');
  return graphql({ schema: gate.schema, source, variableValues, contextValue });
}

const fieldsOf = (errors: readonly GraphQLError[] = []) =>
  errors.map(({ originalError }) => (originalError as AppError).field);

const CREATE = 'mutation ($input: CreateRoleInput!) { createRole(input: $input) { role { id } } }';
let count = 0;
/** Which of these applications a role may use under a setting. */
async function usable(setting: readonly string[]): Promise<string[]> {
  const tried = ['inventory', 'cost', 'rbac'].map(async application => {
    const access = [{ permission: `${application}:*:*` }];
    const { errors } = await ask(setting, CREATE, { input: { name: `role ${count++}`, access } });
    if (errors) expect(fieldsOf(errors)).toEqual(['input.access.0.permission']);
    return errors ? [] : [application];
  });
  return (await Promise.all(tried)).flat();
}

describe('the applications that roles of a tenant may use', () => {
  it.each([
    [['*'], ['inventory', 'cost']],
    [
      ['*', 'rbac'],
      ['inventory', 'cost', 'rbac'],
    ],
    [['rbac'], ['rbac']],
    [['cost'], ['cost']],
    [
      ['cost', 'inventory'],
      ['inventory', 'cost'],
    ],
    [[], []],
    [['COST', 'inv'], []],
  ])('are, under %j, %j', async (setting, applications) => {
    expect(await usable(setting)).toEqual(applications);
  });

  it('bind changes of a role too, but not what it has already', async () => {
    const id = await w.role('Reader', ['inventory:hosts:read']);
    const update = 'mutation ($input: UpdateRoleInput!) { updateRole(input: $input) { role { name } } }';
    const access = [{ permission: 'inventory:hosts:read' }];
    const refused = await ask(['cost'], update, { input: { id, access } });
    expect(fieldsOf(refused.errors)).toEqual(['input.access.0.permission']);
    expect((await ask(['cost'], update, { input: { id, name: 'Viewer' } })).errors).toBeUndefined();
  });

  it('are what the list of permissions shows with allowedOnly', async () => {
    const source = '{ permissions(filter: { allowedOnly: true }, first: 1000) { totalCount nodes { application } } }';
    for (const setting of [['*'], ['*', 'rbac'], ['rbac'], ['cost'], []]) {
      const { data } = await ask(setting, source);
      const { nodes, totalCount } = (data as any).permissions;
      expect(totalCount).toBe(nodes.length);
      const shown = new Set(nodes.map(({ application }: { application: string }) => application));
      expect([...shown]).toEqual(['cost', 'inventory', 'rbac'].filter(name => isRoleApplication(setting, name)));
    }
  });
});
