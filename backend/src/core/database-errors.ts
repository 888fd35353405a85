import { codeOf } from './error-facts.js';

/** Why there is no working database. */
export type DatabaseFailure =
  | 'UNREACHABLE' // no server answered in time
  | 'REFUSED' // the server answered, and does not let us in: user, password, database name
  | 'TOO_OLD' // the server is older than what the schema needs
  | 'MIGRATION' // the schema could not be brought up to date
  | 'OTHER_KIND'; // it holds simulated events and real ones are to be recorded, or the other way round

/** The database cannot be used. The message says what can be done about it and never holds the password. */
export class DatabaseError extends Error {
  readonly code = 'DATABASE';

  constructor(
    readonly failure: DatabaseFailure,
    message: string,
    options?: ErrorOptions,
  ) {
    super(message, options);
    this.name = 'DatabaseError';
  }
}

/** The SQLSTATE of what `pg` threw, or undefined if the server never said anything. */
export function sqlStateOf(error: unknown): string | undefined {
  const code = codeOf(error);
  return code !== undefined && /^[0-9A-Z]{5}$/.test(code) ? code : undefined;
}

/** Data exceptions, broken constraints, and rows too large for a page or an index. */
const DATA_CLASSES: ReadonlySet<string> = new Set(['22', '23', '54']);

/**
 * True if the rows themselves are what the server refuses, so that trying again cannot help. Everything else is about
 * the server and passes: down, starting, full (53100), read-only (25006), locked, out of connections, not migrated yet.
 * Source: PostgreSQL 18 documentation, appendix A.
 */
export function isDataError(error: unknown): boolean {
  return DATA_CLASSES.has(sqlStateOf(error)?.slice(0, 2) ?? '');
}
