import { GraphQLJSON } from 'graphql-scalars';
import { Field, InputType } from 'type-graphql';

@InputType({
  description:
    'Who gets which verbs. Each value is a list of verbs, or a map from codename to list with an optional `default` that is always added. Absent or null: the default.',
})
export class AssignmentPolicyInput {
  @Field(() => GraphQLJSON, { nullable: true, description: 'The member, by its roles in the group.' })
  owner?: unknown;

  @Field(() => [String], { nullable: true, description: 'The group itself.' })
  group?: string[] | null;

  @Field(() => GraphQLJSON, { nullable: true, description: 'Every group above it, by group type.' })
  groupsUpstream?: unknown;

  @Field(() => GraphQLJSON, { nullable: true, description: 'Every group below it, by group type.' })
  groupsDownstream?: unknown;

  @Field(() => GraphQLJSON, { nullable: true, description: 'Groups with the same parent, by group type.' })
  groupsSiblings?: unknown;
}
