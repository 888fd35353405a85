import { type Clock } from '@orderfox/feed';

type Write = (fields: Readonly<Record<string, unknown>>, message: string) => void;

/** Kinds of trouble that are remembered; with one more, remembering begins anew. */
const MAX_KINDS = 100;
const REPEAT_AFTER_MS = 60_000;

interface Kind {
  reference: string;
  loggedAtMs: number;
  repeats: number;
}

/**
 * Writes each kind of trouble to the log when it first comes and then at most once a minute with the number of
 * repeats: a broken query asked a thousand times a second must not fill the disk.
 */
export class TroubleLog {
  readonly #kinds = new Map<string, Kind>();

  constructor(
    private readonly log: { readonly error: Write; readonly warn: Write },
    private readonly clock: Clock,
    private readonly newReference: () => string,
  ) {}

  /** Returns the reference under which the log tells of it. */
  report(category: 'store' | 'socket' | 'unexpected', error: unknown): string {
    const key = `${category} ${kindOf(error)}`;
    const nowMs = this.clock.monotonicMs();
    const known = this.#kinds.get(key) ?? this.#begin(key);
    if (nowMs - known.loggedAtMs < REPEAT_AFTER_MS) {
      known.repeats += 1;
      return known.reference;
    }
    const { repeats, reference } = known;
    Object.assign(known, { loggedAtMs: nowMs, repeats: 0 });
    const fields = { err: error, reference, repeats };
    if (category === 'store') this.log.warn(fields, 'the database could not answer a query');
    else if (category === 'socket') this.log.error(fields, 'a message of a socket could not be handled');
    else this.log.error(fields, 'an operation failed unexpectedly');
    return reference;
  }

  #begin(key: string): Kind {
    const kind = { reference: this.newReference(), loggedAtMs: Number.NEGATIVE_INFINITY, repeats: 0 };
    if (this.#kinds.size >= MAX_KINDS) this.#kinds.clear();
    this.#kinds.set(key, kind);
    return kind;
  }
}

/** Same class, same code, thrown at the same place: the same kind, whatever values the message holds. */
function kindOf(error: unknown): string {
  if (!(error instanceof Error)) return typeof error;
  const place = error.stack?.split('\n').find((line) => line.trimStart().startsWith('at ')) ?? '';
  return `${error.name} ${'code' in error ? String(error.code) : ''} ${place.trim()}`;
}
