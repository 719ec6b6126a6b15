import { raw, ReferenceKind, type EntityMetadata, type EntityProperty } from '@mikro-orm/core';
import { accessOf } from './access.js';
import type { Rule, Rules } from './protection.js';
import { currentScope } from './scope.js';

export type Condition = Record<PropertyKey, unknown>;
/** What of a type may be read now: no restriction, or the ids of the property; `list` makes the operand of $in and $nin. */
export type Limit = { readonly property: string; readonly list: () => unknown };

/** From this many ids on, they are one parameter instead of one each, where the database can do that. */
const MANY = 500;

/** Answers what the scope that runs now may read of each entity. */
export class Limits {
  constructor(
    private readonly rules: Rules,
    private readonly maxIds: number,
    private readonly inOneParameter: boolean,
  ) {}

  /** The rule of an entity that is filtered automatically. */
  ruleOf(meta: EntityMetadata | undefined): Rule | undefined {
    const rule = this.knownRuleOf(meta);
    return rule?.automatic ? rule : undefined;
  }

  /** The rule of an entity, filtered automatically or not. */
  knownRuleOf(meta: EntityMetadata | undefined): Rule | undefined {
    return meta && this.rules.get(meta.root);
  }

  /** Whether rows of the entity are protected or hold the id of a protected row. */
  isTouched(meta: EntityMetadata): boolean {
    const holdsId = ({ kind, owner, targetMeta }: EntityProperty) =>
      (kind === ReferenceKind.MANY_TO_ONE || (kind === ReferenceKind.ONE_TO_ONE && owner)) && !!this.ruleOf(targetMeta);
    return !!this.ruleOf(meta) || meta.relations.some(holdsId);
  }

  /** Undefined when there is nothing to restrict. Nobody may read nothing. */
  async of(rule: Rule | undefined): Promise<Limit | undefined> {
    const scope = currentScope();
    if (!rule || scope.kind === 'unrestricted') return undefined;
    if (scope.kind === 'nobody') return this.limit(rule, []);
    const access = await accessOf(scope, rule.permission, this.maxIds);
    return access.everything ? undefined : this.limit(rule, access.ids);
  }

  private limit(rule: Rule, ids: readonly string[]): Limit {
    const values = ids.map(rule.read).filter(id => id !== undefined);
    const many = this.inOneParameter && values.length >= MANY;
    return { property: rule.property, list: () => (many ? fromJson(values, rule.column) : [...values]) };
  }
}

/** The condition that a row is within the limit. */
export const within = ({ property, list }: Limit): Condition => ({ [property]: { $in: list() } });

/** The condition that a row is hidden. */
export const beyond = ({ property, list }: Limit): Condition => ({ [property]: { $nin: list() } });

const fromJson = (values: readonly (string | number)[], column: string) =>
  raw(`select value::${column.replace('serial', 'int')} from jsonb_array_elements_text(?::jsonb)`, [
    JSON.stringify(values),
  ]);
