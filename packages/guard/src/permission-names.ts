/**
 * Declared anew by the file that `grantry-permissions` writes: its `permission` is then the union of all names, and others do
 * not compile. Without such a file any three parts are a permission.
 */
// eslint-disable-next-line @typescript-eslint/no-empty-object-type -- filled by declaration merging, which only interfaces allow
export interface Register {}

type Registered = Register extends { permission: infer Name extends string } ? Name : null;

/** The name of a permission: application:resource:verb. */
export type PermissionName = Registered extends string ? Registered : `${string}:${string}:${string}`;

type TypeIn<Name> = Name extends `${infer Application}:${infer Resource}:${string}`
  ? `${Application}:${Resource}`
  : never;
type VerbIn<Name, Type extends string> = Name extends `${Type}:${infer Verb}` ? Verb : never;

/** The name of a resource type: application:resource. */
export type TypeName = Registered extends string ? TypeIn<Registered> : `${string}:${string}`;

/** The verbs of a type. */
export type VerbOf<Type extends TypeName> = Registered extends string ? VerbIn<Registered, Type> : string;

const PART = '[A-Za-z0-9][A-Za-z0-9._-]*';
const PERMISSION = new RegExp(`^${PART}:${PART}:${PART}$`);

/** Whether text can be asked about: three parts without wildcards. */
export const isPermission = (text: unknown): text is string => typeof text === 'string' && PERMISSION.test(text);
