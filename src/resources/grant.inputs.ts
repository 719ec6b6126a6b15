import { GraphQLDateTime } from 'graphql-scalars';
import { Field, InputType } from 'type-graphql';
import { SubjectInput } from '../policy/decision.types.js';

@InputType({ description: 'Many permissions, to many subjects, on many resources: at most 1000 combinations.' })
export class GrantPermissionsInput {
  @Field(() => [String], { description: 'Permissions of one type, application:resource:verb; the verb may be `*`.' })
  permissions!: string[];

  @Field(() => [SubjectInput], { description: 'Principals and groups.' })
  subjects!: SubjectInput[];

  @Field(() => [String], {
    nullable: true,
    description: 'On these resources; absent: on all of the type. An empty list is none.',
  })
  resourceIds?: string[] | null;

  @Field(() => GraphQLDateTime, { nullable: true, description: 'In the future. Absent: unchanged; null: never.' })
  expiresAt?: Date | null;

  @Field(() => String, { nullable: true, description: 'Why. Absent: unchanged.' })
  reason?: string | null;
}

@InputType({ description: 'Many permissions, from many subjects, on many resources: at most 1000 combinations.' })
export class RevokePermissionsInput {
  @Field(() => [String], {
    description: 'Permissions of one type, application:resource:verb; `*` is a grant of its own.',
  })
  permissions!: string[];

  @Field(() => [SubjectInput], { description: 'Principals and groups.' })
  subjects!: SubjectInput[];

  @Field(() => [String], {
    nullable: true,
    description: 'On these resources; absent: on all of the type. An empty list is none.',
  })
  resourceIds?: string[] | null;
}
