import { VenueError } from '@orderfox/feed';
import { pino, type Logger } from 'pino';
import pretty from 'pino-pretty';

type Write = (fields: Readonly<Record<string, unknown>>, message: string) => void;

/** The process's logger: structured fields first, then a sentence. `err` is the field for errors. */
export interface Log {
  readonly debug: Write;
  readonly info: Write;
  readonly warn: Write;
  readonly error: Write;
}

/** How the log is written. */
export interface LogOptions {
  readonly level: string;
  /** Lines for people instead of JSON, for a terminal. */
  readonly pretty: boolean;
  /** Where it is written; tests read it back. */
  readonly destination: NodeJS.WritableStream;
}

/** What never appears in the log, wherever it stands in a field. */
const SECRETS = [
  'password',
  '*.password',
  'authorization',
  '*.authorization',
  'headers.cookie',
  '*.headers.cookie',
];

/** What a venue failed at is said by its message; where our code stood then says nothing more. */
function serializeError(error: unknown): unknown {
  if (error instanceof VenueError)
    return { type: error.name, failure: error.failure, message: error.message };
  return error instanceof Error ? pino.stdSerializers.err(error) : error;
}

/** Opens the log: one JSON object per line, with ISO time and the level as a word. */
export function openLog({ level, pretty: forPeople, destination }: LogOptions): Logger {
  return pino(
    {
      level,
      base: null,
      timestamp: pino.stdTimeFunctions.isoTime,
      formatters: { level: (label) => ({ level: label }) },
      serializers: { err: serializeError },
      redact: { paths: SECRETS, censor: '[hidden]' },
    },
    forPeople
      ? pretty({ destination, colorize: true, singleLine: true, translateTime: 'SYS:HH:MM:ss.l', sync: true })
      : destination,
  );
}
