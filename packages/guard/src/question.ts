import { setup } from './errors.js';
import { isPermission } from './permission-names.js';

/** The id of a resource: text, or a whole number. */
export type ResourceId = string | number | bigint;

/** Attributes of a resource as the caller would have them, laid over those that Grantry knows. */
export type Attributes = Readonly<Record<string, unknown>>;

/** What a question is about: `on` names a resource; without it the question is asked in general. */
export type About = { readonly on?: ResourceId | null; readonly context?: Attributes };

/** A question as Grantry gets it. */
export type Question = {
  readonly permission: string;
  readonly resourceId?: string;
  readonly context?: Attributes;
  /** Whether reasons and filters are asked for as well. */
  readonly detailed: boolean;
  /** The same for the same question. */
  readonly text: string;
};

const LONGEST_ID = 255;

/** A resource id as text; null for one that no resource can have. Throws for what is no id at all. */
function idText(id: unknown, permission: string): string | null {
  if (id === null) return null;
  const isWhole = typeof id === 'bigint' || (typeof id === 'number' && Number.isSafeInteger(id));
  const text = isWhole ? String(id) : id;
  if (typeof text !== 'string') throw setup(`A question about ${permission} is on ${typeof id}, which is no id`);
  const possible = text !== '' && !text.includes('\0') && text.isWellFormed() && [...text].length <= LONGEST_ID;
  return possible ? text : null;
}

/** The attributes as Grantry will get them, which stay so when the caller goes on to change its own. */
function contextOf({ context }: About, permission: string): Attributes | undefined {
  if (context === undefined) return undefined;
  const copy = copyOf(context);
  if (typeof copy !== 'object' || copy === null || Array.isArray(copy))
    throw setup(`The context of a question about ${permission} is no object of JSON`);
  return copy as Attributes;
}

function copyOf(value: unknown): unknown {
  try {
    return JSON.parse(JSON.stringify(value));
  } catch {
    return undefined;
  }
}

/** Throws for what would else be a question in general, such as `{ id }` or the id by itself. */
function assertAbout(about: About, permission: string): void {
  const isObject = typeof about === 'object' && about !== null;
  if (!isObject || Object.keys(about).some(key => key !== 'on' && key !== 'context'))
    throw setup(`What a question about ${permission} is about is said as { on, context }, and nothing else`);
}

/**
 * The question, or null when it is on no resource: that is never asked in general, which could be a yes. Throws what has to
 * be corrected by whoever writes the server, such as an id that is undefined.
 */
export function questionOf(permission: string, about: About, detailed = false): Question | null {
  if (!isPermission(permission)) throw setup(`'${String(permission)}' is no permission: application:resource:verb`);
  assertAbout(about, permission);
  const context = contextOf(about, permission);
  const resourceId = 'on' in about ? idText(about.on, permission) : undefined;
  if (resourceId === null) return null;
  const text = JSON.stringify([permission, resourceId ?? null, context ?? null, detailed]);
  return { permission, ...(resourceId !== undefined && { resourceId }), ...(context && { context }), detailed, text };
}
