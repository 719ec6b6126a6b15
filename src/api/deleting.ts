import { Field, ID, InputType, ObjectType } from 'type-graphql';
import { allow } from './shield.js';

@InputType({ description: 'What to delete.' })
export class DeleteInput {
  @Field(() => ID, { description: 'Its id.' })
  id!: string;
}

@ObjectType({ description: 'What was deleted.' })
export class DeletePayload {
  @Field(() => ID, { description: 'The id that was given.' })
  deletedId!: string;
}

export const deletingRules = { DeletePayload: { '*': allow } };
