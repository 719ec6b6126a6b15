import type { RawBuilder } from 'kysely';
import type { TenantId } from '../kernel/ids.js';
import { compiled, type Run, type Statement } from './statement.js';

/** Reads bound to one tenant. Each statement has to say `tenant_id = ${scope.tenantId}` for each table of a tenant. */
export class Scope {
  constructor(
    readonly tenantId: TenantId,
    protected readonly run: Run,
  ) {}

  /** Runs a `sql` template. */
  query<Row>(query: RawBuilder<unknown>): Promise<Row[]> {
    return this.run<Row>(compiled(query));
  }

  /** Runs a statement that was written once, and is prepared where it has a name. */
  prepared<Row>(statement: Statement): Promise<Row[]> {
    return this.run<Row>(statement);
  }
}
