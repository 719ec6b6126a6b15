import { ArgsType, Field, Int, ObjectType, type ClassType } from 'type-graphql';
import type { Connection, Edge } from './connection.js';
import { allow } from './shield.js';

@ArgsType()
export class ForwardPage {
  @Field(() => Int, { nullable: true, description: 'How many entries, 20 unless told, at most 1000.' })
  first?: number | null;

  @Field(() => String, { nullable: true, description: 'Entries behind this cursor.' })
  after?: string | null;
}

@ArgsType()
export class Page extends ForwardPage {
  @Field(() => Int, { nullable: true, description: 'How many entries from the end, instead of `first`.' })
  last?: number | null;

  @Field(() => String, { nullable: true, description: 'Entries before this cursor.' })
  before?: string | null;
}

@ObjectType({ description: 'Where a page stands in its list.' })
export class PageInfo {
  @Field(() => Boolean, { description: 'Whether there are entries behind this page.' })
  hasNextPage!: boolean;

  @Field(() => Boolean, { description: 'Whether there are entries before this page.' })
  hasPreviousPage!: boolean;

  @Field(() => String, { nullable: true, description: 'Cursor of the first entry.' })
  startCursor!: string | null;

  @Field(() => String, { nullable: true, description: 'Cursor of the last entry; pass it as `after`.' })
  endCursor!: string | null;
}

/** The edge type `${name}Edge`; extend it in a class of its own for edges that say more. */
export function edgeType<N extends object>(name: string, node: () => ClassType<N>): ClassType<Edge<N>> {
  @ObjectType(`${name}Edge`, { description: 'An entry of a list, and its place there.' })
  class EdgeOf {
    @Field(() => String, { description: 'The place of this entry.' })
    cursor!: string;

    @Field(() => node(), { description: 'The entry itself.' })
    node!: N;
  }
  return EdgeOf as unknown as ClassType<Edge<N>>;
}

/** The connection type `${name}Connection` over edges of the given type. */
export function connectionType<N extends object, E extends Edge<N>>(
  name: string,
  node: () => ClassType<N>,
  edge: ClassType<E>,
): ClassType<Connection<N, E>> {
  @ObjectType(`${name}Connection`, { description: 'A page of a list.' })
  class ConnectionOf {
    @Field(() => [edge], { nullable: true, description: 'The entries of this page with their cursors.' })
    edges!: E[];

    @Field(() => [node()], { nullable: true, description: 'The entries of this page.' })
    nodes!: N[];

    @Field(() => PageInfo, { description: 'Where this page stands in the list.' })
    pageInfo!: PageInfo;

    @Field(() => Int, {
      nullable: true,
      simple: true, // a function that counts when it is called
      description: 'How many entries there are in all; counted only when selected.',
    })
    totalCount!: number;
  }
  return ConnectionOf as unknown as ClassType<Connection<N, E>>;
}

/** Rules of a connection and its edges: what may not be read is not in them in the first place. */
export const connectionRules = (name: string) => ({
  [`${name}Connection`]: { '*': allow },
  [`${name}Edge`]: { '*': allow },
});
