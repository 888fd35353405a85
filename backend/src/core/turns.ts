/** Runs a task when this turn of the event loop is over: after all that is ready now, before the next wait. */
export function atEndOfTurn(task: () => void): void {
  setImmediate(task);
}

/** Resolves when this turn of the event loop is over. */
export function endOfTurn(): Promise<void> {
  return new Promise((resolve) => atEndOfTurn(resolve));
}
