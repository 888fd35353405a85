import { Client } from 'pg';
import { type Clock } from '@orderfox/feed';
import { clientConfig, describeAddress, READER_LIMITS, type DatabaseAddress } from './database-address.js';
import { DatabaseError, sqlStateOf } from './database-errors.js';
import { messageOf } from './error-facts.js';

/** Postgres 14: the oldest major version that is still maintained when this was written. */
const OLDEST_VERSION = 140_000;
const FIRST_PAUSE_MS = 100;
const LONGEST_PAUSE_MS = 2_000;
/** Wrong user or password, no such database, no right to connect: waiting does not help. */
const FINAL_STATES: ReadonlySet<string | undefined> = new Set(['28000', '28P01', '3D000', '42501']);

/**
 * Waits until the server takes connections: a compose file starts it at the same moment as the backend. Resolves with
 * its version number such as 180004. Throws DatabaseError when it stays away, refuses us, or is too old.
 */
export async function waitForDatabase(
  address: DatabaseAddress,
  clock: Clock,
  withinMs: number,
  onNotice: (message: string) => void,
): Promise<number> {
  const deadlineMs = clock.monotonicMs() + withinMs;
  const where = describeAddress(address);
  for (let pauseMs = FIRST_PAUSE_MS; ; pauseMs = Math.min(LONGEST_PAUSE_MS, pauseMs * 2)) {
    try {
      return checkVersion(await askVersion(address), where);
    } catch (error) {
      if (error instanceof DatabaseError) throw error;
      const reason = messageOf(error);
      if (FINAL_STATES.has(sqlStateOf(error) ?? 'none')) {
        throw new DatabaseError(
          'REFUSED',
          `Postgres at ${where} refuses the connection: ${reason}. Check DATABASE_URL.`,
          {
            cause: error,
          },
        );
      }
      if (clock.monotonicMs() >= deadlineMs) {
        throw new DatabaseError(
          'UNREACHABLE',
          `Postgres at ${where} did not answer within ${withinMs / 1000} s: ${reason}. Start it, or check DATABASE_URL.`,
          { cause: error },
        );
      }
      if (pauseMs === FIRST_PAUSE_MS) onNotice(`Waiting for Postgres at ${where}: ${reason}`);
      await new Promise<void>((resolve) => void clock.after(pauseMs, resolve));
    }
  }
}

async function askVersion(address: DatabaseAddress): Promise<number> {
  const client = new Client(clientConfig(address, READER_LIMITS));
  // A connection that breaks later is reported by the query; without a listener it would end the process.
  client.on('error', () => undefined);
  try {
    await client.connect();
    const { rows } = await client.query<{ version: number }>(
      `SELECT current_setting('server_version_num')::int AS version`,
    );
    return rows[0]?.version ?? 0;
  } finally {
    await client.end().catch(() => undefined);
  }
}

function checkVersion(version: number, where: string): number {
  if (version >= OLDEST_VERSION) return version;
  throw new DatabaseError(
    'TOO_OLD',
    `Postgres at ${where} is version ${Math.floor(version / 10_000)}; version 14 or newer is needed.`,
  );
}
