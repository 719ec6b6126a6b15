/** The three parts of `application:resource:verb`. */
export type PermissionParts = { readonly application: string; readonly resource: string; readonly verb: string };

const PART = /^[A-Za-z0-9][A-Za-z0-9._-]*$/;
const LONGEST = 255;

/**
 * Reads a permission. Null unless it has exactly three parts; letter case counts; `*` may stand only as the whole
 * second or third part.
 */
export function parsePermission(text: string): PermissionParts | null {
  const [application, resource, verb, ...rest] = text.split(':');
  if (application === undefined || resource === undefined || verb === undefined || rest.length > 0) return null;
  const wellFormed = PART.test(application) && [resource, verb].every(part => part === '*' || PART.test(part));
  return wellFormed && text.length <= LONGEST ? { application, resource, verb } : null;
}

/** Whether a permission stands for more than one: `*` as resource or verb. */
export const isWildcard = ({ resource, verb }: PermissionParts) => resource === '*' || verb === '*';

/** Whether text can be a verb by itself. */
export const isVerb = (text: string) => PART.test(text) && text.length <= LONGEST;
