/** SQLSTATE classes that are about the server, not the statement: PostgreSQL documentation, appendix A. */
const SERVER_STATES: ReadonlySet<string> = new Set([
  '08', // connection exceptions
  '25', // read-only transaction: a standby, or a server that protects a full disk
  '40', // rolled back for others' sake
  '53', // out of disk, memory or connections
  '55', // locked
  '57', // cancelled, shutting down, starting up
  '58', // errors of the system below
]);
const NETWORK_CODE = /^(?:E[A-Z]{3,}|CONNECTION_[A-Z]+)$/;
/** What pg says, without any code, when the connection breaks or none is free in time. */
const PG_MESSAGE =
  /^(?:Connection terminated|timeout exceeded when trying to connect|Query read timeout|Client has encountered a connection error|Cannot use a pool after calling end)/;

/** True if the error says that the database is away, overloaded or too slow, so that asking again later may help. */
export function isStoreTrouble(error: unknown): boolean {
  if (!(error instanceof Error)) return false;
  // TypeORM wraps what the driver threw.
  if ('driverError' in error && error.driverError !== error && error.driverError instanceof Error) {
    return isStoreTrouble(error.driverError);
  }
  const code = 'code' in error && typeof error.code === 'string' ? error.code : '';
  if (/^[0-9A-Z]{5}$/.test(code) && SERVER_STATES.has(code.slice(0, 2))) return true;
  return NETWORK_CODE.test(code) || PG_MESSAGE.test(error.message);
}
