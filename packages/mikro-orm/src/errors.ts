/** What went wrong: how the package is set up, how it is used, or that Grantry gave no usable answer. */
export type GrantryErrorCode = 'SETUP' | 'NOT_FILTERED' | 'MIXED_SCOPES' | 'NO_ANSWER' | 'TOO_MANY_IDS';

/** The only error this package throws. Where it is thrown, no row has been handed out. */
export class GrantryError extends Error {
  override readonly name = 'GrantryError';

  constructor(
    readonly code: GrantryErrorCode,
    message: string,
    options?: ErrorOptions,
  ) {
    super(message, options);
  }
}
