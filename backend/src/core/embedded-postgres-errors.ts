/** Why the embedded Postgres does not run. */
export type EmbeddedPostgresFailure =
  | 'NO_BINARIES' // no package with binaries for this platform is installed
  | 'NO_USER' // running as root, and no way was found to run Postgres as somebody else
  | 'OTHER_VERSION' // the data was written by another major version
  | 'ORPHAN' // a Postgres left behind in this directory will not end
  | 'INITDB' // the data directory could not be made
  | 'START'; // the server ended, or did not get ready in time

/** The embedded Postgres cannot be started. The message says what can be done about it. */
export class EmbeddedPostgresError extends Error {
  readonly code = 'EMBEDDED_POSTGRES';

  constructor(
    readonly failure: EmbeddedPostgresFailure,
    message: string,
    options?: ErrorOptions,
  ) {
    super(message, options);
    this.name = 'EmbeddedPostgresError';
  }
}

/** The way out that every one of these messages can offer. */
export const OWN_SERVER_HINT =
  'Or use a Postgres server of your own: DATABASE_URL=postgres://user:password@host:5432/database';
