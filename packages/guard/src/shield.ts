import type { GraphQLResolveInfo } from 'graphql';
import { undecided } from './errors.js';
import type { Guard } from './guard.js';
import { guardFor, type GuardOf } from './guard-of.js';
import type { PermissionName, TypeName, VerbOf } from './permission-names.js';
import type { About, Attributes } from './question.js';
import { rule, type Rule } from './shield-modules.js';

export { allow, and, applyMiddleware, chain, deny, inputRule, or, race, rule, shield } from './shield-modules.js';
export type { Rule } from './shield-modules.js';

type Properties = Readonly<Record<string, unknown>>;

/** Reads something of a field as it is resolved: its parent, its arguments, the context of the request. */
export type FromField<Result, Parent = Properties, Args = Properties> = (
  parent: Parent,
  args: Args,
  context: unknown,
  info: GraphQLResolveInfo,
) => Result | Promise<Result>;

/** `context` makes the attributes that are laid over those of the resource. */
export type CanOptions<Parent = Properties, Args = Properties> = {
  readonly context?: FromField<Attributes, Parent, Args>;
};

/** The rules, as functions that make them. */
export type GuardRules = {
  /** The sender holds the permission in general. */
  readonly can: <Parent = Properties, Args = Properties>(
    permission: PermissionName,
    options?: CanOptions<Parent, Args>,
  ) => Rule;
  /**
   * The sender may do the verb on a resource of the type: that with the id which `idOf` answers; on each of them when it
   * answers a list. Null and an empty list are a no.
   */
  readonly canOn: <Type extends TypeName, Parent = Properties, Args = Properties>(
    verb: VerbOf<Type>,
    type: Type,
    idOf: FromField<unknown, Parent, Args>,
    options?: CanOptions<Parent, Args>,
  ) => Rule;
};

type Field<Parent, Args> = Parameters<FromField<unknown, Parent, Args>>;

/** Rules of graphql-shield by the guard that `guardOf` finds in the context. */
export function rulesWith(guardOf?: GuardOf): GuardRules {
  return {
    can<Parent, Args>(permission: PermissionName, { context }: CanOptions<Parent, Args> = {}) {
      return guardRule<Parent, Args>(guardOf, permission, async (...field) => [
        context ? { context: await context(...field) } : {},
      ]);
    },
    canOn<Type extends TypeName, Parent, Args>(
      verb: VerbOf<Type>,
      type: Type,
      idOf: FromField<unknown, Parent, Args>,
      { context }: CanOptions<Parent, Args> = {},
    ) {
      return guardRule<Parent, Args>(guardOf, `${type}:${verb}` as PermissionName, async (...field) => {
        const ids: unknown = await idOf(...field);
        const more = context ? { context: await context(...field) } : {};
        return (Array.isArray(ids) ? (ids as unknown[]) : [ids]).map(on => ({ on, ...more }) as About);
      });
    },
  };
}

/** Rules by the guard under `grantry` in the context. */
export const { can, canOn } = rulesWith();

/** Answers an error instead of throwing it: graphql-shield would take that for a no without a word. */
function guardRule<Parent, Args>(
  guardOf: GuardOf | undefined,
  permission: PermissionName,
  aboutOf: (...field: Field<Parent, Args>) => Promise<readonly About[]>,
): Rule {
  const decided = async (...field: Field<Parent, Args>): Promise<true | Error> => {
    const [, , context, info] = field;
    try {
      const guard = guardFor(context, info, guardOf);
      return (
        (await holdsAll(guard, permission, await read(guard, () => aboutOf(...field)))) || guard.denial(permission)
      );
    } catch (error) {
      return undecided(error);
    }
  };
  return rule()(decided as Parameters<ReturnType<typeof rule>>[0]);
}

async function holdsAll(guard: Guard, permission: PermissionName, all: readonly About[]): Promise<boolean> {
  const answers = await Promise.all(all.map(about => guard.check(permission, about)));
  return answers.length > 0 && answers.every(Boolean);
}

async function read<Result>(guard: Guard, work: () => Promise<Result>): Promise<Result> {
  try {
    return await work();
  } catch (error) {
    throw guard.unread(error);
  }
}
