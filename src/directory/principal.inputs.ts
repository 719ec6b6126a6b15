import { Field, ID, InputType, registerEnumType } from 'type-graphql';
import { Direction } from '../api/enums.js';
import { NameMatch } from '../api/sql.js';
import { PrincipalType } from './principal.entity.js';

@InputType({ description: 'What a principal can be given at its creation.' })
export class CreatePrincipalInput {
  @Field(() => String, { description: '1–150 printable characters; stored in lower case; unique in the tenant.' })
  username!: string;

  @Field(() => PrincipalType, {
    nullable: true,
    defaultValue: PrincipalType.USER,
    description: 'User or service account.',
  })
  type?: PrincipalType | null;

  @Field(() => String, { nullable: true, description: 'Where to write to.' })
  email?: string | null;

  @Field(() => String, { nullable: true, description: 'Id in the user directory.' })
  externalId?: string | null;

  @Field(() => Boolean, { nullable: true, defaultValue: true, description: 'An inactive one holds nothing.' })
  active?: boolean | null;

  @Field(() => Boolean, { nullable: true, defaultValue: false, description: 'May use the whole management API.' })
  orgAdmin?: boolean | null;

  @Field(() => Boolean, { nullable: true, defaultValue: false, description: 'Passes every check.' })
  superuser?: boolean | null;
}

@InputType({ description: 'Absent fields stay as they are; null clears where clearing makes sense.' })
export class UpdatePrincipalInput {
  @Field(() => ID, { description: 'The principal.' })
  id!: string;

  @Field(() => String, { nullable: true, description: 'A new username.' })
  username?: string | null;

  @Field(() => PrincipalType, { nullable: true, description: 'User or service account.' })
  type?: PrincipalType | null;

  @Field(() => String, { nullable: true, description: 'Where to write to.' })
  email?: string | null;

  @Field(() => String, { nullable: true, description: 'Id in the user directory.' })
  externalId?: string | null;

  @Field(() => Boolean, { nullable: true, description: 'An inactive one holds nothing.' })
  active?: boolean | null;

  @Field(() => Boolean, { nullable: true, description: 'May use the whole management API.' })
  orgAdmin?: boolean | null;

  @Field(() => Boolean, { nullable: true, description: 'Passes every check.' })
  superuser?: boolean | null;
}

@InputType({ description: 'Every condition that is given has to hold.' })
export class PrincipalFilter {
  @Field(() => [String], { nullable: true, description: 'One of these, exactly.' })
  usernames?: string[] | null;

  @Field(() => String, { nullable: true, description: 'By username, as `match` says.' })
  username?: string | null;

  @Field(() => NameMatch, {
    nullable: true,
    defaultValue: NameMatch.PARTIAL,
    description: 'How usernames are compared.',
  })
  match?: NameMatch | null;

  @Field(() => String, { nullable: true, description: 'Exactly this one.' })
  email?: string | null;

  @Field(() => PrincipalType, { nullable: true, description: 'Users or service accounts.' })
  type?: PrincipalType | null;

  @Field(() => Boolean, { nullable: true, description: 'Active or inactive ones.' })
  active?: boolean | null;

  @Field(() => Boolean, { nullable: true, description: 'Organisation administrators, or the others.' })
  orgAdmin?: boolean | null;

  @Field(() => ID, { nullable: true, description: 'Has a live membership in the group.' })
  groupId?: string | null;
}

export enum PrincipalOrderField {
  USERNAME = 'USERNAME',
  CREATED = 'CREATED',
  MODIFIED = 'MODIFIED',
}
registerEnumType(PrincipalOrderField, { name: 'PrincipalOrderField', description: 'What principals are sorted by.' });

@InputType({ description: 'How principals are sorted; ties go by id.' })
export class PrincipalOrder {
  @Field(() => PrincipalOrderField, { description: 'What to sort by.' })
  field!: PrincipalOrderField;

  @Field(() => Direction, { defaultValue: Direction.ASC, description: 'Which way.' })
  direction!: Direction;
}
