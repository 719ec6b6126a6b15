import {
  isInterfaceType,
  lexicographicSortSchema,
  parse,
  printSchema,
  visit,
  type ASTNode,
  type GraphQLSchema,
} from 'graphql';

const VERSION = 'https://specs.apollo.dev/federation/v2.9';
const IMPORTED = ['@key', '@shareable', '@tag', '@interfaceObject'].map(name => `"${name}"`).join(', ');

/** What the directives mean, so that tools which know nothing of federation can read the text too. */
const DEFINITIONS = `extend schema @link(url: "${VERSION}", import: [${IMPORTED}])

"""What is used of another schema."""
directive @link(url: String, as: String, for: link__Purpose, import: [link__Import]) repeatable on SCHEMA

"""Fields by which other subgraphs refer to an object."""
directive @key(fields: federation__FieldSet!, resolvable: Boolean = true) repeatable on OBJECT | INTERFACE

"""Other subgraphs may answer it too."""
directive @shareable repeatable on OBJECT | FIELD_DEFINITION

"""A name for contracts, which leave out what they do not want."""
directive @tag(name: String!) repeatable on FIELD_DEFINITION | OBJECT | INTERFACE | UNION | ARGUMENT_DEFINITION | SCALAR | ENUM | ENUM_VALUE | INPUT_OBJECT | INPUT_FIELD_DEFINITION | SCHEMA

"""Stands for an interface of other subgraphs, and gives fields to all that implement it."""
directive @interfaceObject on OBJECT

"""What a schema that is linked is for."""
enum link__Purpose {
  """It is needed to execute safely."""
  SECURITY

  """It is needed to execute."""
  EXECUTION
}

"""A name that is imported from a linked schema."""
scalar link__Import

"""A selection of fields, without its outer braces."""
scalar federation__FieldSet
`;

const KEY = '@key(fields: "id")';

/** Types that say the same in whichever subgraph they stand. */
const SHAREABLE = ['PageInfo', 'DeletePayload', 'CountPayload'];

/** Root fields for front ends; the others are tagged, so that a contract can leave the management API out. */
const FOR_FRONT_ENDS = {
  Query: ['viewer', 'node', 'nodes', 'check', 'checks', 'resource', 'resources'],
  Mutation: [
    ...['putResources', 'deleteResources', 'pruneResources', 'shareResources', 'unshareResources'],
    ...['grantPermissions', 'revokePermissions', 'assignResource', 'unassignResource'],
  ],
};

/** The schema as text for composition: the same types, with what federation has to know of them. */
export function subgraphText(schema: GraphQLSchema): string {
  const text = printSchema(lexicographicSortSchema(schema));
  const added: { readonly at: number; readonly directives: string }[] = [];
  const add = (node: ASTNode | undefined, directives: string) => {
    if (directives) added.push({ at: node!.loc!.end, directives: ` ${directives}` });
  };
  visit(parse(text), {
    ObjectTypeDefinition: ({ name, interfaces, fields }) => {
      add(interfaces?.at(-1) ?? name, onType(schema, name.value));
      for (const field of fields ?? []) add(field.type, onField(name.value, field.name.value));
    },
  });
  // From the end on, so that the places before stay where they are.
  const marked = added
    .sort((a, b) => b.at - a.at)
    .reduce((so, { at, directives }) => `${so.slice(0, at)}${directives}${so.slice(at)}`, text);
  return `${DEFINITIONS}\n${marked}\n`;
}

function onType(schema: GraphQLSchema, name: string): string {
  // With the type in the key, domain subgraphs declare the interface without a key, each for its own types alone.
  if (name === 'Protected') return '@key(fields: "id resourceType") @interfaceObject';
  if (entityNames(schema).includes(name)) return KEY;
  return SHAREABLE.includes(name) ? '@shareable' : '';
}

function onField(type: string, field: string): string {
  const open = type === 'Query' || type === 'Mutation' ? FOR_FRONT_ENDS[type] : null;
  return open && !open.includes(field) ? '@tag(name: "management")' : '';
}

/** The types that other subgraphs can refer to: every node, and what stands for the protected types of others. */
export function entityNames(schema: GraphQLSchema): string[] {
  const node = schema.getType('Node');
  const nodes = isInterfaceType(node) ? schema.getPossibleTypes(node).map(({ name }) => name) : [];
  return [...nodes, 'Protected'].sort();
}
