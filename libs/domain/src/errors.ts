/** Text that should be a decimal number and is not, or is wider than any real price. `text` is cut to 80 characters. */
export class InvalidDecimalError extends Error {
  readonly code = 'INVALID_DECIMAL';

  constructor(text: string) {
    super(`not a decimal number: ${JSON.stringify(text.slice(0, 80))}`);
    this.name = 'InvalidDecimalError';
  }
}
