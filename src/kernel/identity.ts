import type { ClientScope } from './caller.js';

/** A tenant as a request names it: by its slug, by its external id, or by either. */
export type TenantName = { readonly by: 'slug' | 'externalId' | 'either'; readonly value: string };

/**
 * What a request proves about its sender, before the database is asked. The directory makes a `Caller` of it.
 * `statedTenant` is the `x-grantry-tenant` header beside a user's token; it has to name the same tenant.
 */
export type Identity =
  | {
      readonly kind: 'user';
      readonly tenant: TenantName;
      readonly statedTenant?: string;
      /** In lower case. */
      readonly username: string;
      readonly serviceAccount: boolean;
      /** Absent: the credential does not say, and the stored value stays. */
      readonly orgAdmin?: boolean;
      readonly email?: string;
    }
  | {
      readonly kind: 'service';
      readonly clientId: string;
      readonly scopes: ReadonlySet<ClientScope>;
      /** Slugs of the tenants it may act in, or `*` for all. */
      readonly tenants: readonly string[];
      readonly tenant: TenantName | null;
    }
  | { readonly kind: 'anonymous'; readonly tenant: TenantName | null };
