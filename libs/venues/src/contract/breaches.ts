/** Collects what an adapter does wrong, one sentence each. */
export class Breaches {
  readonly list: string[] = [];

  add(breach: string): void {
    this.list.push(breach);
  }

  expect(holds: boolean, breach: string): void {
    if (!holds) this.add(breach);
  }

  /** Compares every expected field, at any depth; lists must be equally long, and further fields may be there. */
  compare(actual: unknown, expected: unknown, label: string): void {
    if (!isStructure(expected) || !isStructure(actual)) {
      this.expect(
        actual === expected,
        `${label}: ${JSON.stringify(actual)} instead of ${JSON.stringify(expected)}`,
      );
      return;
    }
    if (Array.isArray(expected) && (!Array.isArray(actual) || actual.length !== expected.length)) {
      this.add(`${label}: ${JSON.stringify(actual)} instead of ${JSON.stringify(expected)}`);
      return;
    }
    for (const [field, value] of Object.entries(expected))
      this.compare(actual[field], value, `${label}.${field}`);
  }
}

function isStructure(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null;
}
