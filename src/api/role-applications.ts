import { sql, type RawBuilder } from 'kysely';
import type { Condition } from './sql.js';

/** The application of Grantry itself, which a plain `*` leaves out. */
const OWN = 'rbac';

/** Whether custom roles may use an application: it is on the list, or `*` is and it is not Grantry's own. */
export const isRoleApplication = (allowed: readonly string[], application: string): boolean =>
  allowed.includes(application) || (allowed.includes('*') && application !== OWN);

/** The same as a condition on a column. */
export const mayUseApplication = (allowed: readonly string[], column: RawBuilder<unknown>): Condition =>
  sql`(${column} = any(${allowed}::text[]) or (${allowed.includes('*')} and ${column} <> ${OWN}))`;
