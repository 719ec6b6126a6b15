import type { PrincipalId, TenantId } from './ids.js';

/** What a service client may be allowed to do. No scope implies another. */
export const SCOPES = ['check', 'read', 'write', 'grant', 'catalogue', 'operate'] as const;
export type ClientScope = (typeof SCOPES)[number];

/** Who is asking. `anonymous` is spelled out, so that nobody can slip through as `undefined`. */
export type Caller =
  | { readonly kind: 'user'; readonly tenantId: TenantId; readonly principalId: PrincipalId; readonly username: string }
  | {
      readonly kind: 'service';
      readonly tenantId: TenantId | null;
      readonly clientId: string;
      readonly scopes: ReadonlySet<ClientScope>;
    }
  | { readonly kind: 'anonymous'; readonly tenantId: TenantId | null };

/** Whether the caller is a service client that was given the scope. */
export const hasScope = (caller: Caller, scope: ClientScope): boolean =>
  caller.kind === 'service' && caller.scopes.has(scope);
