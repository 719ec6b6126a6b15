import {
  getArgumentValues,
  isEnumType,
  isInputObjectType,
  isInterfaceType,
  isIntrospectionType,
  isObjectType,
  type ConstDirectiveNode,
  type GraphQLDirective,
  type GraphQLField,
  type GraphQLObjectType,
  type GraphQLSchema,
} from 'graphql';

/** A use of the directive as it was written: its arguments, or why they are none. */
export type Written = { readonly args: Readonly<Record<string, unknown>> } | { readonly problem: string };

/** A field of an object type, with the uses of the directive on it and on its type. */
export type UsedField = {
  readonly type: GraphQLObjectType;
  readonly field: GraphQLField<unknown, unknown>;
  readonly onField: readonly Written[];
  readonly onType: readonly Written[];
};

type Nodes = { readonly directives?: readonly ConstDirectiveNode[] };
/** A part of a schema. */
type Element = {
  readonly astNode?: unknown;
  readonly extensionASTNodes?: readonly unknown[] | null;
  readonly extensions?: object;
};

/**
 * The uses of a directive on an element, read from the text of the schema and from `extensions.directives`, where schema builders
 * put them. Both are read by themselves: a schema need not define the directive to have it.
 */
export function usesOf(directive: GraphQLDirective, { astNode, extensionASTNodes, extensions }: Element): Written[] {
  const nodes = [astNode, ...(extensionASTNodes ?? [])] as (Nodes | null | undefined)[];
  const inText = nodes.flatMap(node => node?.directives ?? []).filter(({ name }) => name.value === directive.name);
  return [...inText.map(node => written(directive, node)), ...inExtensions(directive.name, extensions ?? {})];
}

function written(directive: GraphQLDirective, node: ConstDirectiveNode): Written {
  const known = directive.args.map(({ name }) => name);
  const unknown = (node.arguments ?? []).map(({ name }) => name.value).find(name => !known.includes(name));
  if (unknown !== undefined) return { problem: `there is no argument '${unknown}'` };
  try {
    return { args: getArgumentValues(directive, node) };
  } catch (error) {
    return { problem: (error as Error).message };
  }
}

/** Either `{ access: {…} }`, with a list where it is repeated, or `[{ name: 'access', args: {…} }]`. */
function inExtensions(name: string, { directives }: { readonly directives?: unknown }): Written[] {
  const entries = Array.isArray(directives)
    ? (directives as { name?: unknown; args?: unknown }[]).filter(one => one.name === name).map(one => one.args)
    : [(directives as Record<string, unknown> | null | undefined)?.[name] ?? []].flat();
  return entries.map(args => ({ args: { ...(args as object) } }));
}

/** The fields of object types that the directive stands on, or on whose type it stands. */
export function usedFields(schema: GraphQLSchema, directive: GraphQLDirective): UsedField[] {
  const types = Object.values(schema.getTypeMap()).filter(type => isObjectType(type) && !isIntrospectionType(type));
  return (types as GraphQLObjectType[])
    .flatMap(type => {
      const onType = usesOf(directive, type);
      const fields = Object.values(type.getFields());
      return fields.map(field => ({ type, field, onField: usesOf(directive, field), onType }));
    })
    .filter(({ onField, onType }) => onField.length + onType.length > 0);
}

/** Where the directive stands without being able to guard anything. */
export function misplaced(schema: GraphQLSchema, directive: GraphQLDirective): string[] {
  const places = Object.values(schema.getTypeMap()).flatMap(type => {
    const { name } = type;
    const own: [string, Element][] = isObjectType(type) ? [] : [[name, type]];
    return [...own, ...membersOf(name, type)];
  });
  return [['schema', schema] as [string, Element], ...places]
    .filter(([, element]) => usesOf(directive, element).length > 0)
    .map(([place]) => place);
}

function membersOf(name: string, type: unknown): [string, Element][] {
  if (isEnumType(type)) return type.getValues().map(value => [`${name}.${value.name}`, value]);
  if (isInputObjectType(type)) return Object.values(type.getFields()).map(field => [`${name}.${field.name}`, field]);
  if (!isObjectType(type) && !isInterfaceType(type)) return [];
  return Object.values(type.getFields()).flatMap(field => {
    const place = `${name}.${field.name}`;
    const args = field.args.map((arg): [string, Element] => [`${place}(${arg.name})`, arg]);
    return isInterfaceType(type) ? [[place, field] as [string, Element], ...args] : args;
  });
}
