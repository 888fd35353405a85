import { type RefusalReason } from '@orderfox/domain';

/**
 * One row of a venue cannot become an event. Thrown inside the normalisers and turned into a `Refusal` in one
 * place, `normaliseRows`; it never leaves this library.
 */
export class NormalizeError extends Error {
  readonly code = 'NORMALIZE';

  constructor(
    readonly reason: RefusalReason,
    /** The offending field and value. */
    readonly detail: string,
  ) {
    super(`${reason}: ${detail}`);
    this.name = 'NormalizeError';
  }
}

/** A venue's value for a message to people: its JSON, short, whatever its size and kind. */
export function describeValue(value: unknown): string {
  if (typeof value === 'string') {
    return value.length > 60 ? `${JSON.stringify(value.slice(0, 60))}…` : JSON.stringify(value);
  }
  if (value === undefined) return 'missing';
  if (Array.isArray(value)) return `a list of ${value.length}`;
  if (typeof value === 'number' || typeof value === 'boolean') return String(value);
  return value === null ? 'null' : 'an object';
}
