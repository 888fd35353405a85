/** Text that should be a decimal number and is not, or is wider than any real price. `text` is cut to 80 characters. */
export class InvalidDecimalError extends Error {
  readonly code = 'INVALID_DECIMAL';

  constructor(text: string) {
    super(`not a decimal number: ${JSON.stringify(text.slice(0, 80))}`);
    this.name = 'InvalidDecimalError';
  }
}

/** Text that names no timeframe. `text` is cut to 80 characters. */
export class InvalidTimeframeError extends Error {
  readonly code = 'INVALID_TIMEFRAME';

  constructor(text: string) {
    super(
      `not a timeframe: ${JSON.stringify(text.slice(0, 80))}; use 1m, 5m, 15m, 30m, 1h, 4h, 1d, 1w, 1M or another number of m, h or d up to 366d`,
    );
    this.name = 'InvalidTimeframeError';
  }
}

/** A price or quantity that is no multiple of the contract's smallest step. `text` is cut to 80 characters. */
export class OffGridError extends Error {
  readonly code = 'OFF_GRID';

  constructor(what: string, text: string) {
    super(`the ${what} ${JSON.stringify(text.slice(0, 80))} is no whole number of steps`);
    this.name = 'OffGridError';
  }
}
