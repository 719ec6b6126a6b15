import {
  Arg,
  Args,
  ArgsType,
  Ctx,
  Field,
  FieldResolver,
  ID,
  Int,
  Mutation,
  ObjectType,
  Query,
  Resolver,
  Root,
} from 'type-graphql';
import { ForwardPage, Page } from '../api/connection-types.js';
import type { Context, View } from '../api/context.js';
import { DeleteInput, DeletePayload } from '../api/deleting.js';
import { keyOf, requiredKey } from '../api/ids.js';
import { exactlyOne } from '../api/lookup.js';
import { GroupConnection } from '../directory/group.entity.js';
import type { RoleId } from '../kernel/ids.js';
import { askedKey } from '../kernel/text.js';
import { groupsOfRole } from './role.groups.js';
import { createRole, deleteRole, updateRole, type Author } from './role.commands.js';
import { Role, RoleConnection } from './role.entity.js';
import { CreateRoleInput, RoleAccess, RoleFilter, RoleOrder, UpdateRoleInput } from './role.inputs.js';
import { roleLoaders } from './role.loaders.js';

@ArgsType()
class RolesArgs extends Page {
  @Field(() => RoleFilter, { nullable: true, description: 'Which roles.' })
  filter?: RoleFilter | null;

  @Field(() => RoleOrder, { nullable: true, description: 'By name unless told.' })
  orderBy?: RoleOrder | null;
}

@ObjectType({ description: 'What became of the role.' })
export class RolePayload {
  @Field(() => Role, { nullable: true, description: 'The role as it is now; null when the caller may not read it.' })
  role!: Promise<Role | null>;
}

const authorOf = ({ access, now, settings }: View): Author => ({
  access,
  now,
  roleApplications: settings.roleApplications,
});
const payload = ({ view }: Context, id: RoleId): RolePayload => ({ role: view.load(roleLoaders).byId.load(id) });

@Resolver(() => Role)
export class RoleResolver {
  @Query(() => Role, { nullable: true, description: 'A role by id or by name; null when there is none to see.' })
  role(
    @Arg('id', () => ID, { nullable: true, description: 'Its id.' }) id: string | null | undefined,
    @Arg('name', () => String, { nullable: true, description: 'Its name, in any letter case.' })
    name: string | null | undefined,
    @Ctx() { view }: Context,
  ) {
    const { field, value } = exactlyOne({ id, name });
    const { byId, byName } = view.load(roleLoaders);
    if (field === 'name') return byName.load(askedKey(value));
    const key = keyOf<RoleId>('id', value, 'Role');
    return key && byId.load(key);
  }

  @Query(() => RoleConnection, {
    nullable: true,
    description: 'Roles that the caller may read, those of the system among them.',
  })
  roles(@Args(() => RolesArgs) { filter, orderBy, ...page }: RolesArgs, @Ctx() { view }: Context) {
    return view.load(roleLoaders).page(filter, orderBy, page);
  }

  @Mutation(() => RolePayload, { nullable: true, description: 'Creates a role of the tenant.' })
  async createRole(@Arg('input', () => CreateRoleInput) input: CreateRoleInput, @Ctx() context: Context) {
    const author = authorOf(context.view);
    return payload(context, await context.write(tx => createRole(tx, author, input)));
  }

  @Mutation(() => RolePayload, {
    nullable: true,
    description: 'Changes a role of the tenant; `access` replaces all rows.',
  })
  async updateRole(@Arg('input', () => UpdateRoleInput) input: UpdateRoleInput, @Ctx() context: Context) {
    const author = authorOf(context.view);
    const id = requiredKey<RoleId>('input.id', input.id, 'Role');
    await context.write(tx => updateRole(tx, author, id, input));
    return payload(context, id);
  }

  @Mutation(() => DeletePayload, {
    nullable: true,
    description: 'Deletes a role, and the policies that it leaves empty.',
  })
  async deleteRole(
    @Arg('input', () => DeleteInput) input: DeleteInput,
    @Ctx() context: Context,
  ): Promise<DeletePayload> {
    const id = requiredKey<RoleId>('input.id', input.id, 'Role');
    await context.write(tx => deleteRole(tx, id));
    return { deletedId: input.id };
  }

  @FieldResolver(() => [RoleAccess], { nullable: true, description: 'Its rows.' })
  access(@Root() { id }: Role, @Ctx() { view }: Context) {
    return view.load(roleLoaders).access.load(id);
  }

  @FieldResolver(() => [String], { nullable: true, description: 'The applications of its rows.' })
  async applications(@Root() { id }: Role, @Ctx() { view }: Context) {
    const rows = await view.load(roleLoaders).access.load(id);
    return [...new Set(rows.map(({ permission }) => permission.slice(0, permission.indexOf(':'))))].sort();
  }

  @FieldResolver(() => Int, { nullable: true, description: 'How many rows it has.' })
  async accessCount(@Root() { id }: Role, @Ctx() { view }: Context) {
    return (await view.load(roleLoaders).access.load(id)).length;
  }

  @FieldResolver(() => Int, { nullable: true, description: 'How many policies have it.' })
  policyCount(@Root() { id }: Role, @Ctx() { view }: Context) {
    return view.load(roleLoaders).policyCount.load(id);
  }

  @FieldResolver(() => GroupConnection, { nullable: true, description: 'Groups that have it.' })
  groups(@Root() { id }: Role, @Args(() => ForwardPage) page: ForwardPage, @Ctx() { view }: Context) {
    return view.access.mayReadSome('role') ? view.load(groupsOfRole)(id, page) : null;
  }
}
