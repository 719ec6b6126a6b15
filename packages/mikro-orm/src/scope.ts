import { AsyncLocalStorage } from 'node:async_hooks';
import type { Access } from './access.js';
import type { Ask } from './client.js';

/** Whom a service client asks about; at most one field. Without it Grantry decides about whoever sends the question. */
export type Subject = {
  readonly username?: string;
  readonly principalId?: string;
  readonly groupId?: string;
  readonly groupName?: string;
  readonly anonymous?: true;
};

/** On whose behalf rows are read: how to ask Grantry, and about whom. */
export type Caller = { readonly ask: Ask; readonly subject?: Subject };

export type CallerScope = {
  readonly kind: 'caller';
  readonly caller: Caller;
  /** The answers of Grantry in this scope, by permission. */
  readonly answers: Map<string, Promise<Access>>;
};
export type Scope = { readonly kind: 'nobody' } | { readonly kind: 'unrestricted' } | CallerScope;

const NOBODY: Scope = { kind: 'nobody' };
const UNRESTRICTED: Scope = { kind: 'unrestricted' };
const storage = new AsyncLocalStorage<Scope>();

/** The scope that the running code is in. */
export const currentScope = (): Scope => storage.getStore() ?? NOBODY;

/** Whether the running code may read everything. */
export const isFree = (): boolean => currentScope().kind === 'unrestricted';

/**
 * Runs the work on behalf of the caller: reads of protected types return only what the caller may view. Grantry is asked
 * once for each type, at its first read, and the answer holds until the work ends; run each request in a scope of its own.
 */
export const runAs = <Result>(caller: Caller, work: () => Result): Result =>
  storage.run({ kind: 'caller', caller, answers: new Map() }, work);

/** Runs the work without any restriction, on behalf of nobody. Use an EntityManager of its own inside: `em.fork()`. */
export const unrestricted = <Result>(work: () => Result): Result => storage.run(UNRESTRICTED, work);
