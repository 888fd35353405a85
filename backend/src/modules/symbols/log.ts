type Write = (fields: Readonly<Record<string, unknown>>, message: string) => void;

/** The part of a pino logger that these modules use. */
export interface Log {
  readonly info: Write;
  readonly warn: Write;
  readonly error: Write;
}
