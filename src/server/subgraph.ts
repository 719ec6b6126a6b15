import { extendSchema, parse, type GraphQLSchema, type GraphQLUnionType } from 'graphql';
import type { Context } from '../api/context.js';
import type { Rules } from '../api/guarded.js';
import type { Node } from '../api/node.js';
import { guard } from '../api/rules.js';
import { allow } from '../api/shield.js';
import { forbidden, unauthenticated } from '../kernel/errors.js';
import { parseGlobalId } from '../kernel/ids.js';
import { Protected } from '../resources/protected.js';
import { entityNames, subgraphText } from './federation.js';
import { entitiesOf } from './references.js';

const added = (entities: readonly string[]) =>
  parse(/* GraphQL */ `
    "A reference to an object: an object with \`__typename\` and the fields of its key."
    scalar _Any

    "Something that other subgraphs can refer to."
    union _Entity = ${entities.join(' | ')}

    "This API as a subgraph."
    type _Service {
      "The schema as text, with the directives of federation."
      sdl: String!
    }

    extend type Query {
      "For composition: this API as a subgraph."
      _service: _Service!

      "For routers: objects by reference, in order; null for each that is not to be seen."
      _entities(
        "At most 1000."
        representations: [_Any!]!
      ): [_Entity]!
    }
  `);

/**
 * The schema as a subgraph of Apollo Federation 2. It is extended, not built anew from its text, so that all fields keep
 * their resolvers and extensions.
 */
export function asSubgraph(schema: GraphQLSchema): GraphQLSchema {
  const text = subgraphText(schema);
  const subgraph = extendSchema(schema, added(entityNames(schema)));
  const { _service, _entities } = subgraph.getQueryType()!.getFields();
  _service!.resolve = () => ({ sdl: text });
  _entities!.resolve = (_root, { representations }: { representations: unknown[] }, { view }: Context) =>
    entitiesOf(view, representations);
  const entity = subgraph.getType('_Entity') as GraphQLUnionType;
  entity.resolveType = (value: Node | Protected) =>
    value instanceof Protected ? 'Protected' : parseGlobalId(value.globalId)?.type;
  return subgraph;
}

/**
 * Rules of what routers ask. The text is as open as introspection is; service clients, such as a router, read it in any
 * case. References are answered by the loaders, which leave out what the caller may not read.
 */
export const subgraphRules = (textIsOpen: boolean): Rules => ({
  Query: { _service: textIsOpen ? allow : clientsOnly, _entities: allow },
  _Service: { '*': allow },
});

const clientsOnly = guard(({ caller }) => {
  if (caller.kind === 'service') return true;
  const why = 'The schema is read by service clients alone';
  return caller.kind === 'anonymous' ? unauthenticated(why) : forbidden(why);
});
