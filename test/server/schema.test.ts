import {
  buildSchema,
  defaultFieldResolver,
  graphql,
  isIntrospectionType,
  isObjectType,
  type GraphQLField,
  type GraphQLObjectType,
} from 'graphql';
import { guarded, type Rules } from '../../src/api/guarded.js';
import { guard } from '../../src/api/rules.js';
import { allow, deny } from '../../src/api/shield.js';
import { AppError, unavailable } from '../../src/kernel/errors.js';
import { allRules, bareSchema, createSchema } from '../../src/server/schema.js';
import { logged, post, serving } from './serving.js';

const objectTypes = Object.values(bareSchema().getTypeMap())
  .filter(isObjectType)
  .filter(type => !isIntrospectionType(type));
const fieldsOf = (type: GraphQLObjectType) => Object.keys(type.getFields());
const coordinates = objectTypes.flatMap(type => fieldsOf(type).map(field => [type.name, field] as const));

const rules = allRules();
/** The rules with `*` spelled out, so that each field can be left out by itself. */
const spelledOut: Rules = Object.fromEntries(
  objectTypes.map(type => [
    type.name,
    Object.fromEntries(fieldsOf(type).map(field => [field, rules[type.name]?.[field] ?? rules[type.name]!['*']!])),
  ]),
);

const without = (type: string, field: string): Rules => {
  const { [field]: _, ...rest } = spelledOut[type]!;
  return { ...spelledOut, [type]: rest };
};

describe('the rules of the schema', () => {
  it('are complete', () => {
    expect(() => createSchema()).not.toThrow();
    expect(() => guarded(bareSchema(), spelledOut)).not.toThrow();
    expect(coordinates.length).toBeGreaterThan(200);
  });

  it.each([
    ['Query', 'viewer'],
    ['Query', 'node'],
    ['Mutation', 'deleteTenant'],
    ['Group', 'members'],
    ['GroupConnection', 'totalCount'],
    ['Reason', 'message'],
  ])('stop the start when that of %s.%s is missing', (type, field) => {
    expect(() => guarded(bareSchema(), without(type, field))).toThrow(
      `The rules do not fit the schema: ${type}.${field} has no rule`,
    );
  });

  it('stop the start when any single one is missing, naming it', () => {
    const schema = bareSchema();
    for (const [type, field] of coordinates) {
      expect(() => guarded(schema, without(type, field))).toThrow(`: ${type}.${field} has no rule`);
    }
  });

  it('stop the start when a whole type has none', () => {
    const { Group: _, ...rest } = rules;
    expect(() => guarded(bareSchema(), rest)).toThrow(/Group\.name has no rule.*Group\.members has no rule/);
  });

  it('are not given to root fields by a star', () => {
    const { Query: _, ...rest } = rules;
    expect(() => guarded(bareSchema(), { ...rest, Query: { '*': allow } })).toThrow(/Query\.viewer has no rule/);
  });

  it.each([
    ['a field that does not exist', { Group: { nothing: allow } }, 'Group.nothing, which does not exist'],
    ['a root field that does not exist', { Query: { nothing: allow } }, 'Query.nothing, which does not exist'],
    ['an interface', { Node: { id: allow } }, 'rules for the interface Node'],
    ['an input', { CreateGroupInput: { name: allow } }, 'rules for CreateGroupInput, which is no object type'],
    ['a type that does not exist', { Nothing: { '*': allow } }, 'rules for Nothing, which is no object type'],
  ])('stop the start when there is one for %s', (_, more, problem) => {
    const both = Object.entries(more).map(([type, fields]) => [type, { ...rules[type], ...fields }]);
    expect(() => guarded(bareSchema(), { ...rules, ...Object.fromEntries(both) })).toThrow(problem);
  });

  it('cost nothing where everybody may read: the field has its own resolver back', () => {
    const bare = bareSchema();
    const before = new Map(
      coordinates.map(([type, field]) => [`${type}.${field}`, fieldOf(bare.getType(type), field).resolve]),
    );
    const schema = guarded(bare, spelledOut);
    const open = coordinates.filter(([type, field]) => spelledOut[type]![field] === allow);
    expect(open.length).toBeGreaterThan(100);
    for (const [type, field] of coordinates) {
      const { resolve } = fieldOf(schema.getType(type), field);
      const isOwn = resolve === before.get(`${type}.${field}`);
      expect(`${type}.${field} ${isOwn}`).toBe(`${type}.${field} ${spelledOut[type]![field] === allow}`);
    }
  });
});

const fieldOf = (type: unknown, field: string): GraphQLField<unknown, unknown> =>
  (type as GraphQLObjectType).getFields()[field]!;

describe('a rule', () => {
  let schema = buildSchema('type Query { open: String secret: String }');
  let opened = 0;
  beforeEach(() => {
    opened = 0;
    schema = buildSchema('type Query { open: String secret: String }');
    for (const field of Object.values(schema.getQueryType()!.getFields())) {
      field.resolve = (...args) => (opened++, defaultFieldResolver({ open: 'open', secret: 'secret' }, ...tail(args)));
    }
  });
  const tail = <T extends unknown[]>([, ...rest]: [unknown, ...T]) => rest;
  const ask = (secret: Rules[string][string], source = '{ secret }') =>
    graphql({ schema: guarded(schema, { Query: { open: allow, secret } }), source, contextValue: { view: {} } });

  it('that says yes lets the field answer', async () => {
    expect(await ask(guard(() => true))).toEqual({ data: { secret: 'secret' } });
  });

  it('that says no is FORBIDDEN, and the field is not asked', async () => {
    const { data, errors } = await ask(deny);
    expect([data, errors?.map(error => error.extensions.code), opened]).toEqual([{ secret: null }, ['FORBIDDEN'], 0]);
  });

  it.each([
    ['throws a failure with a meaning', () => Promise.reject(unavailable()), 'UNAVAILABLE'],
    ['answers a failure', async () => new AppError('NOT_FOUND', 'gone', 'id'), 'NOT_FOUND'],
  ])('that %s answers that, and the field is not asked', async (_, allows, code) => {
    const { data, errors } = await ask(guard(allows));
    expect([data, errors?.map(error => error.extensions.code), opened]).toEqual([{ secret: null }, [code], 0]);
  });

  it.each<[string, () => never | Promise<never>]>([
    [
      'fails',
      () => {
        throw new TypeError('password=hunter2');
      },
    ],
    ['fails later', async () => Promise.reject(new TypeError('password=hunter2'))],
    // eslint-disable-next-line @typescript-eslint/prefer-promise-reject-errors -- what careless code does
    ['throws what is no error', async () => Promise.reject('password=hunter2')],
  ])('that %s is an error of ours, never a yes, never a mere no, and in the log', async (_, allows) => {
    const guardedSchema = guarded(schema, { Query: { open: allow, secret: guard(allows) } });
    const server = await serving({ schema: guardedSchema, contextOf: async () => ({ view: {} }) as never });
    const { body } = await post(server.url, '{ open secret }');
    await server.close();
    expect(body.data).toEqual({ open: 'open', secret: null });
    expect(body.errors).toMatchObject([
      { message: 'Internal error', path: ['secret'], extensions: { code: 'INTERNAL' } },
    ]);
    expect(opened).toBe(1);
    const { id } = body.errors[0].extensions;
    expect(JSON.stringify(await logged(server.lines, line => line.errorId === id))).toContain('hunter2');
  });
});
