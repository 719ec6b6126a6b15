import {
  getNamedType,
  getNullableType,
  isEnumType,
  isInputObjectType,
  isInterfaceType,
  isIntrospectionType,
  isListType,
  isNonNullType,
  isObjectType,
  isSpecifiedDirective,
  isSpecifiedScalarType,
  type GraphQLArgument,
  type GraphQLField,
  type GraphQLInputField,
  type GraphQLObjectType,
} from 'graphql';
import { buildSchema } from 'graphql';
import { NODE_TYPES } from '../../src/kernel/ids.js';
import { apiSchema, printedSchema } from '../../src/server/schema.js';

// What clients get to see, rather than what the code builds it from.
const schema = buildSchema(printedSchema());

/** What directives of federation are defined with; clients never meet it. */
const isOfFederation = (name: string) => name.includes('__');

const types = Object.values(schema.getTypeMap()).filter(
  type => !isIntrospectionType(type) && !isSpecifiedScalarType(type) && !isOfFederation(type.name),
);
const objects = types.filter(isObjectType);
const queries = schema.getQueryType()!.getFields();
const mutations = Object.values(schema.getMutationType()!.getFields());
const named = (ending: string) => objects.filter(({ name }) => name.endsWith(ending));
const texts = (fields: Record<string, { type: unknown }>) =>
  Object.fromEntries(Object.entries(fields).map(([name, { type }]) => [name, String(type)]));

type Member = GraphQLField<unknown, unknown> | GraphQLArgument | GraphQLInputField;

/** Everything that has a name and a type: fields, arguments, input fields. */
const members: [string, Member][] = types.flatMap(type => {
  if (isInputObjectType(type)) return Object.values(type.getFields()).map(field => at(type.name, field));
  if (!isObjectType(type) && !isInterfaceType(type)) return [];
  return Object.values(type.getFields()).flatMap(field => [
    at(type.name, field),
    ...field.args.map(argument => at(`${type.name}.${field.name}`, argument)),
  ]);
});

function at(owner: string, member: Member): [string, Member] {
  return [`${owner}.${member.name}`, member];
}

describe('mutations', () => {
  it('there are, in the pattern of verb and noun', () => {
    expect(mutations.length).toBeGreaterThan(20);
    expect(
      mutations
        .map(({ name }) => name)
        .filter(
          name =>
            !/^(create|update|delete|add|remove|put|prune|share|unshare|grant|revoke|assign|unassign)[A-Z]/.test(name),
        ),
    ).toEqual([]);
  });

  it.each(mutations.map(field => [field.name, field] as const))(
    '%s takes one required input of its own',
    (_, field) => {
      expect(field.args.map(({ name }) => name)).toEqual(['input']);
      const [{ type }] = field.args as [GraphQLArgument];
      expect(isNonNullType(type) && isInputObjectType(getNullableType(type))).toBe(true);
      expect(getNamedType(type).name).toMatch(/Input$/);
    },
  );

  it.each(mutations.map(field => [field.name, field] as const))(
    '%s answers a payload that may be null, and with it all that was written',
    (_, { type }) => {
      expect(isObjectType(type) && type.name.endsWith('Payload')).toBe(true);
      const written = Object.values((type as GraphQLObjectType).getFields());
      // A caller may write what it may not read; only the id of what is gone, and how many it was, is known to it anyway.
      const known = ['deletedId', 'count', 'created'];
      const never = written.filter(field => isNonNullType(field.type) && !known.includes(field.name));
      expect(never.map(({ name }) => name)).toEqual([]);
    },
  );
});

describe('connections', () => {
  it.each(named('Connection').map(type => [type.name, type] as const))('%s is complete', (name, type) => {
    const noun = name.replace(/Connection$/, '');
    const edge = `${noun}Edge`;
    const fields = texts(type.getFields());
    const node = /^\[(\w+)!\]$/.exec(fields.nodes ?? '')?.[1];
    expect(fields).toMatchObject({
      edges: `[${edge}!]`,
      nodes: `[${node}!]`,
      pageInfo: 'PageInfo!',
      totalCount: 'Int',
    });
    expect(texts((schema.getType(edge) as GraphQLObjectType).getFields())).toMatchObject({
      cursor: 'String!',
      node: `${node}!`,
    });
  });

  it('are what every field that pages answers, and may be null', () => {
    const paging = objects.flatMap(type =>
      Object.values(type.getFields()).filter(({ args }) => args.some(({ name }) => name === 'first')),
    );
    expect(paging.length).toBeGreaterThan(15);
    for (const { name, type, args } of paging) {
      expect([name, String(type)]).toEqual([name, expect.stringMatching(/^\w+Connection$/)]);
      const accepted = Object.fromEntries(args.map(argument => [argument.name, String(argument.type)]));
      expect(accepted).toMatchObject({ first: 'Int', after: 'String' });
      expect('last' in accepted).toBe('before' in accepted);
    }
  });

  it('are answered by no field that does not page', () => {
    const unpaged = objects.flatMap(type =>
      Object.values(type.getFields())
        .filter(
          ({ type: answer, args }) =>
            /Connection$/.test(getNamedType(answer).name) && !args.some(a => a.name === 'first'),
        )
        .map(({ name }) => `${type.name}.${name}`),
    );
    expect(unpaged).toEqual([]);
  });

  it('say where a page stands', () => {
    expect(texts((schema.getType('PageInfo') as GraphQLObjectType).getFields())).toEqual({
      hasNextPage: 'Boolean!',
      hasPreviousPage: 'Boolean!',
      startCursor: 'String',
      endCursor: 'String',
    });
  });
});

