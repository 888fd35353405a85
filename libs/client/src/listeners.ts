/** Functions that want to be told something. One that throws harms neither the others nor the connection. */
export class Listeners<T> {
  readonly #listeners = new Set<(news: T) => void>();

  /** Adds one; the returned function takes it away again. */
  add(listener: (news: T) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /** Tells everyone. What a listener throws surfaces as an error of the program, as from any event handler. */
  tell(news: T): void {
    for (const listener of [...this.#listeners]) {
      try {
        listener(news);
      } catch (error) {
        // Thrown here, it would run through the handler of the socket's message and end the connection.
        queueMicrotask(() => {
          throw error;
        });
      }
    }
  }
}
