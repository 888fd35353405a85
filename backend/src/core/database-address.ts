import { type ClientConfig } from 'pg';

/** Where a Postgres server is: one that was configured, or the embedded one behind its socket. */
export type DatabaseAddress =
  | { readonly connectionString: string }
  | { readonly host: string; readonly port: number; readonly user: string; readonly database: string };

/** The address for people and logs, without the password. */
export function describeAddress(address: DatabaseAddress): string {
  if (!('connectionString' in address)) return `the embedded Postgres at ${address.host}`;
  const url = new URL(address.connectionString);
  return `${url.hostname === '' ? 'localhost' : url.hostname}:${url.port === '' ? '5432' : url.port}${url.pathname}`;
}

/** Limits of a session, in ms. */
export interface SessionLimits {
  /** A statement that runs longer is cancelled; 0 for no limit. */
  readonly statementMs: number;
  /** A statement that waits longer for a lock is cancelled; 0 for no limit. */
  readonly lockMs: number;
}

/** What the API may take. */
export const READER_LIMITS: SessionLimits = { statementMs: 5_000, lockMs: 3_000 };
/** What recording may take. */
export const WRITER_LIMITS: SessionLimits = { statementMs: 15_000, lockMs: 3_000 };
/** Changing the schema of a large table takes as long as it takes. */
export const MIGRATION_LIMITS: SessionLimits = { statementMs: 0, lockMs: 0 };

const CONNECT_WITHIN_MS = 5_000;
/** On top of the server's own limit: the answer that never comes because the network is gone. */
const SILENCE_MS = 3_000;

/**
 * Connection settings for `pg`. Every session speaks UTC, whatever the server and this machine are set to, and waits
 * for the disk at commit even where the server's default is not to.
 */
export function clientConfig(address: DatabaseAddress, limits: SessionLimits): ClientConfig {
  const settings = {
    timezone: 'UTC',
    synchronous_commit: 'on',
    idle_in_transaction_session_timeout: 60_000,
    statement_timeout: limits.statementMs,
    lock_timeout: limits.lockMs,
  };
  return {
    ...address,
    application_name: 'orderfox',
    options: Object.entries(settings)
      .map(([name, value]) => `-c ${name}=${value}`)
      .join(' '),
    connectionTimeoutMillis: CONNECT_WITHIN_MS,
    keepAlive: true,
    ...(limits.statementMs > 0 && { query_timeout: limits.statementMs + SILENCE_MS }),
  };
}