describe('nodes', () => {
  const implementing = objects.filter(type => type.getInterfaces().some(({ name }) => name === 'Node'));

  it('are all nouns that have a global id, and nothing else', () => {
    expect(implementing.map(({ name }) => name).sort()).toEqual([...NODE_TYPES].sort());
  });

  it('are exactly the types that have an id, but for what stands for the objects of other subgraphs', () => {
    const withId = objects.filter(type => 'id' in type.getFields()).map(({ name }) => name);
    expect(withId.sort()).toEqual([...NODE_TYPES, 'Protected'].sort());
  });

  it('are found by node and nodes, which never fail for what is not there', () => {
    expect([String(queries.node!.type), String(queries.nodes!.type)]).toEqual(['Node', '[Node]!']);
    expect(texts((schema.getType('Node') as GraphQLObjectType).getFields())).toEqual({ id: 'ID!' });
  });

  it('have lookups and lists that answer null for what the caller may not read', () => {
    const answers = Object.values(queries).filter(({ name }) => !['viewer', 'nodes'].includes(name));
    expect(answers.filter(({ type }) => isNonNullType(type)).map(({ name }) => name)).toEqual([]);
  });
});

describe('names and types', () => {
  it('of ids are ID, alone and in lists', () => {
    const ids = members.filter(([name]) => /\.(id|ids|\w+Id|\w+Ids)$/.test(name));
    expect(ids.length).toBeGreaterThan(25);
    // Ids that other systems gave, and clients know as text.
    const foreign = /\.(externalId|resourceId|resourceIds|keepResourceIds)$/;
    const wrong = ids.filter(([name, { type }]) => (getNamedType(type).name === 'ID') === foreign.test(name));
    expect(wrong.map(([name]) => name)).toEqual([]);
  });

  it('of lists have no null entries, but for nodes', () => {
    const loose = members.filter(([, { type }]) => {
      const list = getNullableType(type);
      return isListType(list) && !isNonNullType(list.ofType);
    });
    expect(loose.map(([name]) => name)).toEqual(['Query.nodes']);
  });

  it('of times are DateTime', () => {
    const times = members.filter(([name]) => /At$/.test(name));
    expect(times.length).toBeGreaterThan(5);
    expect(times.filter(([, { type }]) => getNamedType(type).name !== 'DateTime').map(([name]) => name)).toEqual([]);
  });

  it('of members are written in camel case, of types in pascal case, of values in capitals', () => {
    expect(members.filter(([name]) => !/\.[a-z][A-Za-z0-9]*$/.test(name)).map(([name]) => name)).toEqual([]);
    expect(types.filter(({ name }) => !/^[A-Z][A-Za-z0-9]*$/.test(name)).map(({ name }) => name)).toEqual([]);
    const values = types.filter(isEnumType).flatMap(type => type.getValues().map(({ name }) => name));
    expect(values.filter(name => !/^[A-Z][A-Z0-9_]*$/.test(name))).toEqual([]);
  });
});

describe('the schema', () => {
  it('is printed as it is served', () => {
    const own = (names: string[]) => names.filter(name => name.startsWith('__') || !isOfFederation(name)).sort();
    expect(own(Object.keys(schema.getTypeMap()))).toEqual(own(Object.keys(apiSchema().getTypeMap())));
  });

  it('describes every type, field, argument and input field', () => {
    // A mutation's one argument is described by its type.
    const speaking = /^Mutation\.\w+\.input$/;
    const all: [string, { description?: string | null }][] = [
      ...types.map(type => [type.name, type] as never),
      ...members,
    ];
    const lacking = all.filter(([name, { description }]) => !speaking.test(name) && !description?.trim());
    expect(lacking.map(([name]) => name)).toEqual([]);
  });

  it('deprecates nothing: nothing was released yet', () => {
    const values = types
      .filter(isEnumType)
      .flatMap(type => type.getValues().map(value => at(type.name, value as never)));
    expect(
      [...members, ...values].filter(([, { deprecationReason }]) => deprecationReason).map(([name]) => name),
    ).toEqual([]);
  });

  it('has no directives but those of federation', () => {
    const own = schema.getDirectives().filter(directive => !isSpecifiedDirective(directive));
    expect(own.map(({ name }) => name).sort()).toEqual(['interfaceObject', 'key', 'link', 'shareable', 'tag']);
  });

  it('has no type that nothing leads to', () => {
    const reached = new Set(members.map(([, { type }]) => getNamedType(type).name));
    const roots = ['Query', 'Mutation', 'Protected', ...NODE_TYPES];
    expect(types.map(({ name }) => name).filter(name => !reached.has(name) && !roots.includes(name as never))).toEqual(
      [],
    );
  });
});
