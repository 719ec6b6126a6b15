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
};

const LONGEST_ID = 255;

/** A resource id as text; null for one that no resource can have. Throws for what is no id at all. */
function idText(id: unknown, permission: string): string | null {
  if (typeof id === 'bigint' || Number.isSafeInteger(id)) return String(id);
  if (id === null) return null;
  if (typeof id !== 'string') throw setup(`A question about ${permission} is on ${typeof id}, which is no id`);
  const possible = id !== '' && !id.includes('\0') && id.isWellFormed() && [...id].length <= LONGEST_ID;
  return possible ? id : null;
}

/**
 * The question, or null when it is on no resource: that is never asked in general, which could be a yes. Throws what has to
 * be corrected by whoever writes the server, such as an id that is undefined.
 */
export function questionOf(permission: string, about: About, detailed = false): Question | null {
  if (!isPermission(permission)) throw setup(`'${String(permission)}' is no permission: application:resource:verb`);
  const { context } = about;
  if (context !== undefined && (typeof context !== 'object' || context === null || Array.isArray(context)))
    throw setup(`The context of a question about ${permission} is no object`);
  const more = { detailed, ...(context && { context }) };
  if (!('on' in about)) return { permission, ...more };
  const resourceId = idText(about.on, permission);
  return resourceId === null ? null : { permission, resourceId, ...more };
}

/** The same text for the same question. */
export const textOf = ({ permission, resourceId, context, detailed }: Question): string =>
  JSON.stringify([permission, resourceId ?? null, context ?? null, detailed]);
