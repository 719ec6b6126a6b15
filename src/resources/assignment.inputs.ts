import { Field, ID, InputType } from 'type-graphql';
import { AssignmentPolicyInput } from '../directory/tenant.inputs.js';

@InputType({ description: 'A resource, a group, and who of the group it is for.' })
export class AssignResourceInput {
  @Field(() => String, { description: 'application:resource.' })
  type!: string;

  @Field(() => String, { description: 'The resource; registered when it is not known yet.' })
  resourceId!: string;

  @Field(() => ID, { description: 'The group.' })
  groupId!: string;

  @Field(() => String, {
    nullable: true,
    description: 'A live member of the group, who gets what the policy gives to owners.',
  })
  username?: string | null;

  @Field(() => AssignmentPolicyInput, {
    nullable: true,
    description: 'Who gets what; the tenant’s own policy unless told.',
  })
  policy?: AssignmentPolicyInput | null;
}

@InputType({ description: 'What was assigned: the resource, the group, and the member if there was one.' })
export class UnassignResourceInput {
  @Field(() => String, { description: 'application:resource.' })
  type!: string;

  @Field(() => String, { description: 'The resource.' })
  resourceId!: string;

  @Field(() => ID, { description: 'The group.' })
  groupId!: string;

  @Field(() => String, {
    nullable: true,
    description: 'The member it was assigned to; none, when it was to nobody in particular.',
  })
  username?: string | null;
}
