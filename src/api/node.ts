import { Field, ID, InterfaceType } from 'type-graphql';
import { globalId, type NodeType } from '../kernel/ids.js';

@InterfaceType({ description: 'Anything with a global id; `node(id:)` finds it again.' })
export abstract class Node {
  /** The key in the table; clients never see it. */
  abstract readonly id: string;

  protected abstract nodeType(): NodeType;

  @Field(() => ID, { name: 'id', description: 'Global, opaque, and the same for as long as the object lives.' })
  get globalId(): string {
    return globalId(this.nodeType(), this.id);
  }
}
