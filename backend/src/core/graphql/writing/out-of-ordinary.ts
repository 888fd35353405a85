/** Why a value cannot be written straight away. `waits`: it is a promise, as it will be the next time. */
export class OutOfOrdinary extends Error {
  constructor(readonly waits = false) {
    super('execution has to say what comes of this value');
    this.name = 'OutOfOrdinary';
  }
}

/** What graphql-js takes for a promise. */
export function isPromiseLike(value: unknown): value is PromiseLike<unknown> {
  return typeof value === 'object' && value !== null && 'then' in value && typeof value.then === 'function';
}

/** Throws OutOfOrdinary for a value that is not of the kind that is written. */
export function refuse(value: unknown): never {
  if (!isPromiseLike(value)) throw new OutOfOrdinary();
  // Whoever executes asks for another one: nobody would hear that this one fails.
  value.then(nothing, nothing);
  throw new OutOfOrdinary(true);
}

function nothing(): undefined {
  return undefined;
}
