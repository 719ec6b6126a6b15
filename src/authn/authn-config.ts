import type { ServiceClient } from './service-client.js';

/** Which credentials are accepted, and how they are checked. What is absent is not accepted, or not checked. */
export type AuthnConfig = {
  /** Key of HS256 tokens. */
  readonly jwtSecret?: string;
  /** Where the public keys of all other tokens are published. */
  readonly jwksUrl?: URL;
  readonly jwtIssuer?: string;
  readonly jwtAudience?: string;
  readonly clients: readonly ServiceClient[];
  /** Whether whoever sets the `x-rh-…` headers is believed: a proxy in front removes those of strangers. */
  readonly trustIdentityHeader: boolean;
};

/** Whether anybody can sign in at all. */
export const authnConfigured = (authn: AuthnConfig): boolean =>
  authn.jwtSecret !== undefined || authn.jwksUrl !== undefined || authn.clients.length > 0 || authn.trustIdentityHeader;
