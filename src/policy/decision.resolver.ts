import { GraphQLJSON } from 'graphql-scalars';
import { Arg, Ctx, FieldResolver, Query, Resolver, Root } from 'type-graphql';
import type { Context } from '../api/context.js';
import { Group } from '../directory/group.entity.js';
import { groupLoaders } from '../directory/group.loaders.js';
import { Principal } from '../directory/principal.entity.js';
import type { PolicyId, RoleId } from '../kernel/ids.js';
import { CheckInput, Decision, FilterSet, Reason, ReasonKind, SubjectInput } from './decision.types.js';
import { answerAll, answerOne } from './decisions.js';
import { Policy } from './policy.entity.js';
import { policyLoaders } from './policy.loaders.js';
import { groupOf, inWords } from './reasons.js';
import { shown } from './resource-definition.js';
import { Role } from './role.entity.js';
import { roleLoaders } from './role.loaders.js';

@Resolver(() => Decision)
export class DecisionResolver {
  @Query(() => Decision, { nullable: true, description: 'One decision; about the caller unless a subject is given.' })
  check(
    @Arg('permission', () => String, { description: 'application:resource:verb, without wildcards.' })
    permission: string,
    @Arg('resourceId', () => String, { nullable: true, description: 'On this resource; without one, in general.' })
    resourceId: string | null | undefined,
    @Arg('subject', () => SubjectInput, { nullable: true, description: 'Who; the caller unless given.' })
    subject: SubjectInput | null | undefined,
    @Arg('context', () => GraphQLJSON, { nullable: true, description: 'Attributes, laid over those of the resource.' })
    context: unknown,
    @Ctx() { view }: Context,
  ) {
    return answerOne(view, { permission, resourceId, subject, context });
  }

  @Query(() => [Decision], { nullable: true, description: 'Up to 1000 decisions in one batch, answered in order.' })
  checks(
    @Arg('requests', () => [CheckInput], {
      description: 'The questions. A malformed one gets an `error`, and is denied.',
    })
    requests: CheckInput[],
    @Ctx() { view }: Context,
  ) {
    return answerAll(view, requests);
  }

  @FieldResolver(() => [Reason], {
    description: 'Why it is allowed; for a denial, empty. Worked out only when selected.',
  })
  reasons(@Root() { answer }: Decision): Reason[] {
    return (answer?.reasons() ?? []).map(path => Object.assign(new Reason(), { path }));
  }

  @FieldResolver(() => [FilterSet], {
    description: 'Without a resource and denied: filters under which it would be allowed; alternatives of each other.',
  })
  filterSets(@Root() { answer }: Decision): FilterSet[] {
    return (answer?.filterSets() ?? []).map(definitions => ({ resourceDefinitions: shown(definitions) }));
  }
}

@Resolver(() => Reason)
export class ReasonResolver {
  @FieldResolver(() => ReasonKind, { description: 'What it comes from.' })
  kind(@Root() { path }: Reason) {
    return path.kind;
  }

  @FieldResolver(() => String, { description: 'The same in words.' })
  message(@Root() { path }: Reason) {
    return inWords(path);
  }

  @FieldResolver(() => Group, { nullable: true, description: 'The group it comes through.' })
  group(@Root() { path }: Reason, @Ctx() { view }: Context) {
    const id = groupOf(path);
    return id && view.load(groupLoaders).byId.load(id);
  }

  @FieldResolver(() => Policy, { nullable: true, description: 'The policy; none for a default group of the platform.' })
  policy(@Root() { path }: Reason, @Ctx() { view }: Context) {
    const id: PolicyId | null = path.kind === 'ROLE' ? path.row.policyId : null;
    return id && view.load(policyLoaders).ofReason.load(id);
  }

  @FieldResolver(() => Role, { nullable: true, description: 'The role it comes from.' })
  role(@Root() { path }: Reason, @Ctx() { view }: Context) {
    const id: RoleId | null = path.kind === 'ROLE' ? path.row.roleId : null;
    return id && view.load(roleLoaders).byId.load(id);
  }
}

@Resolver(() => Principal)
export class PrincipalCanResolver {
  @FieldResolver(() => Boolean, {
    nullable: true,
    description: 'Whether it may; null, with an error, unless one may ask about it.',
  })
  async can(
    @Root() { globalId: principalId }: Principal,
    @Arg('permission', () => String, { description: 'application:resource:verb.' }) permission: string,
    @Arg('resourceId', () => String, { nullable: true, description: 'On this resource.' })
    resourceId: string | null | undefined,
    @Ctx() { view }: Context,
  ) {
    return (await answerOne(view, { permission, resourceId, subject: { principalId } })).allowed;
  }
}
